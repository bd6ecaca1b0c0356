internal import PayWord
internal import TollBroker

/// A ledger store that lives for one batch: it shows the rows that it was made with, and forgets what
/// is decided on them. It books nothing, so it stands for no broker's books but a test's.
struct OneBatchStore: LedgerStore {
    let snapshot: LedgerSnapshot
    let outages: [Outage]

    func read(_ query: LedgerQuery) async throws(Refusal) -> LedgerSnapshot { rows(of: query) }

    func decide<Answer: Sendable>(
        on query: LedgerQuery, beforeCommit: @escaping @Sendable () throws(Refusal) -> Void,
        _ decide: @escaping @Sendable (LedgerSnapshot) throws(Refusal) -> LedgerDecision<Answer>
    ) async throws(Refusal) -> Answer {
        try decide(rows(of: query)).answer
    }

    private func rows(of query: LedgerQuery) -> LedgerSnapshot {
        var rows = snapshot
        rows.settlement = query.batch == nil ? nil : snapshot.settlement
        return rows
    }

    func outages(endingAfter time: Timestamp) async throws(Refusal) -> [Outage] {
        outages.filter { $0.to > time }
    }

    // MARK: What no redemption asks for

    func unreleased(
        redeemBy: Timestamp, after cursor: ReleaseCursor?, limit: Int
    ) async throws(Refusal) -> [LedgerCommitment] { [] }

    func accounts(
        after id: LedgerAccountID?, limit: Int
    ) async throws(Refusal) -> [LedgerAccount] { [] }

    func enrolments(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [EnrolmentRecord] { [] }

    func movements(
        _ kind: MovementKey.Kind, skipping count: Int, limit: Int
    ) async throws(Refusal) -> [MovementRecord] { [] }

    func settlements(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [LedgerSettlement] { [] }

    func beat(at time: Timestamp, gap: Seconds) async throws(Refusal) -> Outage? { nil }

    func record(_ outage: Outage) async throws(Refusal) {}

    func audit(_ auditor: LedgerAuditor) async throws(Refusal) -> LedgerAuditor { auditor }
}
