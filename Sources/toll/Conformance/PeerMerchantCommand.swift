import ArgumentParser
import Foundation
import PayWord
import TollBrokerAPI
import TollCLI
import TollConformancePeer
import TollMerchant
import TollSQLite
import TollTransport
import UnixSignals

/// `toll conformance peer merchant`: a live merchant for a wallet under test.
struct PeerMerchantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merchant",
        abstract: "Be a merchant that a wallet under test can pay, honest or not.",
        discussion: """
            Writes its address when it listens, then a line for each thing that happens, and the \
            report at the end: after --connections, or on SIGINT or SIGTERM. It is its own broker \
            (two-party funding) unless one is named. It sells ‘article’ for 0.0025.

            EXAMPLES
              toll conformance peer merchant
              toll conformance peer merchant --misbehave wrong-key --connections 1
              toll conformance peer merchant --broker http://127.0.0.1:8420
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Where to listen, over plain TCP: HOST:PORT; port 0 takes a free one.")
    var listen = "127.0.0.1:0"

    @Option(help: ArgumentHelp("How to misbehave; --list shows the modes.", valueName: "mode"))
    var misbehave: String?

    @Flag(help: "Show the modes: what each does, and what a right wallet does then.")
    var list = false

    @Option(help: "End after so many connections.")
    var connections: Int?

    @Option(help: "How many seconds a wallet may leave the connection open after a misbehaviour.")
    var patience = 60

    @Option(help: "The broker whose reservations it takes; without one it is its own.")
    var broker: String?

    @Option(help: "What it sells for: CODE/SCALE.")
    var asset: String = AssetText.standard

    @Option(help: "Keep key and channels in this folder; without it they go with the process.")
    var folder: String?

    func validate() throws {
        guard connections.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--connections is at least 1")
        }
        guard (1...3600).contains(patience) else {
            throw ValidationError("--patience is 1 to 3600 seconds")
        }
    }

    func run() async throws {
        let context = try await common.context()
        if list {
            return PeerOutput.list(MerchantMisbehaviour.allCases.map(\.mode), context)
        }
        let output = PeerOutput(context)
        let endpoint = try Endpoint(listen)
        let asset = try AssetText.asset(asset)
        var configuration = PeerMerchant.Configuration(
            address: PeerAddress(host: endpoint.host, port: endpoint.port),
            policy: try await policy(asset, context),
            catalogue: try Catalogue([
                "article": Price(unit: "article", amount: try asset.amount("0.0025"))
            ]))
        configuration.allowPlainTCPOffLoopback = connection.transport.allowsInsecure(context)
        configuration.connectionsMaximum = connections
        configuration.patience = .seconds(patience)
        if let misbehave {
            guard let mode = MerchantMisbehaviour(rawValue: misbehave) else {
                throw CommandError.unknownMode(misbehave)
            }
            configuration.misbehaviour = mode
        }
        let place = try PeerFolder(folder)
        defer { place.remove() }
        let key = try place.merchantKey()
        let peer = try await PeerMerchant.listen(
            configuration, key: key, clock: CommandContext.clock, events: output.write
        ) { number in
            try SQLiteChannelStore(
                path: "\(place.path)/channels-\(number).sqlite", merchant: key.publicKey)
        }
        announce(peer, configuration, output)
        let report = await untilSignalled(peer)
        output.write(report)
        if let error = CommandError.notPassed([report]) { throw error }
    }
}

extension PeerMerchantCommand {
    private func policy(_ asset: Asset, _ context: CommandContext) async throws -> MerchantPolicy {
        var identities: [BrokerIdentity] = []
        if let broker {
            identities = [
                try await withBroker(connection.broker(broker, context, forService: true)) {
                    try await $0.describe().identity
                }
            ]
        }
        var policy = MerchantPolicy(asset: asset, brokers: identities)
        policy.twoPartyMaximum = broker == nil ? .maximum : nil
        return policy
    }

    private func announce(
        _ peer: PeerMerchant, _ configuration: PeerMerchant.Configuration, _ output: PeerOutput
    ) {
        let address = MerchantAddress(
            merchant: peer.merchant, host: peer.address.host, port: peer.address.port, isTLS: false)
        let asset = configuration.policy.asset
        let prices = configuration.catalogue.prices.map {
            JSONText.Member($0.key, .amount($0.value.amount, asset))
        }
        let mode = configuration.misbehaviour?.mode
        output.write([
            "event": "ready", "address": .text("\(address)"), "merchant": .text("\(peer.merchant)"),
            "asset": .text("\(asset)"), "prices": .object(prices),
            "funding": .text(broker == nil ? "two-party" : "reserved"),
            "misbehave": .optional(mode?.name), "expects": .optional(mode?.expects),
        ])
    }

    /// The report, at the run's own end or when a signal ends it.
    private func untilSignalled(_ peer: PeerMerchant) async -> PeerReport {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let stopping = Task {
            for await _ in signals { peer.stop() }
        }
        defer { stopping.cancel() }
        return await peer.run()
    }
}
