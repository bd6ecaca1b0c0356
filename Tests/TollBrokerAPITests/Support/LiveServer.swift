import Logging
import ServiceLifecycle
import TollBrokerAPI

/// Runs a real server on a port of loopback for as long as a test needs it.
struct LiveServer: Sendable {
    let port: Int
    let group: ServiceGroup
    var address: String { "http://127.0.0.1:\(port)" }

    static func run<Result: Sendable>(
        _ service: any BrokerService, limits: ServerLimits = ServerLimits(), tls: ServerTLS? = nil,
        _ body: @escaping @Sendable (LiveServer) async throws -> Result
    ) async throws -> Result {
        let (ports, source) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try BrokerServer(
            service: service,
            configuration: BrokerServerConfiguration(port: 0, tls: tls, limits: limits),
            logger: logger
        ) { port in
            source.yield(port)
            source.finish()
        }
        let group = ServiceGroup(services: [server], logger: logger)
        return try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask {
                defer { source.finish() }
                try await group.run()
                return nil
            }
            tasks.addTask {
                defer { Task { await group.triggerGracefulShutdown() } }
                guard let port = await ports.first(where: { _ in true }) else {
                    throw ServerDidNotStart()
                }
                return try await body(LiveServer(port: port, group: group))
            }
            var result: Result?
            while let next = try await tasks.next() { result = next ?? result }
            guard let result else { throw ServerDidNotStart() }
            return result
        }
    }

    struct ServerDidNotStart: Error {}
}
