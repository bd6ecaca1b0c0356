/// The 32 bytes that a wallet is: every key, chain and note derives from them.
///
/// ```swift
/// var random = SystemRandomNumberGenerator()
/// let secret = WalletSecret.generate(using: &random)
/// let payer = try secret.payerKey(broker: broker, merchant: merchant, generation: 0)
/// ```
public struct WalletSecret: Sendable, CustomStringConvertible {
    /// The length of a secret, 32 bytes.
    public static let byteCount = 32

    /// The bytes, for storing them in a place that only their owner can read.
    public let bytes: SecretBytes
    private let hmac: HMACSHA256

    /// The secret of 32 bytes.
    /// - Throws: `malformed` for another length.
    public init(_ bytes: SecretBytes) throws(Refusal) {
        guard bytes.count == Self.byteCount else {
            throw Refusal(.malformed, "a wallet's secret has 32 bytes, not \(bytes.count)")
        }
        self.init(unchecked: bytes)
    }

    private init(unchecked bytes: SecretBytes) {
        self.bytes = bytes
        hmac = HMACSHA256(key: bytes)
    }

    /// A new secret drawn from `generator`, which must be cryptographically secure (TC-02.10).
    public static func generate(using generator: inout some RandomNumberGenerator) -> WalletSecret {
        WalletSecret(unchecked: SecretBytes(count: byteCount, using: &generator))
    }

    /// The key that the wallet's account at `broker` has:
    /// seed = `HMAC-SHA-256(secret, "tollchain/1 account key" || broker)`.
    /// - Throws: `internal` if libcrypto fails, which only memory exhaustion explains.
    public func accountKey(broker: PublicKey) throws(Refusal) -> SigningKey {
        try SigningKey(
            seed: hmac.derive("tollchain/1 account key", broker.bytes))
    }

    /// The key that signs commitments to one merchant:
    /// seed = `HMAC-SHA-256(secret, "tollchain/1 payer key" || broker || merchant ||
    /// be32(generation))`.
    ///
    /// Two merchants who compare their records find no key in common.
    /// The generation starts at 0; a wallet raises it to be a new customer (TC-02.12).
    /// - Throws: `internal` if libcrypto fails, which only memory exhaustion explains.
    public func payerKey(
        broker: PublicKey, merchant: PublicKey, generation: UInt32
    ) throws(Refusal) -> SigningKey {
        try SigningKey(
            seed: hmac.derive(
                "tollchain/1 payer key", broker.bytes, merchant.bytes,
                withUnsafeBytes(of: generation.bigEndian) { Array($0) }))
    }

    /// The last payword of a chain: `HMAC-SHA-256(secret, "tollchain/1 tip" || context ||
    /// ordinal(1))`.
    public func tip(context: ChainContext, ordinal: Ordinal) -> Payword {
        var tip = Bytes32.zero
        withUnsafeMutableBytes(of: &tip) { output in
            context.withMessage("tollchain/1 tip", ordinal) { hmac.write($0, to: output) }
        }
        return Payword(storage: tip)
    }

    /// The key that seals the notes which the broker keeps for the wallet:
    /// `HMAC-SHA-256(secret, "tollchain/1 note key" || broker)`.
    public func noteKey(broker: PublicKey) -> SecretBytes {
        hmac.derive("tollchain/1 note key", broker.bytes)
    }

    /// A cursor over one chain of a commitment, standing at `revealed`. Hashes the chain once.
    public func cursor(
        context: ChainContext, ordinal: Ordinal, length: ChainIndex,
        revealed: ChainIndex = .zero
    ) -> ChainCursor {
        let start = start(
            of: CommittedPlace(
                context: context, ordinal: ordinal, length: length, revealed: revealed))
        return ChainCursor(key: start.key, tip: start.tip, revealed: start.revealed)
    }

    /// Cursors over chains of any commitments of this wallet, in their order. Hashes each chain
    /// once, and many of them side by side.
    public func cursors(_ places: some Collection<CommittedPlace>) -> [ChainCursor] {
        ChainCursor.many(places.map { start(of: $0) })
    }

    private func start(of place: CommittedPlace) -> ChainCursor.Start {
        ChainCursor.Start(
            key: ChainKey(context: place.context, ordinal: place.ordinal),
            tip: ChainPosition(
                index: place.length, payword: tip(context: place.context, ordinal: place.ordinal)),
            revealed: place.revealed)
    }

    /// Always `<secret>`.
    public var description: String { "<secret>" }
}

/// A chain of a commitment, and how far it is revealed: what a wallet's secret makes a cursor from.
public struct CommittedPlace: Hashable, Sendable {
    /// The commitment's context.
    public let context: ChainContext
    /// Which of the commitment's chains.
    public let ordinal: Ordinal
    /// How many paywords it has.
    public let length: ChainIndex
    /// The index revealed last.
    public let revealed: ChainIndex

    /// A chain of a commitment, revealed up to `revealed`.
    public init(
        context: ChainContext, ordinal: Ordinal, length: ChainIndex, revealed: ChainIndex = .zero
    ) {
        self.context = context
        self.ordinal = ordinal
        self.length = length
        self.revealed = revealed
    }
}
