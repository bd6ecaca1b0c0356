import NIOCore
import NIOPosix
import PayWord
import PeerProtocol
import Scenes

/// A client that does as little as it can: it writes bytes that were made before, and looks at what
/// comes back until that is all. It is the same for a server of ours and for an echo.
final class WireClient: Sendable {
    /// What to wait for.
    enum Answer: Sendable {
        /// As many bytes.
        case bytes(Int)
        /// A hello-ack, an opened: the next frame.
        case frame
        /// The acknowledgement of these sequences.
        case acknowledged([Handle: UInt32])
    }

    private struct Job: Sendable {
        let bytes: ByteBuffer
        let answer: Answer
        let done: CheckedContinuation<[PeerMessage], any Error>
    }

    private let jobs: AsyncStream<Job>.Continuation

    init(port: Int) async throws {
        let (stream, jobs) = AsyncStream.makeStream(of: Job.self)
        self.jobs = jobs
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        Task {
            try await channel.executeThenClose { inbound, outbound in
                var reader = Reader(inbound.makeAsyncIterator())
                for await job in stream {
                    async let written: Void = outbound.write(job.bytes)
                    do {
                        let messages = try await reader.wait(for: job.answer)
                        try await written
                        job.done.resume(returning: messages)
                    } catch { job.done.resume(throwing: error) }
                }
            }
        }
    }

    deinit { jobs.finish() }

    /// Sends bytes, and returns when the answer is there.
    @discardableResult
    func send(_ bytes: ByteBuffer, until answer: Answer) async throws -> [PeerMessage] {
        try await withCheckedThrowingContinuation { continuation in
            jobs.yield(Job(bytes: bytes, answer: answer, done: continuation))
        }
    }

    private struct Reader {
        private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        private var frames = FrameDecoder()

        init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) {
            self.inbound = inbound
        }

        mutating func wait(for answer: Answer) async throws -> [PeerMessage] {
            var messages: [PeerMessage] = []
            switch answer {
            case .bytes(var left):
                while left > 0 { left -= try await read().readableBytes }
            case .frame:
                while messages.isEmpty {
                    frames.append(try await read().readableBytesView)
                    if let body = try frames.next() {
                        messages.append(try PeerMessage(decoding: body))
                    }
                }
            case .acknowledged(var waiting):
                while !waiting.isEmpty {
                    frames.append(try await read().readableBytesView)
                    while let body = try frames.next() {
                        switch try PeerMessage(decoding: body) {
                        case .paid(let paid) where paid.sequence == waiting[paid.handle]:
                            waiting[paid.handle] = nil
                        case .paid: break
                        case let other: throw Failure("not acknowledged: \(other.kind)")
                        }
                    }
                }
            }
            return messages
        }

        private mutating func read() async throws -> ByteBuffer {
            guard let bytes = try await inbound.next(isolation: nil) else {
                throw Failure("the server closed the connection")
            }
            return bytes
        }
    }
}
