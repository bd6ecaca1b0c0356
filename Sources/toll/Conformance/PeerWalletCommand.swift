import ArgumentParser
import PayWord
import TollBrokerAPI
import TollCLI
import TollConformancePeer
import TollTransport

/// `toll conformance peer wallet`: a live wallet for a merchant under test.
struct PeerWalletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet",
        abstract: "Be a wallet that pays a merchant under test, honest or not.",
        discussion: """
            A payer connects and a merchant listens, so this needs the address of the merchant under \
            test, not one to listen at. The merchant must take two-party commitments, or those of \
            the broker that is named, which must have a faucet. Every misbehaviour is followed by \
            an honest payment, which must be counted.

            EXAMPLES
              toll conformance peer wallet --connect toll+tcp://KEY@127.0.0.1:7600 --count 10
              toll conformance peer wallet --connect toll+tcp://KEY@127.0.0.1:7600 --misbehave all
              toll conformance peer wallet --connect 127.0.0.1:7600 --merchant KEY
              toll conformance peer wallet --list
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Option(
        help: ArgumentHelp(
            "Where the merchant under test listens, over plain TCP.", valueName: "address"))
    var connect: String?

    @Option(help: "The merchant's key, where the address is HOST:PORT alone.")
    var merchant: String?

    @Option(help: .hidden)
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "How to misbehave; ‘all’ for every mode in turn; --list shows them.",
            valueName: "mode"))
    var misbehave: String?

    @Flag(help: "Show the modes: what each does, and what a right merchant answers.")
    var list = false

    @Option(help: "How many times to pay, if honest.")
    var count: UInt32 = 3

    @Option(help: "A resource that the merchant sells, to ask for its price.")
    var resource: String?

    @Option(help: "What the merchant sells for: CODE/SCALE.")
    var asset: String = AssetText.standard

    @Option(help: "What one payword is worth.")
    var denomination: String?

    @Option(help: "The broker that reserves, where the merchant is not its own.")
    var broker: String?

    @Option(help: "How many seconds the merchant may take to end a session that keeps it waiting.")
    var patience = 45

    func validate() throws {
        guard listen == nil else {
            throw ValidationError(
                "a wallet does not listen: it connects to the merchant under test, so give --connect"
            )
        }
        guard list || connect != nil else { throw ValidationError("give --connect, or --list") }
        guard (1...3600).contains(patience) else {
            throw ValidationError("--patience is 1 to 3600 seconds")
        }
        guard (1...999).contains(count) else { throw ValidationError("--count is 1 to 999") }
    }

    func run() async throws {
        let context = try await common.context()
        guard let connect, !list else {
            return PeerOutput.list(WalletMisbehaviour.all.map(\.mode), context)
        }
        let modes = try modes()
        var target = try target(connect, context)
        var client: BrokerClient?
        if let broker {
            let api = try connection.broker(broker, context, forService: true)
            client = api
            let account = try await PeerAccount(api, asset: target.asset)
            target.broker = account.root
            target.fund = account.reserve
        }
        let output = PeerOutput(context)
        let wallet = PeerWallet(target, clock: CommandContext.clock, events: output.write)
        var reports: [PeerReport] = []
        for mode in modes {
            reports.append(await wallet.play(mode))
            reports.last.map(output.write)
        }
        if modes.isEmpty {
            reports = [await wallet.pay(times: count)]
            reports.last.map(output.write)
        }
        await client?.shutdown()
        if let error = CommandError.notPassed(reports) { throw error }
    }

    private func modes() throws(CommandError) -> [WalletMisbehaviour] {
        guard let misbehave else { return [] }
        if misbehave == "all" { return WalletMisbehaviour.all }
        guard let mode = WalletMisbehaviour.named(misbehave) else {
            throw .unknownMode(misbehave)
        }
        return [mode]
    }

    private func target(
        _ connect: String, _ context: CommandContext
    ) throws -> PeerWallet.Target {
        let asset = try AssetText.asset(asset)
        let address: MerchantAddress
        if let merchant {
            let endpoint = try Endpoint(connect)
            address = MerchantAddress(
                merchant: try PartyText.key(merchant, "a merchant's key"), host: endpoint.host,
                port: endpoint.port, isTLS: false)
        } else {
            address = try MerchantAddress(connect)
        }
        guard !address.isTLS else {
            throw CommandError.usage(
                "this wallet speaks plain TCP alone",
                hint: "have the merchant under test listen without TLS: toll+tcp://KEY@HOST:PORT")
        }
        var target = PeerWallet.Target(
            address: PeerAddress(host: address.host, port: address.port),
            merchant: address.merchant, asset: asset)
        target.resource = resource
        target.silenceTime = .seconds(patience)
        target.allowPlainTCPOffLoopback = connection.transport.allowsInsecure(context)
        if let denomination { target.denomination = try asset.amount(denomination).units }
        return target
    }
}
