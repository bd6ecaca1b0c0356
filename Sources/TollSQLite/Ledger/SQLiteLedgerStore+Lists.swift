internal import Foundation
internal import GRDB
public import PayWord
public import TollBroker

extension SQLiteLedgerStore {
    private func list<Value: Sendable>(
        _ sql: String, _ arguments: StatementArguments,
        _ value: @escaping @Sendable (LedgerRow) throws -> Value
    ) async throws(Refusal) -> [Value] {
        try await reading { database in
            try Row.fetchAll(database, sql: sql, arguments: arguments).map {
                try value(LedgerRow($0))
            }
        }
    }

    /// A page of at most `limit` commitments, by an index in the order of redeem-by and id.
    /// - Throws: `storage-failed`.
    public func unreleased(
        redeemBy: Timestamp, after cursor: ReleaseCursor?, limit: Int
    ) async throws(Refusal) -> [LedgerCommitment] {
        try await reading { database in
            let statement = try RowStatement(
                database,
                """
                \(CommitmentRows.query)
                WHERE s.state < 3 AND s.redeem_by <= ? AND (s.redeem_by, s.id) > (?, ?)
                ORDER BY s.redeem_by, s.id LIMIT ?
                """)
            try statement.bind(LedgerColumn.of(redeemBy), at: 1)
            try statement.bind(cursor.map { LedgerColumn.of($0.redeemBy) } ?? -1, at: 2)
            try statement.bind(cursor?.id, at: 3)
            try statement.bind(Int64(limit), at: 4)
            var rows = CommitmentRows()
            var commitments: [LedgerCommitment] = []
            try statement.forEach { commitments.append(try rows.commitment($0)) }
            return commitments
        }
    }

    /// A page of at most `limit` accounts, in the order of owner, party, purpose and asset.
    /// - Throws: `storage-failed`.
    public func accounts(
        after id: LedgerAccountID?, limit: Int
    ) async throws(Refusal) -> [LedgerAccount] {
        try await list(
            """
            SELECT * FROM ledger_accounts
            WHERE (owner, party, purpose, asset) > (?, ?, ?, ?)
            ORDER BY owner, party, purpose, asset LIMIT ?
            """,
            [
                id.map { LedgerColumn.of($0.owner) } ?? -1,
                id.map { LedgerColumn.of($0.party) } ?? Data(),
                id.map { LedgerColumn.of($0.purpose) } ?? -1,
                id.map { LedgerColumn.of($0.asset) } ?? "", limit,
            ]
        ) { try $0.account }
    }

