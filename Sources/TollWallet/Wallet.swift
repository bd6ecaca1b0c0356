public import Failpoints
public import Logging
public import PayWord
internal import Synchronization

/// The payer's side: keys, accounts, channels, budgets, and what to reveal next.
///
/// Everything derives from one secret, which the wallet holds and its store never sees. What a store
/// has is durable before the outside sees any of it: a commitment is on disk before the broker has
/// it, an index before its payword is shown. A wallet that is killed at any moment goes on where it
/// stood: ``resumeFunding(_:at:)`` for commitments, ``connect(_:over:)`` for payments.
///
/// ```swift
/// let wallet = Wallet(secret: secret, store: store, policy: policy, clock: clock)
/// let channel = try await wallet.openChannel(terms, at: broker)
/// try await wallet.connect(channel.id, over: link)
/// let outcome = try await wallet.pay(channel.id, PaymentIntent(amount: price))
/// ```
///
/// Any number of channels may pay at once; payments of one channel are made one after another, and
/// what concurrent channels write joins in one transaction.
public final class Wallet: Sendable {
    let context: WalletContext
    /// The channels that are open on a connection; the lock guards the table alone.
    private let live = Mutex<[CommitmentID: LiveChannel]>([:])

    /// A wallet over a secret and a store. The clock gives the present time; nonces and salts come
    /// from `random`.
    public init(
        secret: WalletSecret, store: any WalletStore, policy: WalletPolicy = WalletPolicy(),
        clock: @escaping @Sendable () -> Timestamp,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        failpoints: Failpoints = .none, logger: Logger = Logger(label: "tollchain.wallet")
    ) {
        context = WalletContext(
            secret: secret, store: store, policy: policy, clock: clock, random: random,
            failpoints: failpoints, logger: logger)
    }

    var store: any WalletStore { context.store }

    /// The policy that the wallet was made with.
    public var policy: WalletPolicy { context.policy }

    /// The channel's record.
    /// - Throws: `unknown-commitment`.
    func record(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord {
        guard let record = try await store.channel(id) else {
            throw Refusal(.unknownCommitment, "this wallet has no channel \(id)")
        }
        return record
    }

    /// The channel, open on a connection.
    /// - Throws: `unknown-handle` if it is on none.
    func open(_ id: CommitmentID) throws(Refusal) -> LiveChannel {
        guard let channel = live.withLock({ $0[id] }) else {
            throw Refusal(.unknownHandle, "connect the channel \(id) first")
        }
        return channel
    }

    /// Takes a channel's connection over, and gives the one that it had.
    func install(_ channel: LiveChannel?, for id: CommitmentID) -> LiveChannel? {
        live.withLock { live in
            let before = live[id]
            live[id] = channel
            return before
        }
    }
}
