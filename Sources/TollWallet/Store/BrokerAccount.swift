public import PayWord

/// An account that the wallet has opened at a broker.
public struct BrokerAccount: Sendable, Equatable {
    /// The broker's root key.
    public let broker: PublicKey
    /// Where it is reached, as text that the caller understands.
    public let address: String
    /// What the account counts.
    public let asset: Asset
    /// The account's key, which derives from the wallet's secret.
    public let account: PublicKey

    /// An account that the broker has enrolled.
    public init(broker: PublicKey, address: String, asset: Asset, account: PublicKey) {
        self.broker = broker
        self.address = address
        self.asset = asset
        self.account = account
    }
}
