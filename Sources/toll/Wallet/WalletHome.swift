import Failpoints
import PayWord
import TollBrokerAPI
import TollCLI
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
    init(_ context: CommandContext) async throws {
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
        wallet = try await Self.open(context, settings)
    }

    static func open(
        _ context: CommandContext, _ settings: WalletSettings
    ) async throws -> Wallet {
        let secret = try WalletSecret(HomeKey.read(context.places.file(.wallet, secretFile)))
        let opened = try await RoleStore<any WalletStore>.open(
            context, database: StoreText.checked(settings.store, context), secret: secret)
        return Wallet(
            secret: secret, store: opened.store, policy: try settings.policy(),
            clock: CommandContext.clock,
            failpoints: Failpoints(environment: context.environment),
            logger: context.logger("toll.wallet"))
    }

    /// The wallet's broker.
    func broker() throws -> (root: PublicKey, url: String) {
        guard let broker = settings.broker else {
            throw CommandError(
                code: "no-broker", detail: "this wallet has no broker",
                hint: "give it one: toll wallet init --broker URL",
                exitCode: .unknown)
        }
        return (try PartyText.key(broker.root, "the broker's root key"), broker.url)
    }

    /// Asks the wallet's broker for a person. If it knows no such account, the hint says why.
    func asking<Value>(
        _ connection: ConnectionOptions, _ work: (BrokerClient) async throws -> Value
    ) async throws -> Value {
        let (root, url) = try broker()
        let client = try connection.broker(url, context)
        do { return try await askingBroker(client, work) } catch let refusal as Refusal {
            guard refusal.reason == .unknownAccount else { throw refusal }
            if let why = try await Self.otherKey(wallet, root, context) { throw why }
            throw CommandError(
                refusal, hint: "open it again: toll wallet init --broker \(url)")
        }
    }

    /// What to say if the secret is not the one with which the account was opened; nil if it is, or
    /// if there is no account yet.
    static func otherKey(
        _ wallet: Wallet, _ root: PublicKey, _ context: CommandContext
    ) async throws(Refusal) -> CommandError? {
        let key = try wallet.accountKey(at: root)
        let accounts = try await wallet.accounts().filter { $0.broker == root }
        guard !accounts.isEmpty, !accounts.contains(where: { $0.account == key }) else {
            return nil
        }
        let path = context.places.file(.wallet, secretFile)
        return CommandError(
            Refusal(
                .unknownAccount, "‘\(path)’ is not the key with which this wallet was enrolled"),
            hint: "put the copy of that key back there; for this key, choose another --home")
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
