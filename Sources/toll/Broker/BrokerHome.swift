import Failpoints
import PayWord
import TollBroker
import TollCLI

/// A broker's folder, opened: its signing key, its settings, its ledger. The root's key is not read.
struct BrokerHome {
    static let rootKeyFile = "root.key"
    static let signingKeyFile = "signing.key"
    static let storeFile = "ledger.sqlite"

    let context: CommandContext
    let settings: BrokerSettings
    let asset: Asset
    let opened: RoleStore<any LedgerStore>
    var store: any LedgerStore { opened.store }
    let broker: Broker

    /// Opens what `toll broker init` made. An older copy is read with a warning; for who is `writing`,
    /// it is refused.
    init(_ context: CommandContext, writing: Bool = false) async throws {
        guard context.places.has(.broker, BrokerSettings.fileName) else {
            throw CommandError(
                code: "not-found",
                detail: "there is no broker in ‘\(context.places.folder(.broker))’",
                hint: "make one: toll broker init", exitCode: .unknown)
        }
        self.context = context
        settings = try JSONFile.read(
            BrokerSettings.self, from: context.places.file(.broker, BrokerSettings.fileName))
        asset = try AssetText.asset(settings.asset)
        var certificates: [SignedObject<Certificate>] = []
        for text in settings.signingCertificates {
            guard let bytes = Hex.decode(text) else {
                throw Refusal(.malformed, "a signing certificate in broker.json is no hexadecimal")
            }
            certificates.append(try SignedObject(decoding: bytes))
        }
        let root = try PartyText.key(settings.root, "the broker's root key")
        let database = try StoreText.checked(settings.store, context)
        opened = try await .open(context, database: database, broker: root)
        if let staleness = opened.staleness {
            guard !writing else {
                throw RoleCopies.stale(staleness, "toll broker restore --compared")
            }
            context.output.warn(staleness.detail)
        }
        let signing = try SigningKey(
            seed: HomeKey.read(context.places.file(.broker, Self.signingKeyFile)))
        if signing.publicKey == root {
            context.output.warn(
                "\(Self.signingKeyFile) is the root key itself, which should lie where no network "
                    + "reaches it: put back the signing key that toll broker init made")
        }
        broker = try Broker(
            root: root, signingKey: signing,
            signingCertificates: certificates, policy: settings.policy(), store: opened.store,
            clock: CommandContext.clock,
            failpoints: Failpoints(environment: context.environment),
            logger: context.logger("toll.broker"))
    }
}