    /// A page by number. Enrolments are never deleted, so a page that was read stays the same but
    /// for what was renewed.
    /// - Throws: `storage-failed`.
    public func enrolments(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [EnrolmentRecord] {
        try await list(
            "SELECT * FROM ledger_enrolments ORDER BY number LIMIT ? OFFSET ?", [limit, count]
        ) { try $0.enrolment }
    }

    /// A page by number, newest first. What is booked between two pages shifts the second: an entry
    /// may then be listed twice, none is left out.
    /// - Throws: `storage-failed`.
    public func movements(
        _ kind: MovementKey.Kind, skipping count: Int, limit: Int
    ) async throws(Refusal) -> [MovementRecord] {
        try await list(
            """
            SELECT * FROM ledger_movements WHERE kind = ? ORDER BY number DESC LIMIT ? OFFSET ?
            """, [LedgerColumn.of(kind), limit, count]
        ) { try $0.movement }
    }

    /// A page by number, newest first. What is settled between two pages shifts the second: a
    /// settlement may then be listed twice, none is left out.
    /// - Throws: `storage-failed`.
    public func settlements(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [LedgerSettlement] {
        try await list(
            "SELECT * FROM ledger_settlements ORDER BY number DESC LIMIT ? OFFSET ?",
            [limit, count]
        ) { try $0.settlement }
    }

    // MARK: Outages

    /// Compares with the last beat, moves it on and records the outage, if there was one, in one
    /// transaction: each gap is recorded once, even by two processes. A beat never moves back.
    /// - Throws: `storage-failed`.
    public func beat(at time: Timestamp, gap: Seconds) async throws(Refusal) -> Outage? {
        try await writing { database in
            let last = try Row.fetchOne(database, sql: "SELECT at FROM ledger_beats")
                .map { try LedgerRow($0).time("at") }
            try database.execute(
                sql: """
                    INSERT INTO ledger_beats (only, at) VALUES (1, ?)
                    ON CONFLICT (only) DO UPDATE SET at = max(at, excluded.at)
                    """, arguments: [LedgerColumn.of(time)])
            guard let last, time.since(last) > gap else { return nil }
            let outage = Outage(from: last, to: time)
            try Self.insert(outage, database)
            return outage
        }
    }

    /// Adds a row. The same outage twice is two rows.
    /// - Throws: `storage-failed`, also for an outage that does not end after it began.
    public func record(_ outage: Outage) async throws(Refusal) {
        try await writing { try Self.insert(outage, $0) }
    }

    private static func insert(_ outage: Outage, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO ledger_outages (began, ended) VALUES (?, ?)",
            arguments: [LedgerColumn.of(outage.from), LedgerColumn.of(outage.to)])
    }

    /// All outages that ended after `time`, unpaged: they are few.
    /// - Throws: `storage-failed`.
    public func outages(endingAfter time: Timestamp) async throws(Refusal) -> [Outage] {
        try await list(
            "SELECT * FROM ledger_outages WHERE ended > ? ORDER BY began",
            [LedgerColumn.of(time)]
        ) { Outage(from: try $0.time("began"), to: try $0.time("ended")) }
    }

    // MARK: Audit

    /// Checks the file's pages with `PRAGMA integrity_check`, then shows every row of one snapshot;
    /// the broker may go on writing. A row that cannot be read is shown as damaged, and the audit
    /// goes on.
    /// - Returns: the auditor, after it saw everything.
    /// - Throws: `storage-failed` for a file with damaged pages, whose rows may be missing without
    ///   a trace.
    public func audit(_ auditor: LedgerAuditor) async throws(Refusal) -> LedgerAuditor {
        let staleness = staleness
        return try await reading { database in
            // Rows on a damaged page may be missing without a trace, so the pages come first.
            let verdict = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? ""
            guard verdict == "ok" else {
                throw Refusal(
                    .storageFailed, "the ledger's file is damaged: restore a copy (\(verdict))")
            }
            var auditor = auditor
            if let staleness { auditor.see(older: staleness.detail) }
            try Self.show("ledger_transactions ORDER BY sequence", to: &auditor, database) {
                $0.see(try $1.link(in: database))
            }
            try Self.show("ledger_accounts", to: &auditor, database) {
                $0.see(try $1.account)
            }
            try Self.showCommitments(to: &auditor, database)
            try Self.show("ledger_settlements ORDER BY number", to: &auditor, database) {
                $0.see(try $1.settlement)
            }
            return auditor
        }
    }

    /// Shows every row of `tables`; one that cannot be is a fault of the ledger, not of the engine.
    private static func show(
        _ tables: String, to auditor: inout LedgerAuditor, _ database: Database,
        _ see: (inout LedgerAuditor, LedgerRow) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM \(tables)")
        while let row = try rows.next() {
            do { try see(&auditor, LedgerRow(row)) } catch let refusal as Refusal {
                auditor.see(damaged: "\(tables): \(refusal.detail)")
            }
        }
    }

    private static func showCommitments(
        to auditor: inout LedgerAuditor, _ database: Database
    ) throws {
        var rows = CommitmentRows()
        try RowStatement(database, CommitmentRows.query).forEach { row in
            do throws(Refusal) { auditor.see(try rows.commitment(row)) } catch {
                auditor.see(damaged: "\(CommitmentRows.tables): \(error.detail)")
            }
        }
    }
}

extension LedgerRow {
    /// A row of the transactions with its entries.
    fileprivate func link(in database: Database) throws -> LedgerLink {
        let sequence = try integer("sequence")
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT a.owner, a.party, a.purpose, a.asset, a.balance, a.floor, e.amount
                    FROM ledger_entries e JOIN ledger_accounts a ON a.number = e.account
                    WHERE e.sequence = ?
                    """), arguments: [sequence])
        var entries: [LedgerEntry] = []
        while let row = try rows.next() {
            let row = LedgerRow(row)
            entries.append(
                LedgerEntry(account: try row.account.id, amount: try row.integer("amount")))
        }
        return LedgerLink(
            sequence: UInt64(clamping: sequence),
            transaction: try LedgerTransaction(
                kind: try choice("kind"), at: try time("at"), subject: try blob("subject"),
                entries: entries.sorted { $0.account < $1.account }),
            previous: try bytes("previous"), hash: try bytes("hash"))
    }
}
