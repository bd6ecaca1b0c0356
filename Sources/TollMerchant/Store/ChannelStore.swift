public import PayWord

/// Where a merchant keeps its channels: a verb for each thing that its role does.
///
/// Every verb is atomic, and durable when it returns; one that throws has changed nothing. A verb
/// reads what it decides on inside its own transaction, so several merchants may share one store.
/// The arithmetic is ``ChannelState``'s, so that every engine counts alike. A fault of the engine is
/// `storage-failed`. `StoreConformance` tests an implementation.
///
/// ```swift
/// let store: any ChannelStore = try SQLiteChannelStore(
///     path: "merchant.sqlite", merchant: key.publicKey)
/// let balance = try await store.balance(of: euro)
/// let page = try await store.channels(after: nil, limit: 100)
/// ```
public protocol ChannelStore: Sendable {
    // MARK: Channels

    /// Opens a channel, or finds it open.
    ///
    /// - Returns: the channel as it stands: the one given, or the one that was there.
    /// - Throws: `duplicate-commitment` if another commitment has the same payer and nonce;
    ///   `limit-exceeded` if a new channel would break one of `limits`.
    func open(
        _ channel: ChannelRecord, limits: ExposureLimits, at time: Timestamp
    ) async throws(Refusal) -> ChannelRecord

    /// The channel; nil if there is none.
    func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord?

    /// Channels in the order of their ids, from the first after `id`.
    func channels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord]

    /// What the channels in `asset` come to.
    func balance(of asset: Asset) async throws(Refusal) -> MerchantBalance

    // MARK: Payments

    /// Compare and raise: counts the payments of many channels in one transaction, writing each
    /// channel once, and each charge with a reference.
    ///
    /// - Returns: an outcome for each advance, in order.
    func advance(
        _ advances: [ChannelAdvance]
    ) async throws(Refusal) -> [AdvanceOutcome]

    /// Lowers what a channel has spent, once for each reference.
    /// - Throws: as ``ChannelState/refund(_:)``; `unknown-commitment`; `reference-conflict` if the
    ///   reference was used for another amount.
    func refund(
        _ id: CommitmentID, amount: Amount, reference: [UInt8]?, at time: Timestamp
    ) async throws(Refusal) -> ChannelState

    /// Ends a channel with the signed close, if it still stands as the close was made for.
    ///
    /// - Returns: the state and the close that are on disk: those given, those of an earlier close,
    ///   or no close if the channel has moved and another must be made.
    /// - Throws: `unknown-commitment`; as ``ChannelState/close(at:_:)``.
    func close(
        _ id: CommitmentID, from expected: ChannelState, at final: [ChainIndex],
        signed close: Verified<Close>
    ) async throws(Refusal) -> (state: ChannelState, close: [UInt8]?)

    /// The signed close of a channel; nil while it is open.
    func signedClose(_ id: CommitmentID) async throws(Refusal) -> [UInt8]?

    // MARK: Redemption

    /// Channels at `broker` with something due that is not claimed, without those that have a claim
    /// under way or that were refused for good; in the order of their ids, from the first after `id`.
    func claimable(
        at broker: PublicKey, asset: Asset, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord]

    /// What ``claimable(at:asset:after:limit:)`` comes to.
    func claimableTotal(
        at broker: PublicKey, asset: Asset
    ) async throws(Refusal) -> ClaimableTotal

    /// Records a batch before it is sent, and marks what it claims.
    /// - Throws: `batch-conflict` if a channel has changed such that its claim does not fit.
    func record(_ batch: RedemptionBatch) async throws(Refusal)

    /// Batches that were recorded and not answered, oldest first.
    func unansweredBatches(at broker: PublicKey) async throws(Refusal) -> [RedemptionBatch]

    /// Records a settlement with the broker's whole answer, which proves it, and what became of each
    /// claim; files what was refused. A batch that was answered before stays as it is.
    /// - Throws: `batch-conflict` for an unknown batch.
    func settle(
        _ id: BatchID, record: SettlementRecord, outcomes: [ClaimResult], answer: [UInt8]
    ) async throws(Refusal)

    /// The broker's whole answer to a batch that was settled: the settlement, its leaves and the
    /// certificates. Nil if it was not settled, or by a version that did not keep answers.
    func settlementAnswer(_ id: BatchID) async throws(Refusal) -> [UInt8]?

    /// Keeps a broker's answer beside the redemption that it answers, as evidence. A batch has one
    /// kept answer: the first.
    /// - Throws: `batch-conflict` for an unknown batch, or one that was answered before.
    func keepAnswer(_ answer: [UInt8], of id: BatchID) async throws(Refusal)

    /// The answer that was kept for a batch; nil if none was.
    func keptAnswer(_ id: BatchID) async throws(Refusal) -> KeptAnswer?

    /// Gives up a batch that the broker refused as a whole, and files the refusal: its claims can be
    /// made anew.
    func abandon(_ id: BatchID, reason: Reason, at time: Timestamp) async throws(Refusal)

    /// Settlements, newest first, before the one given.
    func settlements(
        before id: BatchID?, limit: Int
    ) async throws(Refusal) -> [SettlementRecord]

    /// Refusals, the batch that was recorded last first, and in it by position.
    func refusals(skipping count: Int, limit: Int) async throws(Refusal) -> [ClaimRefusal]

    /// Channels whose claim was refused for good, in the order of their ids.
    func refusedChannels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord]

    /// Lets a refused channel be claimed again.
    func claimAgain(_ id: CommitmentID) async throws(Refusal)

    /// Signed closes that the broker has not been told of, with their channels, at most `limit`.
    func undeliveredCloses(
        at broker: PublicKey, limit: Int
    ) async throws(Refusal) -> [(id: CommitmentID, close: [UInt8])]

    /// Notes that the broker has a close, or will never take it.
    func markCloseDelivered(_ id: CommitmentID) async throws(Refusal)

    // MARK: Retention

    /// Channels that `rule` lets go, in the order of their ids, from the first after `id`; fewer than
    /// `limit` only if there are no more.
    func purgeable(
        by rule: PurgeRule, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord]

    /// Lets channels go that `rule` takes as they stand inside the transaction, and adds them to the
    /// totals of ``balance(of:)``. No commitment with the id or the nonce of one that went is ever
    /// opened again: `channel-closed` or `duplicate-commitment`.
    ///
    /// - Returns: those that went, as they stood; channels that must stay, or went before, are passed
    ///   over.
    func purge(
        _ ids: [CommitmentID], by rule: PurgeRule
    ) async throws(Refusal) -> [ChannelRecord]

    // MARK: What payers owe in two-party mode

    /// What each payer owes, in the order of their keys, from the first after `payer`.
    func debts(
        in asset: Asset, after payer: PublicKey?, limit: Int
    ) async throws(Refusal) -> [PayerDebt]

    /// Records that a payer has paid a debt by other means, once for each reference.
    /// - Throws: `reference-conflict` if the reference was used for another payer or amount;
    ///   `insufficient-funds` for more than the payer owes.
    func recordPayment(
        of amount: Amount, in asset: Asset, by payer: PublicKey, reference: [UInt8],
        at time: Timestamp
    ) async throws(Refusal)
}
