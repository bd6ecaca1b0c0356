import ArgumentParser
import Foundation
import Logging
import Metrics
import PayWord
import PeerProtocol
import ServiceLifecycle
import TollBrokerAPI
import TollCLI
import TollMerchant
import TollOperator
import TollTransport

/// `toll merchant serve`: takes payments over the peer protocol.
struct MerchantServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Take payments until told to stop.",
        discussion: """
            Writes one line with its address to standard output when it listens. SIGTERM and SIGINT \
            end it when what is under way is answered; SIGHUP reads prices and the TLS certificate \
            again. With --redeem-every it also redeems by \
            itself. What is given here wins over merchant.json, where all of it and more can be set: \
            toll merchant config schema. It does not start with a configuration that threatens money.

            EXAMPLES
              toll merchant serve
              toll merchant serve --listen 0.0.0.0:7600 --tls-certificate c.pem --tls-key k.pem
              toll merchant serve --redeem-every 3600 --metrics-listen 127.0.0.1:7601
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var serving: ServingOptions

    @Option(help: "Redeem at this interval, in seconds.")
    var redeemEvery: Int?

    @Option(
        help: "Serve /metrics, /healthz and /readyz here: HOST:PORT; port 0 takes a free one.")
    var metricsListen: String?

    func validate() throws {
        guard redeemEvery.map({ (1...31_536_000).contains($0) }) ?? true else {
            throw ValidationError("--redeem-every is 1 to 31536000 seconds")
        }
    }

    /// What the flags say, by the keys of merchant.json.
    private var flags: [String: String] {
        var flags: [String: String] = [:]
        flags["listen"] = serving.listen
        flags["tls.certificate"] = serving.tlsCertificate
        flags["tls.key"] = serving.tlsKey
        flags["trust"] = connection.trust
        flags["redeem.everySeconds"] = redeemEvery.map { "\($0)" }
        flags["metrics.listen"] = metricsListen
        if connection.transport.allowInsecureTransport { flags["allowInsecureTransport"] = "true" }
        return flags
    }

    func run() async throws {
        let context = try await common.context()
        let home = try await MerchantHome(context, flags: flags, forService: true)
        let values = home.values
        try serveAlone(home.opened.takeServingLock)
        let endpoint = try Endpoint(values.text("listen") ?? "127.0.0.1:7600")
        var configuration = try home.peerConfiguration(endpoint)
        let logger = home.serviceLogger()
        let watched = try values.text("metrics.listen").map { place in
            (MerchantOperator(clock: CommandContext.clock), try Endpoint(place))
        }
        // Before anything is made that counts.
        if let watched { MetricsSystem.bootstrap(watched.0.metrics) }
        let merchant = try home.merchant(
            over: watched.map { _ in MeasuredChannelStore(home.store) })
        configuration.session.limits = merchant.peerLimits
        let server = PeerServer(
            configuration, key: home.key, service: merchant, clock: CommandContext.clock,
            logger: logger)
        let made = try home.redeemer(connection, forService: true)
        var services: [any Service] = [
            server,
            MerchantReload(
                home: home, flags: flags, merchant: merchant, server: server, logger: logger),
        ]
        services += try home.backgroundServices(
            made, logger, onTurn: { watched?.0.note($0, $1) })
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        if let (watched, place) = watched {
            let around = try watched.services(
                at: place, of: merchant, home, made, logger, onListening: { port.yield($0) })
            services = around.first + services + [around.last]
        }
        let isTLS = configuration.identity != nil
        let announcement = Task {
            let place = try await server.address()
            let address = MerchantAddress(
                merchant: home.key.publicKey, host: endpoint.host, port: place.port, isTLS: isTLS)
            var json: [JSONText.Member] = [
                .init("address", .text("\(address)")),
                .init("merchant", .text("\(home.key.publicKey)")),
            ]
            var lines = ["Merchant \(home.key.publicKey)", "Listening on \(address)"]
            if let watched, let port = await ports.first(where: { _ in true }) {
                let url = "http://\(watched.1.hostInURL):\(port)"
                json.append(.init("operator", .text(url)))
                lines.append("Operator's address \(url)/metrics, /healthz, /readyz")
            }
            context.output.show(.object(json), lines)
        }
        do {
            try await serve(services, logger: logger)
        } catch {
            announcement.cancel()
            throw error
        }
        await merchant.drain()
        logger.notice("stopped", metadata: ["payments waiting": "\(merchant.waitingPayments)"])
        for client in made.clients { await client.shutdown() }
    }
}
