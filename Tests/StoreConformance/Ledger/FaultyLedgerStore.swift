public import PayWord
private import Synchronization
public import TollBroker

/// A store that fails when it is told to: after everything is written, before it is committed.
public final class FaultyLedgerStore: LedgerStore {
    private let store: any LedgerStore
    /// Whether the next transaction fails; guarded, since any task may run it.
    private let isFailing = Mutex(false)
    /// What else happens before the next transaction; guarded likewise.
    private let meanwhile = Mutex<(@Sendable () async throws -> Void)?>(nil)

    /// A store that fails now and then over one that does not.
    public init(_ store: any LedgerStore) { self.store = store }

    /// Makes the next transaction that writes fail with `storage-failed`.
    public func failNext() { isFailing.withLock { $0 = true } }

    /// Has something happen before the next transaction, when all that it is judged on was read.
    public func meanwhile(_ action: @escaping @Sendable () async throws -> Void) {
        meanwhile.withLock { $0 = action }
    }

    public func decide<Answer: Sendable>(
        on query: LedgerQuery, beforeCommit: @escaping @Sendable () throws(Refusal) -> Void,
        _ decide: @escaping @Sendable (LedgerSnapshot) throws(Refusal) -> LedgerDecision<Answer>
    ) async throws(Refusal) -> Answer {
        let fails = isFailing.withLock { isFailing in
            defer { isFailing = false }
            return isFailing
        }
        let action = meanwhile.withLock { action in
            defer { action = nil }
            return action
        }
        do { try await action?() } catch { throw Refusal(.internal, "\(error)") }
        return try await store.decide(
            on: query,
            beforeCommit: { () throws(Refusal) in
                try beforeCommit()
                if fails { throw Refusal(.storageFailed, "told to fail") }
            }, decide)
    }

    public func read(_ query: LedgerQuery) async throws(Refusal) -> LedgerSnapshot {
        try await store.read(query)
    }

    public func unreleased(
        redeemBy: Timestamp, after cursor: ReleaseCursor?, limit: Int
    ) async throws(Refusal) -> [LedgerCommitment] {
        try await store.unreleased(redeemBy: redeemBy, after: cursor, limit: limit)
    }

    public func accounts(
        after id: LedgerAccountID?, limit: Int
    ) async throws(Refusal) -> [LedgerAccount] {
        try await store.accounts(after: id, limit: limit)
    }

    public func enrolments(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [EnrolmentRecord] {
        try await store.enrolments(skipping: count, limit: limit)
    }

    public func movements(
        _ kind: MovementKey.Kind, skipping count: Int, limit: Int
    ) async throws(Refusal) -> [MovementRecord] {
        try await store.movements(kind, skipping: count, limit: limit)
    }

    public func settlements(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [LedgerSettlement] {
        try await store.settlements(skipping: count, limit: limit)
    }

    public func beat(at time: Timestamp, gap: Seconds) async throws(Refusal) -> Outage? {
        try await store.beat(at: time, gap: gap)
    }

    public func record(_ outage: Outage) async throws(Refusal) {
        try await store.record(outage)
    }

    public func outages(endingAfter time: Timestamp) async throws(Refusal) -> [Outage] {
        try await store.outages(endingAfter: time)
    }

    public func audit(_ auditor: LedgerAuditor) async throws(Refusal) -> LedgerAuditor {
        try await store.audit(auditor)
    }
}
