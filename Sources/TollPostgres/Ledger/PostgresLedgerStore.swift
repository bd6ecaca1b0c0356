public import Logging
public import PayWord
public import TollBroker

/// A broker's books in PostgreSQL.
///
/// Each verb is one transaction, on disk when it returns; one that throws has changed nothing, but for
/// a connection that is lost while the server commits: then the refusal says that it is not known. A
/// decision locks the broker's own row before it reads, so decisions follow one another, and what is
/// decided holds when it is written. Readers see the books of one moment, and wait for nobody.
///
/// ```swift
/// try await PostgresSchema(uri: uri).migrate(.broker)
/// let store = try await PostgresLedgerStore(uri: uri, broker: root)
/// let first = try await store.accounts(after: nil, limit: 100)
/// ```
public final class PostgresLedgerStore: LedgerStore {
    let pool: PostgresPool
    let broker: PublicKey
    var me: PostgresValue { .fixed(broker) }

    /// Connects to a broker's books. One database may hold those of many.
    /// - Parameters:
    ///   - uri: where the database is, as libpq reads it.
    ///   - broker: the root key of the broker whose books these are.
    ///   - options: connections and time-outs.
    ///   - log: where lost connections are noted; secrets are not.
    /// - Throws: `storage-failed` if the server cannot be reached, may lose what it acknowledges, or
    ///   has tables of another version; see ``PostgresSchema``.
    public init(
        uri: String, broker: PublicKey, options: PostgresOptions = PostgresOptions(),
        log: Logger = Logger(label: "tollchain.postgres")
    ) async throws(Refusal) {
        self.broker = broker
        pool = PostgresPool(
            try ConnectionString(uri), options, connections: options.connections, log: log)
        try await PostgresSchema(pool).check(.broker)
        try await pool.write { LedgerHead.create($0, broker) }
    }

    /// Reads all rows in one snapshot, without waiting for a writer.
    /// - Throws: `storage-failed`, also for a row that cannot be read.
    public func read(_ query: LedgerQuery) async throws(Refusal) -> LedgerSnapshot {
        try await pool.read { [broker] transaction in
            try LedgerReader(transaction, broker).snapshot(query, isLocking: false).snapshot
        }
    }

    /// Locks the broker's row, reads, decides, writes and commits in one transaction. Where the server
    /// ends it in favour of another, `decide` runs again. A decision that changes nothing writes
    /// nothing, and `beforeCommit` is not called.
    /// - Throws: what `decide` and `beforeCommit` throw; `insufficient-funds`, `amount-overflow`,
    ///   `duplicate-commitment` and the like from the rules that ``LedgerChanges`` states;
    ///   `storage-failed`.
    public func decide<Answer: Sendable>(
        on query: LedgerQuery, beforeCommit: @escaping @Sendable () throws(Refusal) -> Void,
        _ decide: @escaping @Sendable (LedgerSnapshot) throws(Refusal) -> LedgerDecision<Answer>
    ) async throws(Refusal) -> Answer {
        try await pool.write { [broker] transaction in
            let (snapshot, head) = try LedgerReader(transaction, broker)
                .snapshot(query, isLocking: true)
            let decision = try decide(snapshot)
            guard !decision.changes.isEmpty else { return decision.answer }
            var writer = LedgerWriter(transaction, broker, head)
            try writer.write(decision.changes)
            try beforeCommit()
            return decision.answer
        }
    }

    // MARK: Outages

    /// Compares with the last beat, moves it on and records the outage, if there was one, in one
    /// transaction: each gap is recorded once, even by two processes. A beat never moves back.
    /// - Throws: `storage-failed`.
    public func beat(at time: Timestamp, gap: Seconds) async throws(Refusal) -> Outage? {
        try await changeHead { transaction, broker, head in
            let last = head.beat
            head.beat = max(last ?? time, time)
            guard let last, time.since(last) > gap else { return nil }
            let outage = Outage(from: last, to: time)
            Self.insert(outage, &head, transaction, broker)
            return outage
        }
    }

    /// Adds a row. The same outage twice is two rows.
    /// - Throws: `storage-failed`, also for an outage that does not end after it began.
    public func record(_ outage: Outage) async throws(Refusal) {
        try await changeHead { transaction, broker, head in
            Self.insert(outage, &head, transaction, broker)
        }
    }

    private func changeHead<Value: Sendable>(
        _ body:
            @escaping @Sendable (PostgresTransaction, PublicKey, inout LedgerHead) throws -> Value
    ) async throws(Refusal) -> Value {
        try await pool.write { [broker] transaction in
            let rows = try transaction.rows([LedgerHead.statement(of: broker, isLocking: true)])
            var head = try LedgerHead(rows[0])
            let value = try body(transaction, broker, &head)
            try head.write(transaction, broker)
            return value
        }
    }

    private static func insert(
        _ outage: Outage, _ head: inout LedgerHead, _ transaction: PostgresTransaction,
        _ broker: PublicKey
    ) {
        head.outages += 1
        transaction.later(
            """
            INSERT INTO toll_ledger_outages (broker, number, began, ended)
            VALUES ($1, $2, $3, $4)
            """,
            [.fixed(broker), .integer(head.outages), .time(outage.from), .time(outage.to)])
    }

    /// All outages that ended after `time`, unpaged: they are few.
    /// - Throws: `storage-failed`.
    public func outages(endingAfter time: Timestamp) async throws(Refusal) -> [Outage] {
        try await pool.rows(
            """
            SELECT began, ended FROM toll_ledger_outages WHERE broker = $1 AND ended > $2
            ORDER BY began, number
            """, [me, .time(time)]
        ) { Outage(from: try $0.time(0), to: try $0.time(1)) }
    }
}
