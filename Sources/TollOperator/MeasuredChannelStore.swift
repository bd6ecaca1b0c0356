internal import Metrics
public import PayWord
public import TollMerchant

/// A merchant's store that measures what the disk does: how long each commit of payments takes, how
/// many payments share one, and how many fail. It changes nothing that passes through.
///
/// ```swift
/// let store = MeasuredChannelStore(try SQLiteChannelStore(path: path, merchant: key))
/// ```
public struct MeasuredChannelStore: ChannelStore {
    private let store: any ChannelStore
    private let clock = ContinuousClock()
    private let commits = Timer(label: "tollchain_merchant_commit_seconds")
    private let channels = Recorder(label: "tollchain_merchant_channels_per_commit")
    private let failures = Counter(label: "tollchain_merchant_commits_failed")

    /// Measures this store.
    public init(_ store: any ChannelStore) { self.store = store }

    /// Commits payments, and measures it.
    public func advance(
        _ advances: [ChannelAdvance]
    ) async throws(Refusal) -> [AdvanceOutcome] {
        let start = clock.now
        do throws(Refusal) {
            let outcomes = try await store.advance(advances)
            let (seconds, attoseconds) = (clock.now - start).components
            commits.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
            channels.record(advances.count)
            return outcomes
        } catch {
            failures.increment()
            throw error
        }
    }
}

/// What passes through unmeasured.
extension MeasuredChannelStore {
    /// Passes through.
    public func open(
        _ channel: ChannelRecord, limits: ExposureLimits, at time: Timestamp
    ) async throws(Refusal) -> ChannelRecord {
        try await store.open(channel, limits: limits, at: time)
    }

    /// Passes through.
    public func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord? {
        try await store.channel(id)
    }

    /// Passes through.
    public func channels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await store.channels(after: id, limit: limit)
    }

    /// Passes through.
    public func balance(of asset: Asset) async throws(Refusal) -> MerchantBalance {
        try await store.balance(of: asset)
    }

    /// Passes through.
    public func refund(
        _ id: CommitmentID, amount: Amount, reference: [UInt8]?, at time: Timestamp
    ) async throws(Refusal) -> ChannelState {
        try await store.refund(id, amount: amount, reference: reference, at: time)
    }

    /// Passes through.
    public func close(
        _ id: CommitmentID, from expected: ChannelState, at final: [ChainIndex],
        signed close: Verified<Close>
    ) async throws(Refusal) -> (state: ChannelState, close: [UInt8]?) {
        try await store.close(id, from: expected, at: final, signed: close)
    }

    /// Passes through.
    public func signedClose(_ id: CommitmentID) async throws(Refusal) -> [UInt8]? {
        try await store.signedClose(id)
    }

    /// Passes through.
    public func claimable(
        at broker: PublicKey, asset: Asset, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await store.claimable(at: broker, asset: asset, after: id, limit: limit)
    }

    /// Passes through.
    public func record(_ batch: RedemptionBatch) async throws(Refusal) {
        try await store.record(batch)
    }

    /// Passes through.
    public func unansweredBatches(
        at broker: PublicKey
    ) async throws(Refusal) -> [RedemptionBatch] {
        try await store.unansweredBatches(at: broker)
    }

    /// Passes through.
    public func settle(
        _ id: BatchID, record: SettlementRecord, outcomes: [ClaimResult], answer: [UInt8]
    ) async throws(Refusal) {
        try await store.settle(id, record: record, outcomes: outcomes, answer: answer)
    }

    /// Passes through.
    public func settlementAnswer(_ id: BatchID) async throws(Refusal) -> [UInt8]? {
        try await store.settlementAnswer(id)
    }

    /// Passes through.
    public func refusals(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [ClaimRefusal] {
        try await store.refusals(skipping: count, limit: limit)
    }

    /// Passes through.
    public func claimableTotal(
        at broker: PublicKey, asset: Asset
    ) async throws(Refusal) -> ClaimableTotal {
        try await store.claimableTotal(at: broker, asset: asset)
    }

    /// Passes through.
    public func purgeable(
        by rule: PurgeRule, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await store.purgeable(by: rule, after: id, limit: limit)
    }

    /// Passes through.
    public func purge(
        _ ids: [CommitmentID], by rule: PurgeRule
    ) async throws(Refusal) -> [ChannelRecord] {
        try await store.purge(ids, by: rule)
    }

    /// Passes through.
    public func keepAnswer(_ answer: [UInt8], of id: BatchID) async throws(Refusal) {
        try await store.keepAnswer(answer, of: id)
    }

    /// Passes through.
    public func keptAnswer(_ id: BatchID) async throws(Refusal) -> KeptAnswer? {
        try await store.keptAnswer(id)
    }

    /// Passes through.
    public func abandon(
        _ id: BatchID, reason: Reason, at time: Timestamp
    ) async throws(Refusal) {
        try await store.abandon(id, reason: reason, at: time)
    }

    /// Passes through.
    public func settlements(
        before id: BatchID?, limit: Int
    ) async throws(Refusal) -> [SettlementRecord] {
        try await store.settlements(before: id, limit: limit)
    }

    /// Passes through.
    public func refusedChannels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await store.refusedChannels(after: id, limit: limit)
    }

    /// Passes through.
    public func claimAgain(_ id: CommitmentID) async throws(Refusal) {
        try await store.claimAgain(id)
    }

    /// Passes through.
    public func undeliveredCloses(
        at broker: PublicKey, limit: Int
    ) async throws(Refusal) -> [(id: CommitmentID, close: [UInt8])] {
        try await store.undeliveredCloses(at: broker, limit: limit)
    }

    /// Passes through.
    public func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try await store.markCloseDelivered(id)
    }

    /// Passes through.
    public func debts(
        in asset: Asset, after payer: PublicKey?, limit: Int
    ) async throws(Refusal) -> [PayerDebt] {
        try await store.debts(in: asset, after: payer, limit: limit)
    }

    /// Passes through.
    public func recordPayment(
        of amount: Amount, in asset: Asset, by payer: PublicKey, reference: [UInt8],
        at time: Timestamp
    ) async throws(Refusal) {
        try await store.recordPayment(
            of: amount, in: asset, by: payer, reference: reference, at: time)
    }
}
