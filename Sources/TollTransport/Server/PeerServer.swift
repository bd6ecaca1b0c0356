public import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
public import PayWord
internal import PeerProtocol
public import ServiceLifecycle
internal import Synchronization

/// Serves the peer protocol over TCP, or over TLS 1.3.
///
/// ```swift
/// let server = PeerServer(
///     .init(address: PeerAddress(host: "127.0.0.1", port: 4402)), key: key, service: merchant,
///     clock: clock, logger: logger)
/// try await ServiceGroup(services: [server], logger: logger).run()
/// ```
///
/// A graceful stop closes the listening socket, answers what is under way, then closes the
/// connections.
public final class PeerServer: Service {
    private let configuration: Configuration
    private let key: SigningKey
    private let service: any PeerService
    private let clock: @Sendable () -> Timestamp
    private let nonce: @Sendable () -> Nonce
    private let logger: Logger
    private let registry: ConnectionRegistry
    private let metrics = ServerMetrics()
    private let listening = Outcome<PeerAddress>()
    /// The certificate that new connections are shown. Guarded, since it may be replaced.
    let identity: Mutex<ServerIdentity?>

    private enum Listener {
        case notYet
        case open(any Channel)
        case stopped
    }

    /// The listening socket. Guarded, since a stop may come from any thread, even before the start.
    private let listener = Mutex(Listener.notYet)

    /// A server that listens when it runs.
    ///
    /// - Parameters:
    ///   - configuration: where to listen, and the limits.
    ///   - key: the merchant's key, which signs each handshake.
    ///   - service: who answers.
    ///   - clock: the time.
    ///   - nonce: draws a new nonce for each connection.
    ///   - logger: where it tells what happens; nothing secret.
    public init(
        _ configuration: Configuration, key: SigningKey, service: any PeerService,
        clock: @escaping @Sendable () -> Timestamp,
        nonce: @escaping @Sendable () -> Nonce = {
            var generator = SystemRandomNumberGenerator()
            return .random(using: &generator)
        },
        logger: Logger = Logger(label: "tollchain.peer")
    ) {
        self.configuration = configuration
        identity = Mutex(configuration.identity)
        self.key = key
        self.service = service
        self.clock = clock
        self.nonce = nonce
        self.logger = logger
        registry = ConnectionRegistry(
            connectionsMaximum: configuration.connectionsMaximum,
            perAddressMaximum: configuration.connectionsPerAddressMaximum)
    }

    /// Where the server listens, as soon as it does.
    /// - Throws: why it does not.
    public func address() async throws(Refusal) -> PeerAddress { try await listening.get() }

    /// How many connections there are.
    public var connectionCount: Int { registry.count }

    /// Stops gracefully: ``run()`` returns when what is under way is answered.
    public func stop() {
        let channel = listener.withLock { listener in
            defer { listener = .stopped }
            if case .open(let channel) = listener { return channel as (any Channel)? }
            return nil
        }
        channel?.close(promise: nil)
    }

    /// Listens and serves until it is stopped.
    /// - Throws: `insecure-transport` for plain TCP off loopback, `internal` if the address cannot
    ///   be listened at.
    public func run() async throws {
        do {
            let server = try await bind()
            try await withGracefulShutdownHandler {
                try await server.executeThenClose { try await serve(server.channel, $0) }
            } onGracefulShutdown: {
                self.stop()
            }
        } catch {
            let refusal =
                error as? Refusal
                ?? Refusal(
                    .internal,
                    "cannot listen on \(configuration.address): \(SocketFailure.text(error))")
            listening.settle(.failure(refusal))
            throw refusal
        }
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// A connection, and the digest of the certificate that it was shown.
    private struct Accepted: Sendable {
        let connection: Connection
        let certificate: Digest?
    }

    private func bind() async throws -> NIOAsyncChannel<Accepted, Never> {
        // Resolving a name may block this thread for a moment, once, before anything is served.
        let address = try SocketAddress.makeAddressResolvingHost(
            configuration.address.host, port: configuration.address.port)
        let identity = configuration.identity
        guard identity != nil || address.isLoopback || configuration.allowPlainTCPOffLoopback else {
            throw Refusal(
                .insecureTransport,
                "\(configuration.address) is off loopback, and there is no TLS certificate")
        }
        return try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(to: address) { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    // As it is now, which may be another than at the start.
                    let identity = self.identity.withLock(\.self)
                    if let identity {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: identity.context))
                    }
                    let connection = try Connection(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                    return Accepted(
                        connection: connection, certificate: identity?.certificateDigest)
                }
            }
    }

    private func serve(
        _ channel: any Channel, _ inbound: NIOAsyncChannelInboundStream<Accepted>
    ) async throws {
        let isStopped = listener.withLock { listener in
            if case .stopped = listener { return true }
            listener = .open(channel)
            return false
        }
        if isStopped { channel.close(promise: nil) }
        if let address = PeerAddress(channel.localAddress) {
            listening.settle(.success(address))
            logger.info("listening", metadata: ["address": "\(address)"])
        }
        let ticking = Task { await tick() }
        defer { ticking.cancel() }
        try await withThrowingDiscardingTaskGroup { connections in
            for try await accepted in inbound { accept(accepted, &connections) }
            await drain()
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            let connections = registry.all
            metrics.count(connections: connections.count)
            for connection in connections { await connection.advance() }
            try? await Task.sleep(for: configuration.tick)
        }
    }

    private func drain() async {
        logger.info("stopping", metadata: ["connections": "\(registry.count)"])
        for connection in registry.all { await connection.finish() }
        let end = clock().adding(configuration.drainSeconds)
        while registry.count > 0, clock() < end, !Task.isCancelled {
            try? await Task.sleep(for: min(configuration.tick, .milliseconds(20)))
        }
        for connection in registry.all { await connection.abort() }
    }

    private func accept(
        _ accepted: Accepted, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        let connection = accepted.connection
        let remote = connection.channel.remoteAddress?.ipAddress ?? "unknown"
        let served = ServedConnection(
            configuration: configuration,
            session: MerchantSession(
                configuration: configuration.session, key: key, nonce: nonce(),
                certificate: accepted.certificate, now: clock()),
            service: service, clock: clock, metrics: metrics,
            cut: { [channel = connection.channel] in channel.close(promise: nil) })
        let id = registry.admit(served, from: remote)
        group.addTask { [self] in
            guard let id else { return await turnAway(connection, remote) }
            await serve(served, over: connection, from: remote)
            registry.remove(id, from: remote)
        }
    }

    private func serve(
        _ served: ServedConnection, over connection: Connection, from remote: String
    ) async {
        do {
            try await connection.executeThenClose { inbound, outbound in
                await served.run(inbound, outbound)
            }
        } catch {
            logger.debug("connection broke", metadata: ["remote": "\(remote)"])
        }
        let reason = await served.ending?.refusal?.reason.code ?? "none"
        logger.debug("connection over", metadata: ["remote": "\(remote)", "reason": "\(reason)"])
    }

    private func turnAway(_ connection: Connection, _ remote: String) async {
        metrics.countTurnedAway()
        logger.notice("too many connections", metadata: ["remote": "\(remote)"])
        var frames = FrameEncoder()
        try? frames.write(.error(PeerError(Refusal(.busy, "too many connections"))))
        let bytes = frames.take()
        try? await connection.executeThenClose { _, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
        }
    }
}
