internal import NIOCore
internal import NIOPosix

/// One TCP connection that is read only when asked: what the other side sends and nobody wants stays
/// in its socket. Unlike the transport of the real roles it knows no rule, so that it can break each.
final class Wire: Sendable {
    /// What came of waiting.
    enum Received {
        case bytes([UInt8])
        case closed
        /// Nothing in the time given.
        case silence
    }

    private let channel: any Channel
    private let inbox: Inbox

    init(_ channel: any Channel, _ inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// The next bytes, or that none came in time.
    func receive(within time: Duration) async -> Received {
        if let ready = inbox.take() { return ready }
        channel.read()
        let turn = inbox.beginTurn()
        let timer = Task { [inbox] in
            try? await Task.sleep(for: time)
            inbox.end(turn)
        }
        await inbox.wait(turn)
        timer.cancel()
        return inbox.take() ?? .silence
    }

    /// Writes bytes; to a peer that is gone they are lost.
    func send(_ bytes: [UInt8]) async {
        try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Ends this side's half: the peer reads to the end before it sees it.
    func finishSending() async { try? await channel.close(mode: .output).get() }

    /// Closes the connection.
    func close() { channel.close(promise: nil) }

    /// Connects.
    /// - Throws: what the system says.
    static func connect(host: String, port: Int) async throws -> (Wire, SocketAddress?) {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(10))
            .channelOption(.autoRead, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { $0.pipeline.addHandler(inbox) }
            .connect(host: host, port: port).get()
        return (Wire(channel, inbox), channel.remoteAddress)
    }
}

/// A listening socket.
struct WireListener: Sendable {
    let address: SocketAddress?
    /// The connections, as they come; ends when the socket is closed.
    let wires: AsyncStream<Wire>
    private let channel: any Channel
    private let sink: AsyncStream<Wire>.Continuation

    init(host: String, port: Int) async throws {
        let (wires, sink) = AsyncStream<Wire>.makeStream()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                let inbox = Inbox { sink.yield(Wire($0, $1)) }
                return channel.pipeline.addHandler(inbox)
            }
            .bind(host: host, port: port).get()
        (self.wires, self.sink, self.channel) = (wires, sink, channel)
        address = channel.localAddress
    }

    func close() {
        channel.close(promise: nil)
        sink.finish()
    }
}

extension SocketAddress {
    /// Whether what is sent there cannot leave this machine.
    var isOnThisMachine: Bool {
        switch self {
        case .v4: ipAddress?.hasPrefix("127.") ?? false
        case .v6: ipAddress == "::1" || ipAddress?.hasPrefix("::ffff:127.") ?? false
        case .unixDomainSocket: true
        }
    }
}
