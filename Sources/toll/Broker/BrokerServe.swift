import ArgumentParser
import Logging
import PayWord
import ServiceLifecycle
import TollBroker
import TollBrokerAPI
import TollCLI
import UnixSignals

/// `toll broker serve`: the broker's API, and its sweep of what expired.
struct BrokerServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the broker's API until told to stop.",
        discussion: """
            Writes one line with its address to standard output when it listens. SIGTERM and SIGINT \
            end it when what is under way is answered.

            EXAMPLES
              toll broker serve
              toll broker serve --listen 0.0.0.0:8420 --tls-certificate c.pem --tls-key k.pem
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var serving: ServingOptions
    @OptionGroup var transport: TransportOptions

    func run() async throws {
        let context = try await common.context()
        let home = try await BrokerHome(context, writing: true)
        try serveAlone(home.opened.takeServingLock)
        let endpoint = try Endpoint(
            context.settings.string(
                "broker.listen", flag: serving.listen, default: "127.0.0.1:8420"))
        var configuration = BrokerServerConfiguration(host: endpoint.host, port: endpoint.port)
        configuration.tls = try serving.tlsFiles(context).map { files throws(Refusal) in
            try ServerTLS(certificateChainFile: files.certificate, privateKeyFile: files.key)
        }
        configuration.allowsPlainHTTPOffLoopback = transport.allowsInsecure(context)
        let scheme = configuration.tls == nil ? "http" : "https"
        let logger = context.logger("toll.broker", level: .notice)
        let server = try BrokerServer(
            service: home.broker, configuration: configuration, logger: logger,
            onListening: { port in
                let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
                let url = "\(scheme)://\(host):\(port)"
                context.output.show(
                    ["url": .text(url), "broker": .text("\(home.broker.root)")],
                    ["Broker \(home.broker.root)", "Listening on \(url)"])
            })
        try await serve(
            [server, BrokerKeeper(broker: home.broker, logger: logger)], logger: logger)
    }
}

/// Notes that the broker is up, and returns what expired, every minute.
private struct BrokerKeeper: Service {
    let broker: Broker
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(Refusal) {
                    _ = try await broker.beat()
                    let released = try await broker.sweep()
                    if released > 0 {
                        logger.notice("released", metadata: ["commitments": "\(released)"])
                    }
                } catch {
                    guard !Task.isCancelled else { return }
                    logger.error("housekeeping waits", metadata: ["reason": "\(error.reason.code)"])
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}

/// Where a server listens and how it is protected.
struct ServingOptions: ParsableArguments {
    @Option(help: "Where to listen: HOST:PORT; port 0 takes a free one.")
    var listen: String?

    @Option(help: "The TLS certificate chain, in PEM.", completion: .file(extensions: ["pem"]))
    var tlsCertificate: String?

    @Option(help: "The TLS private key, in PEM.", completion: .file(extensions: ["pem"]))
    var tlsKey: String?

    /// The certificate and the key, both or neither.
    func tlsFiles(
        _ context: CommandContext
    ) throws(CommandError) -> (certificate: String, key: String)? {
        let certificate = context.settings.string("tls.certificate", flag: tlsCertificate)
        let key = context.settings.string("tls.key", flag: tlsKey)
        switch (certificate, key) {
        case (let certificate?, let key?): return (certificate, key)
        case (nil, nil): return nil
        default:
            throw .usage(
                "TLS needs a certificate and its key",
                hint: "give both --tls-certificate and --tls-key")
        }
    }
}

/// Takes the lock of a folder, and says what to do where another process has it.
func serveAlone(_ takeServingLock: () throws(Refusal) -> Void) throws {
    do throws(Refusal) { try takeServingLock() } catch {
        throw CommandError.notServing(error, elsewhere: "--home DIR")
    }
}

/// Runs services until a signal ends them, and passes on why one of them could not start.
func serve(_ services: [any Service], logger: Logger) async throws {
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do { try await group.run() } catch let refusal as Refusal {
        guard refusal.reason == .internal else { throw refusal }
        throw CommandError(
            refusal,
            hint: "if another program listens there, stop it, or choose --listen HOST:PORT; port 0 "
                + "takes a free one")
    }
}
