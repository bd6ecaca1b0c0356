import NIOCore
import NIOPosix
import PayWord
import PeerProtocol
import StoreConformance
import TollTransport

/// A client that keeps to no rule: raw bytes over TCP.
enum RawClient {
    /// Sends `bytes`, then reads until the server closes.
    /// - Returns: the messages that came.
    static func send(
        _ bytes: [UInt8], to address: PeerAddress,
        afterSending: @Sendable () async throws -> Void = {}
    ) async throws -> [PeerMessage] {
        try await connect(to: address) { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            try await afterSending()
            return try await readToEnd(inbound)
        }
    }

    typealias Inbound = NIOAsyncChannelInboundStream<ByteBuffer>
    typealias Outbound = NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// A connection for the time of `body`. A small receive buffer has a client that does not read
    /// felt soon.
    static func connect<Result: Sendable>(
        to address: PeerAddress, receiveBytes: Int = 64 * 1024,
        _ body: @Sendable (Inbound, Outbound) async throws -> Result
    ) async throws -> Result {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.socketOption(.so_rcvbuf), value: numericCast(receiveBytes))
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
            .executeThenClose { inbound, outbound in try await body(inbound, outbound) }
    }

    static func readToEnd(
        _ inbound: Inbound, onEach: (PeerMessage) -> Void = { _ in }
    ) async throws -> [PeerMessage] {
        var frames = FrameDecoder()
        var messages: [PeerMessage] = []
        do {
            for try await buffer in inbound {
                frames.append(buffer.readableBytesView)
                while let body = try frames.next() {
                    messages.append(try PeerMessage(decoding: body))
                    messages.last.map(onEach)
                }
            }
        } catch is IOError {
            // A reset after the last bytes is an end as well.
        }
        return messages
    }

    static func hello() throws -> [UInt8] {
        var generator = SeededGenerator(seed: 99)
        return try frame(.hello(Hello(nonce: .random(using: &generator), agent: "raw")))
    }

    static func frame(_ messages: PeerMessage...) throws -> [UInt8] {
        var frames = FrameEncoder()
        for message in messages { try frames.write(message) }
        return frames.take()
    }
}

/// The reason of the last message, where it is an error.
func lastReason(_ messages: [PeerMessage]) -> Reason? {
    if case .error(let error)? = messages.last { error.reason } else { nil }
}
