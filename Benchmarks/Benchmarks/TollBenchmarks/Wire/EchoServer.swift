import NIOCore
import NIOPosix
import PeerProtocol
import Scenes

/// Sends back what it reads, and nothing else: the least that a server on this event loop costs.
enum EchoServer {
    /// What it sends back at once.
    enum Unit: Sendable {
        /// Whatever one read gave.
        case read
        /// One frame, which NIO's own machinery cut out.
        case frame
    }

    /// - Returns: the port on which it listens, until the process ends.
    static func start(echoing unit: Unit = .read) async throws -> Int {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if unit == .frame {
                        try channel.pipeline.syncOperations.addHandler(
                            ByteToMessageHandler(FrameCutter()))
                    }
                    try channel.pipeline.syncOperations.addHandler(EchoHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw Failure("no port") }
        return port
    }
}

private final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }
}

/// Cuts out a frame with its length, and looks no further.
private struct FrameCutter: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    func decode(buffer: inout ByteBuffer) throws -> ByteBuffer? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else {
            return nil
        }
        return buffer.readSlice(length: Frame.lengthByteCount + Int(length))
    }

    func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> ByteBuffer? {
        try decode(buffer: &buffer)
    }
}
