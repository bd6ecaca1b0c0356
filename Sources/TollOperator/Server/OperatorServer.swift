internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import PayWord
public import ServiceLifecycle

/// The operator's address, in plain HTTP: `/metrics` for Prometheus, `/healthz` while the process
/// lives, `/readyz` while it should be given work.
///
/// It has no password and shows turnover, so it belongs on loopback or on a network of the
/// operator's own. It reads no body and changes nothing.
///
/// ```swift
/// let server = OperatorServer(
///     host: "127.0.0.1", port: 7601, metrics: registry, readiness: readiness, logger: logger)
/// ```
public struct OperatorServer: Service {
    /// How many connections are served at once; more wait.
    static let connectionsMaximum = 64

    let application: Application<RouterResponder<BasicRequestContext>>
    private let place: String

    /// A server that is not running yet.
    /// - Parameters:
    ///   - host: where to listen.
    ///   - port: the port; 0 lets the system choose.
    ///   - metrics: what `/metrics` shows.
    ///   - readiness: what `/readyz` asks.
    ///   - logger: gets one line a request, at debug.
    ///   - onListening: called with the port once connections are accepted.
    public init(
        host: String, port: Int, metrics: MetricsRegistry, readiness: Readiness, logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        place = "\(host):\(port)"
        application = Application(
            responder: Self.router(metrics, readiness).buildResponder(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .seconds(30),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024,
                        maxHeaderFieldCount: 64))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "tollchain",
                availableConnectionsDelegate: .maximum(Self.connectionsMaximum, logger: logger)),
            onServerRunning: { await onListening($0.localAddress?.port ?? port) },
            logger: logger)
    }

    private static func router(
        _ metrics: MetricsRegistry, _ readiness: Readiness
    ) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.get("/metrics") { _, _ in
            respond(.ok, "text/plain; version=0.0.4; charset=utf-8", metrics.text)
        }
        router.get("/healthz") { _, _ in respond(.ok, "text/plain; charset=utf-8", "ok\n") }
        router.get("/readyz") { _, _ in
            let report = await readiness.report()
            return respond(
                report.isReady ? .ok : .serviceUnavailable, "application/json", report.json)
        }
        return router
    }

    private static func respond(
        _ status: HTTPResponse.Status, _ type: String, _ text: String
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
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

extension Readiness.Report {
    private struct Shown: Encodable {
        struct Check: Encodable {
            let name: String
            let ok: Bool
            let fault: String?
            let fatal: Bool
        }

        let ready: Bool
        let checks: [Check]
    }

    /// `{"ready": …, "checks": [{"name", "ok", "fault", "fatal"}]}`.
    var json: String {
        let shown = Shown(
            ready: isReady,
            checks: findings.map {
                .init(name: $0.name, ok: $0.fault == nil, fault: $0.fault, fatal: $0.isFatal)
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(shown) else { return "{}\n" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
