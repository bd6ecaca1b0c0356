public import PayWord

/// What a wallet keeps. Each verb is atomic, and durable when it returns; when it throws, nothing of
/// it was done. A fault of the engine is `storage-failed`.
///
/// `TollSQLite` implements it. A store never sees a secret: no key, no payword, no wallet secret.
///
/// ```swift
/// let store: any WalletStore = try SQLiteWalletStore(path: "wallet.sqlite")
/// for channel in try await store.channels() where channel.stage == .ready {
///     print(channel.id, try channel.spendable)
/// }
/// ```
public protocol WalletStore: Sendable {
    // MARK: Channels

    /// Keeps a new channel. The same commitment again changes nothing.
    /// - Throws: `reference-conflict` if another channel has its reference.
    func insert(_ channel: ChannelRecord) async throws(Refusal)

    /// The channel, or nil.
    func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord?

    /// The channel that was opened under this reference, or nil.
    func channel(reference: RequestReference) async throws(Refusal) -> ChannelRecord?

    /// All channels, in order of id.
    func channels() async throws(Refusal) -> [ChannelRecord]

    /// Keeps a reservation request in place of an older one.
    func replaceRequest(_ id: CommitmentID, _ request: [UInt8]) async throws(Refusal)

    /// Keeps what funds a committed channel, which is ready from then on. Any other stage stays.
    func fund(_ id: CommitmentID, _ funding: [[UInt8]]) async throws(Refusal)

    /// Marks a channel as disputed, with what the merchant claimed. A closed channel stays closed,
    /// and the first dispute stays on record.
    func dispute(_ id: CommitmentID, _ claim: String) async throws(Refusal)

    /// Keeps the merchant's close, and with it the receipt. The channel is closed from then on.
    func close(
        _ id: CommitmentID, _ close: [UInt8], receipt: Verified<Receipt>
    ) async throws(Refusal)

    /// Marks a close as delivered to the broker.
    func markCloseDelivered(_ id: CommitmentID) async throws(Refusal)

    // MARK: Payments

    /// Waits until no other program on this store moves the channel, and keeps it so until the turn
    /// ends. Who waits is served before who comes again.
    /// - Throws: `busy` when the wait was too long; `storage-failed`.
    func turn(on id: CommitmentID, waiting: Duration) async throws(Refusal) -> ChannelTurn

    /// Writes ahead for several channels, in one transaction, and judges each by itself: a result by
    /// position.
    ///
    /// A refusal of one changes nothing of it and leaves the others: `unknown-commitment`; `busy` if
    /// its version is not the stored one plus one, which means that another program moved the
    /// channel; `channel-closed` unless it is ready; `stale-index` if an index is below the stored
    /// one; `budget-exceeded`; `reference-conflict` if a payment to this merchant with the same
    /// reference is in the journal already, on whichever channel, and was not refused.
    func writeAhead(_ batch: [WriteAhead]) async throws(Refusal) -> [Result<Void, Refusal>]

    /// Keeps what merchants answered, in one transaction; a result by position. Revealed indexes
    /// only rise. Refusals as for ``writeAhead(_:)``.
    func record(_ batch: [ProgressUpdate]) async throws(Refusal) -> [Result<Void, Refusal>]

    /// The payments of a channel that have no answer on disk, in order.
    func pendingPayments(_ id: CommitmentID) async throws(Refusal) -> [PaymentRecord]

    /// The payments of a channel with these references that were not refused.
    func payments(
        _ id: CommitmentID, references: Set<[UInt8]>
    ) async throws(Refusal) -> [PaymentRecord]

    /// The payment to a merchant with this reference that was not refused, on whichever of its
    /// channels it was made; nil if there is none.
    func payment(
        to merchant: PublicKey, reference: [UInt8]
    ) async throws(Refusal) -> HistoryEntry?

    /// The payments of one channel after a number, in order.
    func payments(
        _ id: CommitmentID, after number: UInt64, limit: Int
    ) async throws(Refusal) -> [PaymentRecord]

    /// The sums of one channel's journal.
    func summary(_ id: CommitmentID) async throws(Refusal) -> JournalSummary

    /// The latest payments of all channels, newest first.
    func history(limit: Int) async throws(Refusal) -> [HistoryEntry]

    /// What was revealed to a merchant (to all, if nil) on a day (ever, if nil).
    func revealed(
        asset: Asset, merchant: PublicKey?, day: UInt64?
    ) async throws(Refusal) -> Amount

    // MARK: Receipts, keys and accounts

    /// Keeps a receipt. The same one again changes nothing.
    func keep(_ receipt: Verified<Receipt>) async throws(Refusal)

    /// The receipts of a channel as objects, oldest first.
    func receipts(_ id: CommitmentID) async throws(Refusal) -> [[UInt8]]

    /// Which of the wallet's keys is used with this broker and merchant; 0 at first.
    func generation(broker: PublicKey, merchant: PublicKey) async throws(Refusal) -> UInt32

    /// Uses a higher key from now on. A lower one than the present changes nothing.
    func raiseGeneration(
        broker: PublicKey, merchant: PublicKey, to generation: UInt32
    ) async throws(Refusal)

    /// Keeps an account. The same broker and asset again replaces its address.
    func keep(_ account: BrokerAccount) async throws(Refusal)

    /// All accounts, in order of broker.
    func accounts() async throws(Refusal) -> [BrokerAccount]
}
