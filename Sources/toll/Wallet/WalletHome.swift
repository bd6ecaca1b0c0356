import Failpoints
import KeyFile
import PayWord
import TollBrokerAPI
import TollCLI
import TollSQLite
import TollTransport
import TollWallet

/// A wallet's folder, opened: its secret, its settings, its records.
struct WalletHome {
    static let secretFile = "wallet.key"
    static let storeFile = "wallet.sqlite"

    let context: CommandContext
    let settings: WalletSettings
    let asset: Asset
    let wallet: Wallet

    /// Opens what `toll wallet init` made.
    init(_ context: CommandContext) throws {
        guard context.places.has(.wallet, WalletSettings.fileName) else {
            throw CommandError(
                code: "not-found",
                detail: "there is no wallet in ‘\(context.places.folder(.wallet))’",
                hint: "make one: toll wallet init --broker URL", exitCode: .unknown)
        }
        self.context = context
        settings = try JSONFile.read(
            WalletSettings.self, from: context.places.file(.wallet, WalletSettings.fileName))
        asset = try AssetText.asset(settings.asset)
        wallet = try Self.open(context, policy: try settings.policy())
    }

    static func open(_ context: CommandContext, policy: WalletPolicy) throws -> Wallet {
        Wallet(
            secret: try WalletSecret(
                SecretFile.read(context.places.file(.wallet, secretFile))),
            store: try SQLiteWalletStore(path: context.places.file(.wallet, storeFile)),
            policy: policy, clock: CommandContext.clock,
            failpoints: Failpoints(environment: context.environment),
            logger: context.logger("toll.wallet"))
    }

    /// The wallet's broker.
    func broker() throws -> (root: PublicKey, url: String) {
        guard let broker = settings.broker else {
            throw CommandError(
                code: "no-broker", detail: "this wallet has no broker",
                hint: "make a wallet with one: toll wallet init --broker URL --home DIR",
                exitCode: .unknown)
        }
        return (try PartyText.key(broker.root, "the broker's root key"), broker.url)
    }

    /// Connects to the merchant at an address.
    func connect(
        _ address: MerchantAddress, _ connection: ConnectionOptions
    ) async throws(Refusal) -> PeerConnection {
        try await PeerConnection.connect(
            to: PeerAddress(host: address.host, port: address.port),
            trust: try connection.peerTrust(address, context), merchant: address.merchant,
            agent: "toll/1", clock: CommandContext.clock)
    }
}
