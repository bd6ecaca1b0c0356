internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
public import Logging
internal import NIOCore
public import PayWord
public import ServiceLifecycle

/// The broker's HTTP API as a service: it runs until it is stopped gracefully, and then finishes the
/// requests that are under way.
///
/// ```swift
/// let server = try BrokerServer(service: broker, logger: logger)
/// try await ServiceGroup(
///     services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
/// ).run()
/// ```
public struct BrokerServer: Service {
    let application: Application<RouterResponder<BrokerRequestContext>>
    private let place: String

    /// A server that is not running yet.
    ///
    /// - Parameters:
    ///   - service: the broker.
    ///   - configuration: where to serve, and within which limits.
    ///   - logger: gets one line a request: at debug, or at warning if the fault is the broker's.
    ///   - onListening: called with the port once connections are accepted.
    /// - Throws: `insecure-transport` for plain HTTP off loopback that is not allowed by name, and
    ///   `malformed` for a TLS certificate that is not its key's.
    public init(
        service: any BrokerService,
        configuration: BrokerServerConfiguration = BrokerServerConfiguration(), logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) throws(Refusal) {
        try configuration.check()
        let limits = configuration.limits
        place = "\(configuration.host):\(configuration.port)"
        application = Application(
            responder: BrokerRouter(service: service, limits: limits).build().buildResponder(),
            server: try Self.server(configuration),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "tollchain",
                availableConnectionsDelegate: .maximum(
                    limits.connectionsMaximum, logger: logger)),
            onServerRunning: { channel in
                await onListening(channel.localAddress?.port ?? configuration.port)
            },
            logger: logger)
    }

    private static func server(
        _ configuration: BrokerServerConfiguration
    ) throws(Refusal) -> HTTPServerBuilder {
        let plain = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                idleTimeout: TimeAmount(clamping: configuration.limits.idleTime),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024,
                    maxHeaderFieldCount: 64)))
        guard let tls = configuration.tls else { return plain }
        do { return try .tls(plain, tlsConfiguration: tls.configuration) } catch {
            throw Refusal(.malformed, "the TLS certificate and private key do not fit")
        }
    }

    /// Serves until stopped.
    /// - Throws: `internal` if it cannot listen, say because another process does.
    public func run() async throws {
        do { try await application.run() } catch let error as IOError {
            throw Refusal(
                .internal,
                "cannot listen on \(PrintableText.escape(place)): "
                    + String(cString: strerror(error.errnoCode)))
        }
    }
}
