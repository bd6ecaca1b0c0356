import Failpoints
import PayWord
import TollBrokerAPI
import TollCLI
import TollMerchant
import TollSQLite

/// A merchant's folder, opened: its key, its settings, its channels.
struct MerchantHome {
    static let keyFile = "merchant.key"
    static let storeFile = "channels.sqlite"

    let context: CommandContext
    let settings: MerchantSettings
    let asset: Asset
    let key: SigningKey
    let store: SQLiteChannelStore

    /// Opens what `toll merchant init` made.
    init(_ context: CommandContext) throws {
        guard context.places.has(.merchant, MerchantSettings.fileName) else {
            throw CommandError(
                code: "not-found",
                detail: "there is no merchant in ‘\(context.places.folder(.merchant))’",
                hint: "make one: toll merchant init --broker URL, or --two-party",
                exitCode: .unknown)
        }
        self.context = context
        settings = try JSONFile.read(
            MerchantSettings.self,
            from: context.places.file(.merchant, MerchantSettings.fileName))
        asset = try AssetText.asset(settings.asset)
        key = try SigningKey(
            seed: HomeKey.read(context.places.file(.merchant, Self.keyFile)))
        store = try SQLiteChannelStore(
            path: context.places.file(.merchant, Self.storeFile), merchant: key.publicKey)
        if let staleness = store.staleness { context.output.warn(staleness.detail) }
    }

    /// What the merchant takes, by its settings.
    func policy() throws(Refusal) -> MerchantPolicy {
        var identities: [BrokerIdentity] = []
        for broker in settings.brokers {
            identities.append(
                BrokerIdentity(root: try PartyText.key(broker.root, "a broker's root key")))
        }
        var policy = MerchantPolicy(asset: asset, brokers: identities)
        policy.redeemMargin = settings.redeemMarginSeconds
        policy.twoPartyMaximum = try settings.twoPartyMaximum.map { (text) throws(Refusal) in
            try asset.amount(text)
        }
        return policy
    }

    /// The merchant, ready to work.
    func merchant() throws(Refusal) -> Merchant {
        Merchant(
            key: key, policy: try policy(), store: store,
            catalogue: try settings.catalogue(), clock: CommandContext.clock,
            failpoints: Failpoints(environment: context.environment),
            logger: context.logger("toll.merchant"))
    }

    /// A redeemer at all of the merchant's brokers, itself among them where it is one. With
    /// `evidence`, redemptions and answers are left in that folder.
    func redeemer(
        _ connection: ConnectionOptions, evidence: String? = nil, forService: Bool = false
    ) throws -> (redeemer: Redeemer, clients: [BrokerClient]) {
        var brokers: [PublicKey: any RedeemingBroker] = [:]
        var clients: [BrokerClient] = []
        for entry in settings.brokers {
            let client = try connection.broker(entry.url, context, forService: forService)
            clients.append(client)
            let root = try PartyText.key(entry.root, "a broker's root key")
            brokers[root] = try evidence.map { try EvidenceKeeper(client, folder: $0) } ?? client
        }
        if settings.twoPartyMaximum != nil {
            brokers[key.publicKey] = OwnLedger(key: key, asset: asset, store: store)
        }
        let redeemer = Redeemer(
            key: key, asset: asset, store: store, brokers: brokers, clock: CommandContext.clock,
            failpoints: Failpoints(environment: context.environment),
            logger: context.logger("toll.redeemer"))
        return (redeemer, clients)
    }
}
