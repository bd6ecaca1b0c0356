import NIOCore
import NIOPosix
import NIOSSL
import TollTransport

/// A man in the middle: it ends TLS with its own certificate on one side, opens TLS on the other,
/// and passes every byte on.
enum TLSRelay {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    static func run(
        identity: TestCertificate, to target: PeerAddress,
        _ body: (PeerAddress) async throws -> Void
    ) async throws {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(identity.certificatePEM)
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(bytes: identity.privateKeyPEM, format: .pem)))
        tls.minimumTLSVersion = .tlsv13
        let context = try NIOSSLContext(configuration: tls)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLServerHandler(context: context))
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let address = PeerAddress(host: "127.0.0.1", port: server.channel.localAddress?.port ?? 0)
        let relaying = Task {
            try await server.executeThenClose { inbound in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in inbound {
                        group.addTask { try? await relay(connection, target) }
                    }
                }
            }
        }
        do { try await body(address) } catch {
            server.channel.close(promise: nil)
            _ = await relaying.result
            throw error
        }
        server.channel.close(promise: nil)
        _ = await relaying.result
    }

    private static func relay(_ connection: Connection, _ target: PeerAddress) async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        let context = try NIOSSLContext(configuration: tls)
        let onward = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: target.host, port: target.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: nil))
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        try await connection.executeThenClose { fromPayer, toPayer in
            try await onward.executeThenClose { fromMerchant, toMerchant in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await buffer in fromPayer { try await toMerchant.write(buffer) }
                    }
                    group.addTask {
                        for try await buffer in fromMerchant { try await toPayer.write(buffer) }
                    }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }
}
