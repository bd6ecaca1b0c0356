import ArgumentParser
import Foundation
import Logging
import PayWord
import PeerProtocol
import ServiceLifecycle
import TollBrokerAPI
import TollCLI
import TollMerchant
import TollSQLite
import TollTransport

/// `toll merchant serve`: takes payments over the peer protocol.
struct MerchantServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Take payments until told to stop.",
        discussion: """
            Writes one line with its address to standard output when it listens. SIGTERM and SIGINT \
            end it when what is under way is answered. With --redeem-every it also redeems by \
            itself.

            EXAMPLES
              toll merchant serve
              toll merchant serve --listen 0.0.0.0:7600 --tls-certificate c.pem --tls-key k.pem
              toll merchant serve --redeem-every 3600
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var serving: ServingOptions

    @Option(help: "Redeem at this interval, in seconds.")
    var redeemEvery: Int?

    func validate() throws {
        guard redeemEvery.map({ (1...31_536_000).contains($0) }) ?? true else {
            throw ValidationError("--redeem-every is 1 to 31536000 seconds")
        }
    }

    func run() async throws {
        let context = try await common.context()
        let home = try MerchantHome(context)
        try serveAlone(home.store.takeServingLock)
        let endpoint = try Endpoint(
            context.settings.string(
                "merchant.listen", flag: serving.listen, default: "127.0.0.1:7600"))
        var configuration = PeerServer.Configuration(
            address: PeerAddress(host: endpoint.host, port: endpoint.port))
        if let files = try serving.tlsFiles(context) {
            configuration.identity = try ServerIdentity(
                certificateChainPEM: try Self.read(files.certificate),
                privateKeyPEM: try Self.read(files.key))
        }
        configuration.allowPlainTCPOffLoopback = connection.transport.allowsInsecure(context)
        let logger = context.logger("toll.merchant", level: .notice)
        let merchant = try home.merchant()
        configuration.session.limits = merchant.peerLimits
        let server = PeerServer(
            configuration, key: home.key, service: merchant, clock: CommandContext.clock,
            logger: logger)
        var services: [any Service] = [server]
        var clients: [BrokerClient] = []
        if let redeemEvery {
            let made = try home.redeemer(connection, forService: true)
            clients = made.clients
            services.append(
                RedeemerService(
                    redeemer: made.redeemer, interval: .seconds(redeemEvery),
                    logger: logger))
        }
        let isTLS = configuration.identity != nil
        let announcement = Task {
            let place = try await server.address()
            let address = MerchantAddress(
                merchant: home.key.publicKey, host: endpoint.host, port: place.port, isTLS: isTLS)
            context.output.show(
                ["address": .text("\(address)"), "merchant": .text("\(home.key.publicKey)")],
                ["Merchant \(home.key.publicKey)", "Listening on \(address)"])
        }
        do {
            try await serve(services, logger: logger)
        } catch {
            announcement.cancel()
            throw error
        }
        await merchant.drain()
        for client in clients { await client.shutdown() }
    }

    private static func read(_ file: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Refusal(.storageFailed, "‘\(file)’ cannot be read")
        }
        return Array(data)
    }
}
