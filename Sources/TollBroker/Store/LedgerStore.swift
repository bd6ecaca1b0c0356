public import PayWord

/// Where a broker keeps its books.
///
/// A store reads and writes rows; it judges nothing. Each change is a ``decide(on:beforeCommit:_:)``:
/// the store locks what the query names, hands it to a pure function, and writes what that returns,
/// in one transaction. So the rules of money stand once, in `TollBroker`, and every engine follows
/// them alike.
///
/// Every verb is atomic, and durable when it returns; one that throws has changed nothing. A fault
/// of the engine is `storage-failed`. `StoreConformance` tests an implementation.
///
/// ```swift
/// var query = LedgerQuery()
/// query.accounts = [purse]
/// let funds = try await store.read(query).account(purse).funds
/// ```
public protocol LedgerStore: Sendable {
    // MARK: Rows

    /// The rows as they stand, all of one moment.
    func read(_ query: LedgerQuery) async throws(Refusal) -> LedgerSnapshot

    /// Locks and reads the rows, lets `decide` judge them, and writes its changes.
    ///
    /// The store numbers and links the ledger transactions, keeps each account's balance with them,
    /// and holds the rules that ``LedgerChanges`` states beside its fields.
    /// - Parameters:
    ///   - query: the rows to lock.
    ///   - beforeCommit: called when all is written and nothing is committed; what it throws undoes
    ///     everything.
    ///   - decide: a pure function, which may run more than once where an engine tries again.
    /// - Returns: the decision's answer, once its changes are durable.
    /// - Throws: what `decide` and `beforeCommit` throw; `insufficient-funds` for an account below
    ///   its floor; `amount-overflow`; `storage-failed`.
    func decide<Answer: Sendable>(
        on query: LedgerQuery, beforeCommit: @escaping @Sendable () throws(Refusal) -> Void,
        _ decide: @escaping @Sendable (LedgerSnapshot) throws(Refusal) -> LedgerDecision<Answer>
    ) async throws(Refusal) -> Answer

    // MARK: Lists

    /// Commitments that are not released and whose redeem-by is at most `redeemBy`, in the order of
    /// redeem-by and id, from the first after `cursor`.
    func unreleased(
        redeemBy: Timestamp, after cursor: ReleaseCursor?, limit: Int
    ) async throws(Refusal) -> [LedgerCommitment]

    /// Accounts in their order, from the first after `id`.
    func accounts(
        after id: LedgerAccountID?, limit: Int
    ) async throws(Refusal) -> [LedgerAccount]

    /// Enrolled parties, in the order of enrolment, from the one after the first `count`.
    func enrolments(skipping count: Int, limit: Int) async throws(Refusal) -> [EnrolmentRecord]

    /// Movements of money of a kind, newest first.
    func movements(
        _ kind: MovementKey.Kind, skipping count: Int, limit: Int
    ) async throws(Refusal) -> [MovementRecord]

    /// Settlements, newest first.
    func settlements(skipping count: Int, limit: Int) async throws(Refusal) -> [LedgerSettlement]

    // MARK: Outages

    /// Notes that the broker is up. If the last note is more than `gap` before, the time between is
    /// recorded as an outage and returned.
    func beat(at time: Timestamp, gap: Seconds) async throws(Refusal) -> Outage?

    /// Records an outage.
    func record(_ outage: Outage) async throws(Refusal)

    /// Outages that ended after `time`, in the order of their beginning.
    func outages(endingAfter time: Timestamp) async throws(Refusal) -> [Outage]

    // MARK: Audit

    /// Shows the whole ledger to an auditor, all of one moment: the links in order, then the
    /// accounts, the commitments, and the settlements.
    func audit(_ auditor: LedgerAuditor) async throws(Refusal) -> LedgerAuditor
}

extension LedgerStore {
    /// ``decide(on:beforeCommit:_:)`` with nothing to do before the commit.
    /// - Throws: as ``decide(on:beforeCommit:_:)``.
    public func decide<Answer: Sendable>(
        on query: LedgerQuery,
        _ judge: @escaping @Sendable (LedgerSnapshot) throws(Refusal) -> LedgerDecision<Answer>
    ) async throws(Refusal) -> Answer {
        try await decide(on: query, beforeCommit: { () throws(Refusal) in }, judge)
    }
}

/// A place in the order of redeem-by and id.
public struct ReleaseCursor: Hashable, Sendable {
    /// The redeem-by of the commitment looked at last.
    public let redeemBy: Timestamp
    /// Its id, which orders commitments with the same redeem-by.
    public let id: CommitmentID

    /// A place between two commitments in that order.
    public init(redeemBy: Timestamp, id: CommitmentID) {
        self.redeemBy = redeemBy
        self.id = id
    }

    /// The place of a commitment.
    public init(_ commitment: LedgerCommitment) {
        self.init(redeemBy: commitment.terms.redeemBy, id: commitment.id)
    }
}
