import Failpoints
import PayWord
import TollBrokerAPI
import TollCLI
import TollMerchant

/// A merchant's folder, opened: its key, its settings, its channels.
struct MerchantHome {
    static let keyFile = "merchant.key"
    static let storeFile = "channels.sqlite"

    let context: CommandContext
    /// What is in effect, key by key.
    let values: ConfigurationValues
    let settings: MerchantSettings
    let asset: Asset
    let key: SigningKey
    let opened: RoleStore<any ChannelStore>
    var store: any ChannelStore { opened.store }

    /// Opens what `toll merchant init` made. A configuration with mistakes of form is refused; with
    /// `forService`, so is one that threatens money. An older copy is read with a warning; for who
    /// serves it or is `writing`, it is refused.
    init(
        _ context: CommandContext, flags: [String: String] = [:], forService: Bool = false,
        writing: Bool = false
    ) async throws {
        let configuration = try context.merchantConfiguration(flags: flags)
        try context.refuse(
            forService
                ? configuration.faults.filter { $0.severity == .error } : configuration.formFaults)
        self.context = context
        values = configuration.values
        settings = MerchantSettings(values)
        asset = try AssetText.asset(settings.asset)
        key = try SigningKey(
            seed: HomeKey.read(context.places.file(.merchant, Self.keyFile)))
        opened = try await .open(
            context, database: values.text("store"), merchant: key.publicKey)
        guard let staleness = opened.staleness else { return }
        guard !forService, !writing else {
            throw RoleCopies.stale(staleness, "toll merchant restore")
        }
        context.output.warn(staleness.detail)
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

    /// The merchant, ready to work, over this store or its own.
    func merchant(over other: (any ChannelStore)? = nil) throws(Refusal) -> Merchant {
        Merchant(
            key: key, policy: try policy(), store: other ?? store,
            catalogue: try settings.catalogue(), limits: limits, clock: CommandContext.clock,
            failpoints: Failpoints(environment: context.environment),
            logger: context.logger("toll.merchant"))
    }

    /// A redeemer at all of the merchant's brokers, itself among them where it is one. With
    /// `evidence`, redemptions and answers are left in that folder.
    func redeemer(
        _ connection: ConnectionOptions, evidence: String? = nil, forService: Bool = false
    ) throws -> (redeemer: Redeemer, clients: [BrokerClient]) {
        let connection = connection.with(values)
        func kept(_ broker: any RedeemingBroker) throws -> any RedeemingBroker {
            try evidence.map { try EvidenceKeeper(broker, folder: $0) } ?? broker
        }
        var brokers: [PublicKey: any RedeemingBroker] = [:]
        var clients: [BrokerClient] = []
        for entry in settings.brokers {
            let client = try connection.broker(entry.url, context, forService: forService)
            clients.append(client)
            let root = try PartyText.key(entry.root, "a broker's root key")
            brokers[root] = try kept(client)
        }
        if settings.twoPartyMaximum != nil {
            brokers[key.publicKey] = try kept(OwnLedger(key: key, asset: asset, store: store))
        }
        let redeemer = Redeemer(
            key: key, asset: asset, store: store, brokers: brokers, clock: CommandContext.clock,
            failpoints: Failpoints(environment: context.environment),
            logger: context.logger("toll.redeemer"))
        return (redeemer, clients)
    }
}
