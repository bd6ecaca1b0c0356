public import Failpoints
public import Logging
public import PayWord

/// A broker: it holds accounts, certifies keys, reserves funds, and turns each redemption into one
/// settlement. It does no input or output of its own: what drives it hands it signed objects, a
/// store keeps its books, and clock and randomness are values.
///
/// Every request is idempotent: the same object again is answered alike and changes nothing.
///
/// ```swift
/// let broker = try Broker(
///     root: root.publicKey, signingKey: signing.key,
///     signingCertificates: [signing.certificate.object],
///     policy: BrokerPolicy(assets: [euro]), store: store, clock: clock)
/// let answer = try await broker.redeem(redemption)
/// ```
public final class Broker: Sendable {
    /// What the broker takes part in.
    public let policy: BrokerPolicy
    let signer: BrokerSigner
    let store: any LedgerStore
    let clock: @Sendable () -> Timestamp
    let failpoints: Failpoints
    let logger: Logger
    let failedWork: FailedWorkBudget
    private let draw: @Sendable () -> UInt64

    /// A broker over a store, which signs with a key under its root.
    ///
    /// - Parameters:
    ///   - root: the key that names the broker.
    ///   - signingKey: what signs: the root itself, or a key certified under it.
    ///   - signingCertificates: certificates of role 3, of this signing key and of those before it.
    ///   - policy: what the broker takes part in.
    ///   - store: where it keeps its books.
    ///   - clock: the time.
    ///   - random: where ids and serial numbers come from.
    ///   - failpoints: where tests may have the process killed.
    ///   - logger: never told a payword, a key's seed or a note.
    /// - Throws: `bad-signature` for a signing key that the root did not certify, `malformed` for a
    ///   policy without assets.
    public init(
        root: PublicKey, signingKey: SigningKey,
        signingCertificates: [SignedObject<Certificate>] = [], policy: BrokerPolicy,
        store: any LedgerStore, clock: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) },
        failpoints: Failpoints = .none,
        logger: Logger = Logger(label: "tollchain.broker")
    ) throws(Refusal) {
        guard (1...BrokerDescription.listMaximum).contains(policy.assets.count) else {
            throw Refusal(.malformed, "a broker has 1 to 16 assets")
        }
        signer = try BrokerSigner(
            root: root, key: signingKey, certificates: signingCertificates)
        self.policy = policy
        self.store = store
        self.clock = clock
        self.failpoints = failpoints
        self.logger = logger
        failedWork = FailedWorkBudget(policy.failedWork)
        draw = random
    }

    /// The root key, which names the broker.
    public var root: PublicKey { signer.root }

    /// What the broker says of itself to anyone who asks.
    public func describe() -> BrokerDescription {
        BrokerDescription(
            root: root, signingCertificates: signer.certificates, assets: policy.assets,
            isFaucetEnabled: policy.faucet != nil, batchStepsMaximum: policy.batchStepsMaximum)
    }

    // MARK: What every verb needs

    /// - Throws: `wrong-broker`.
    func checkBroker(_ broker: PublicKey) throws(Refusal) {
        guard broker == root else {
            throw Refusal(.wrongBroker, "made out to \(broker), this is \(root)")
        }
    }

    /// - Throws: `wrong-asset`.
    func checkAsset(_ asset: Asset) throws(Refusal) {
        guard policy.assets.contains(asset) else {
            throw Refusal(.wrongAsset, "\(asset) is none of this broker's assets")
        }
    }

    /// 16 bytes that nobody can guess.
    func drawID<ID: FixedBytes>() -> ID {
        var generator = DrawnNumbers(draw: draw)
        return .random(using: &generator)
    }

    /// One of the broker's own accounts.
    func ownAccount(
        _ purpose: LedgerAccountID.Purpose, _ asset: Asset
    ) -> LedgerAccountID {
        LedgerAccountID(.broker, root, purpose, asset)
    }
}

/// A closure as a generator.
private struct DrawnNumbers: RandomNumberGenerator {
    let draw: @Sendable () -> UInt64
    mutating func next() -> UInt64 { draw() }
}
