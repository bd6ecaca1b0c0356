public import PayWord

/// The parties of every fixture and of many tests: keys whose seeds are the SHA-256 of their role,
/// so that an implementer can make them in one line.
///
/// They are published, so they must never hold anything of worth.
public struct Parties: Sendable {
    /// The wallet's secret: SHA-256 of `tollchain fixtures: wallet`.
    public let wallet: WalletSecret
    /// A broker's root key.
    public let broker: SigningKey
    /// A signing key that the root certifies.
    public let brokerSigning: SigningKey
    /// A merchant.
    public let merchant: SigningKey
    /// Another merchant.
    public let otherMerchant: SigningKey
    /// Another broker.
    public let otherBroker: SigningKey
    /// Someone whom nothing names.
    public let stranger: SigningKey
    /// The wallet's account key at the broker.
    public let account: SigningKey
    /// The wallet's key for the merchant.
    public let payer: SigningKey

    /// Derives all keys.
    public init() throws(Refusal) {
        wallet = try WalletSecret(Self.secret("wallet"))
        broker = try Self.key("broker")
        brokerSigning = try Self.key("broker signing")
        merchant = try Self.key("merchant")
        otherMerchant = try Self.key("other merchant")
        otherBroker = try Self.key("other broker")
        stranger = try Self.key("stranger")
        account = try wallet.accountKey(broker: broker.publicKey)
        payer = try wallet.payerKey(
            broker: broker.publicKey, merchant: merchant.publicKey, generation: 0)
    }

    /// SHA-256 of `tollchain fixtures: ` and the role.
    public static func secret(_ role: String) -> SecretBytes {
        SecretBytes(SHA256.digest(Array("tollchain fixtures: \(role)".utf8)).bytes)
    }

    /// The key with that seed.
    public static func key(_ role: String) throws(Refusal) -> SigningKey {
        try SigningKey(seed: secret(role))
    }
}
