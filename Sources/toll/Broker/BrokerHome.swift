import Failpoints
import PayWord
import TollBroker
import TollCLI
import TollSQLite

/// A broker's folder, opened: its signing key, its settings, its ledger. The root's key is not read.
struct BrokerHome {
    static let rootKeyFile = "root.key"
    static let signingKeyFile = "signing.key"
    static let storeFile = "ledger.sqlite"

    let context: CommandContext
    let settings: BrokerSettings
    let asset: Asset
    let store: SQLiteLedgerStore
    let broker: Broker

    /// Opens what `toll broker init` made.
    init(_ context: CommandContext) throws {
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
        store = try SQLiteLedgerStore(path: context.places.file(.broker, Self.storeFile))
        if let staleness = store.staleness { context.output.warn(staleness.detail) }
        var certificates: [SignedObject<Certificate>] = []
        for text in settings.signingCertificates {
            guard let bytes = Hex.decode(text) else {
                throw Refusal(.malformed, "a signing certificate in broker.json is no hexadecimal")
            }
            certificates.append(try SignedObject(decoding: bytes))
        }
        let root = try PartyText.key(settings.root, "the broker's root key")
        let signing = try SigningKey(
            seed: HomeKey.read(context.places.file(.broker, Self.signingKeyFile)))
        if signing.publicKey == root {
            context.output.warn(
                "\(Self.signingKeyFile) is the root key itself, which should lie where no network "
                    + "reaches it: put back the signing key that toll broker init made")
        }
        broker = try Broker(
            root: root, signingKey: signing,
            signingCertificates: certificates, policy: settings.policy(), store: store,
            clock: CommandContext.clock,
            failpoints: Failpoints(environment: context.environment),
            logger: context.logger("toll.broker"))
    }
}
