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

    /// The secret of 32 bytes.
    /// - Throws: `malformed` for another length.
    public init(_ bytes: SecretBytes) throws(Refusal) {
        guard bytes.count == Self.byteCount else {
            throw Refusal(.malformed, "a wallet's secret has 32 bytes, not \(bytes.count)")
        }
        self.bytes = bytes
    }

    private init(unchecked bytes: SecretBytes) { self.bytes = bytes }

    /// A new secret drawn from `generator`, which must be cryptographically secure (TC-02.10).
    public static func generate(using generator: inout some RandomNumberGenerator) -> WalletSecret {
        WalletSecret(unchecked: SecretBytes(count: byteCount, using: &generator))
    }

    /// The key that the wallet's account at `broker` has:
    /// seed = `HMAC-SHA-256(secret, "tollchain/1 account key" || broker)`.
    /// - Throws: `internal` if libcrypto fails, which only memory exhaustion explains.
    public func accountKey(broker: PublicKey) throws(Refusal) -> SigningKey {
        try SigningKey(
            seed: HMACSHA256.derive(bytes, "tollchain/1 account key", broker.bytes))
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
            seed: HMACSHA256.derive(
                bytes, "tollchain/1 payer key", broker.bytes, merchant.bytes,
                withUnsafeBytes(of: generation.bigEndian) { Array($0) }))
    }

    /// The last payword of a chain: `HMAC-SHA-256(secret, "tollchain/1 tip" || context ||
    /// ordinal(1))`.
    public func tip(context: ChainContext, ordinal: Ordinal) -> Payword {
        let tip = HMACSHA256.derive(bytes, "tollchain/1 tip", context.bytes, [ordinal.value])
        return tip.withBytes { Payword($0) } ?? .zero
    }

    /// The key that seals the notes which the broker keeps for the wallet:
    /// `HMAC-SHA-256(secret, "tollchain/1 note key" || broker)`.
    public func noteKey(broker: PublicKey) -> SecretBytes {
        HMACSHA256.derive(bytes, "tollchain/1 note key", broker.bytes)
    }

    /// A cursor over one chain of a commitment, standing at `revealed`. Hashes the chain once.
    public func cursor(
        context: ChainContext, ordinal: Ordinal, length: ChainIndex,
        revealed: ChainIndex = .zero
    ) -> ChainCursor {
        ChainCursor(
            key: ChainKey(context: context, ordinal: ordinal),
            tip: ChainPosition(index: length, payword: tip(context: context, ordinal: ordinal)),
            revealed: revealed)
    }

    /// Always `<secret>`.
    public var description: String { "<secret>" }
}
