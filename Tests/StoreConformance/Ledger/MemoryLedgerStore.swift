public import PayWord
private import Synchronization
public import TollBroker

/// A broker's books in memory, for tests: the plainest thing that keeps the store's promises.
public final class MemoryLedgerStore: LedgerStore {
    /// All rows, guarded: one transaction at a time.
    private let tables: Mutex<LedgerTables>

    /// Empty books.
    public init() { tables = Mutex(LedgerTables()) }

    /// Books that start as those of another store.
    public init(copying other: MemoryLedgerStore) { tables = Mutex(other.copy) }

    var copy: LedgerTables { tables.withLock { $0 } }

    public func read(_ query: LedgerQuery) async throws(Refusal) -> LedgerSnapshot {
        tables.withLock { $0.snapshot(query) }
    }

    public func decide<Answer: Sendable>(
        on query: LedgerQuery, beforeCommit: @escaping @Sendable () throws(Refusal) -> Void,
        _ decide: @escaping @Sendable (LedgerSnapshot) throws(Refusal) -> LedgerDecision<Answer>
    ) async throws(Refusal) -> Answer {
        let result = tables.withLock { tables -> Result<Answer, Refusal> in
            Result { () throws(Refusal) in
                let decision = try decide(tables.snapshot(query))
                guard !decision.changes.isEmpty else { return decision.answer }
                let prepared = try tables.prepare(decision.changes)
                try beforeCommit()
                tables.commit(prepared, decision.changes)
                return decision.answer
            }
        }
        return try result.get()
    }

    public func unreleased(
        redeemBy: Timestamp, after cursor: ReleaseCursor?, limit: Int
    ) async throws(Refusal) -> [LedgerCommitment] {
        let due = tables.withLock { tables in
            tables.commitments.values.filter {
                $0.state != .released && $0.terms.redeemBy <= redeemBy
            }
        }
        let order = due.sorted { ReleaseCursor($0).order < ReleaseCursor($1).order }
        return Array(
            order.drop { row in cursor.map { ReleaseCursor(row).order <= $0.order } ?? false }
                .prefix(limit))
    }

    public func accounts(
        after id: LedgerAccountID?, limit: Int
    ) async throws(Refusal) -> [LedgerAccount] {
        let all = tables.withLock { Array($0.accounts.values) }.sorted { $0.id < $1.id }
        return Array(
            all.drop { account in id.map { account.id <= $0 } ?? false }.prefix(limit))
    }

    public func enrolments(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [EnrolmentRecord] {
        tables.withLock { tables in
            tables.enrolmentOrder.dropFirst(count).prefix(limit).compactMap {
                tables.enrolments[$0]
            }
        }
    }

    public func movements(
        _ kind: MovementKey.Kind, skipping count: Int, limit: Int
    ) async throws(Refusal) -> [MovementRecord] {
        tables.withLock { tables in
            Array(
                tables.movementOrder.reversed().compactMap { tables.movements[$0] }
                    .filter { $0.key.kind == kind }.dropFirst(count).prefix(limit))
        }
    }

    public func settlements(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [LedgerSettlement] {
        tables.withLock { tables in
            tables.settlementOrder.reversed().dropFirst(count).prefix(limit).compactMap {
                tables.settlements[$0]
            }
        }
    }

    public func beat(at time: Timestamp, gap: Seconds) async throws(Refusal) -> Outage? {
        tables.withLock { tables in
            defer { tables.beat = max(tables.beat ?? time, time) }
            guard let last = tables.beat, time.since(last) > gap else { return nil }
            let outage = Outage(from: last, to: time)
            tables.outages.append(outage)
            return outage
        }
    }

    public func record(_ outage: Outage) async throws(Refusal) {
        tables.withLock { $0.outages.append(outage) }
    }

    public func outages(endingAfter time: Timestamp) async throws(Refusal) -> [Outage] {
        tables.withLock { $0.outages.filter { $0.to > time } }.sorted { $0.from < $1.from }
    }

    public func audit(_ auditor: LedgerAuditor) async throws(Refusal) -> LedgerAuditor {
        tables.withLock { tables in
            var auditor = auditor
            for link in tables.links { auditor.see(link) }
            for account in tables.accounts.values { auditor.see(account) }
            for commitment in tables.commitments.values { auditor.see(commitment) }
            for key in tables.settlementOrder {
                if let settlement = tables.settlements[key] { auditor.see(settlement) }
            }
            return auditor
        }
    }
}

extension ReleaseCursor {
    var order: (Timestamp, CommitmentID) { (redeemBy, id) }
}
