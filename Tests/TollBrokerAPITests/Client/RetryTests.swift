import FixtureKit
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import PayWord
import Synchronization
import Testing

@testable import TollBrokerAPI

/// What a client does when the answer is not one, or there is none.
@Suite struct RetryTests {
    typealias Answer = ScriptedServer.Answer

    let samples: Samples
    let fake = FakePacing()

    init() throws { samples = try Samples() }

    private func client(
        _ address: String, _ change: (inout BrokerClientConfiguration) -> Void = { _ in }
    ) throws -> BrokerClient {
        var configuration = BrokerClientConfiguration()
        change(&configuration)
        return try BrokerClient(
            address, configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, pacing: fake.pacing)
    }

    private func problem(_ reason: Reason, _ headers: HTTPFields = [:]) -> Answer {
        let problem = Problem(Refusal(reason, "for a test"))
        return Answer(
            status: .init(code: problem.status),
            headers: headers + [.contentType: Problem.contentType], body: problem.encoded)
    }

    private func settled() throws -> Answer {
        Answer(
            status: .ok, headers: [.contentType: "application/cbor"],
            body: try samples.settlementAnswer.encoded)
    }

    /// Redeems at a server with these answers; the error, if it came to one.
    private func redeem(
        at server: ScriptedServer,
        _ change: @escaping @Sendable (inout BrokerClientConfiguration) -> Void = { _ in }
    ) async throws -> Refusal? {
        try await server.run { address in
            let client = try client(address, change)
            var refusal: Refusal?
            do throws(Refusal) { _ = try await client.redeem(samples.redemption) } catch {
                refusal = error
            }
            await client.shutdown()
            return refusal
        }
    }

    @Test func aProxyThatFailsTwiceGetsTheSameBytesThreeTimes() async throws {
        let server = ScriptedServer([
            Answer(status: .serviceUnavailable), Answer(status: .badGateway), try settled(),
        ])
        #expect(try await redeem(at: server) == nil)
        let bytes = try samples.redemption.encoded
        #expect(server.bodies == [bytes, bytes, bytes])
        #expect(fake.pauses == [.milliseconds(50), .milliseconds(100)])
    }

    @Test(arguments: [Reason.busy, .internal, .storageFailed, .rateLimited])
    func aReasonThatPassesIsTriedAgain(reason: Reason) async throws {
        let server = ScriptedServer([problem(reason), try settled()])
        #expect(try await redeem(at: server) == nil)
        #expect(server.bodies.count == 2)
    }

    @Test(arguments: [
        Reason.batchConflict, .badSignature, .insufficientFunds, .unknownCommitment, .held,
        .notYetValid, .timedOut,
    ]) func aReasonThatStaysIsThrownAtOnce(reason: Reason) async throws {
        let server = ScriptedServer([problem(reason), try settled()])
        #expect(try await redeem(at: server) == Refusal(reason))
        #expect(server.bodies.count == 1 && fake.pauses.isEmpty)
    }

    @Test func theBrokerSaysHowLongToWait() async throws {
        let server = ScriptedServer([problem(.rateLimited, [.retryAfter: "7"]), try settled()])
        #expect(try await redeem(at: server) == nil)
        #expect(fake.pauses == [.seconds(7)])
    }

    @Test func aWaitBeyondTheDeadlineIsNotBegun() async throws {
        let server = ScriptedServer([problem(.busy, [.retryAfter: "3600"]), try settled()])
        #expect(try await redeem(at: server) == Refusal(.busy))
        #expect(fake.pauses.isEmpty)
    }

    @Test func theBrokersLastReasonIsToldWhenTimeIsUp() async throws {
        let server = ScriptedServer([problem(.storageFailed)])
        // Only the pauses are counted off it: a try has the time that a busy machine needs.
        let refusal = try await redeem(at: server) {
            $0.redemptionTime = .seconds(30)
            $0.retries.attemptsMaximum = .max
        }
        #expect(refusal == Refusal(.storageFailed))
        #expect(fake.pauses.reduce(.zero, +) < .seconds(30))
    }

    @Test func triesAreCounted() async throws {
        let server = ScriptedServer([Answer(status: .gatewayTimeout)])
        #expect(try await redeem(at: server) { $0.retries.attemptsMaximum = 3 } == Refusal(.busy))
        #expect(server.bodies.count == 3)
    }

    @Test func nobodyThereIsTimedOutWithAHint() async throws {
        // Nobody listens on the port of tcpmux.
        let client = try client("http://127.0.0.1:1") { $0.totalTime = .seconds(1) }
        do throws(Refusal) {
            _ = try await client.describe()
            Issue.record("answered")
        } catch {
            #expect(error.reason == .timedOut)
            #expect(error.detail.contains("http://127.0.0.1:1: Connection refused, after"))
            #expect(error.reason.hint == "check the connection, then try again")
        }
        #expect(fake.pauses.count > 2)
        await client.shutdown()
    }

    @Test func whereNobodyListensItIsGivenUpSoonAndSaidOnce() async throws {
        let told = Mutex<[(Refusal, Duration)]>([])
        let client = try client("http://127.0.0.1:1") {
            $0.unreachedTime = .seconds(3)
            $0.onFirstRetry = { refusal, time in told.withLock { $0.append((refusal, time)) } }
        }
        await #expect(throws: Refusal(.timedOut)) { try await client.describe() }
        await client.shutdown()
        #expect(fake.pauses.count > 2 && fake.pauses.reduce(.zero, +) < .seconds(3))
        let notes = told.withLock(\.self)
        #expect(notes.map(\.0.reason) == [.timedOut])
        #expect(notes.first?.0.detail.hasSuffix("Connection refused") == true)
        #expect(notes.first?.1 == .seconds(3))
    }

    /// A broker that was there is being started again, most likely.
    @Test func aBrokerThatAnsweredOnceIsWaitedForInFull() async throws {
        let server = ScriptedServer([try settled()])
        let client = try await server.run { address in
            let known = try self.client(address) { $0.unreachedTime = .seconds(3) }
            _ = try await known.redeem(samples.redemption)
            return known
        }
        await #expect(throws: Refusal(.timedOut)) { try await client.describe() }
        await client.shutdown()
        #expect(fake.pauses.reduce(.zero, +) > .seconds(3))
    }

    @Test func whatDoesNotSpeakHTTPIsNoBrokerAndNotAskedAgain() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrameAnswer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try client("http://127.0.0.1:\(server.localAddress?.port ?? 1)")
        do throws(Refusal) {
            _ = try await client.describe()
            Issue.record("answered")
        } catch {
            #expect(error.reason == .malformed)
            #expect(error.detail.contains("does not speak HTTP"))
        }
        #expect(fake.pauses.isEmpty)
        await client.shutdown()
        try await server.close()
    }

    /// A broker that is killed while it answers, for one.
    @Test func anAnswerThatIsCutOffIsAskedForAgain() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CutOffAnswer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try client("http://127.0.0.1:\(server.localAddress?.port ?? 1)") {
            $0.totalTime = .seconds(3)
        }
        await #expect(throws: Refusal(.timedOut)) { try await client.describe() }
        #expect(fake.pauses.count > 2)
        await client.shutdown()
        try await server.close()
    }

    @Test func plainHTTPInThePlaceOfTLSIsNamed() async throws {
        try await ScriptedServer([try settled()]).run { address in
            let client = try client("https" + address.dropFirst(4))
            do throws(Refusal) {
                _ = try await client.describe()
                Issue.record("answered")
            } catch {
                #expect(error.reason == .insecureTransport)
                #expect(error.detail.contains("does not speak TLS"), "\(error)")
            }
            await client.shutdown()
        }
    }

    @Test func aSilentServerIsTimedOut() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try client("http://127.0.0.1:\(server.localAddress?.port ?? 1)") {
            $0.attemptTime = .milliseconds(20)
            $0.retries.attemptsMaximum = 2
        }
        await #expect(throws: Refusal(.timedOut)) { try await client.describe() }
        await client.shutdown()
        try await server.close()
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func aRedirectIsNotFollowed(status: Int) async throws {
        let server = ScriptedServer([
            Answer(
                status: .init(code: status),
                headers: [.location: "http://169.254.169.254/latest/meta-data"]),
            try settled(),
        ])
        #expect(try await redeem(at: server) == Refusal(.unexpectedMessage))
        #expect(server.paths == ["/v1/redemptions"])
    }

    @Test func anAnswerIsBounded() async throws {
        let server = ScriptedServer([
            Answer(
                status: .ok, headers: [.contentType: "application/cbor"],
                body: [UInt8](repeating: 0, count: 512 * 1024 + 1))
        ])
        try await server.run { address in
            let client = try client(address)
            await #expect(throws: Refusal(.tooLarge)) { try await client.describe() }
            await #expect(throws: Refusal(.tooLarge)) {
                try await client.enrol(samples.verified(Enrolment.self))
            }
            await client.shutdown()
        }
    }

    @Test func anAnswerThatIsNoneIsMalformed() async throws {
        let html: HTTPFields = [.contentType: "text/html"]
        let cbor: HTTPFields = [.contentType: "application/cbor"]
        for answer in [
            Answer(status: .ok, headers: html, body: Array("<h1>hello".utf8)),
            Answer(status: .ok, headers: cbor, body: [0x83, 0x01]), Answer(status: .noContent),
        ] {
            #expect(try await redeem(at: ScriptedServer([answer])) == Refusal(.malformed))
        }
    }

    @Test func aStrangersErrorPageIsInternalAndNotQuoted() async throws {
        let server = ScriptedServer([
            Answer(
                status: .notFound, headers: [.contentType: "text/html"],
                body: Array("\u{1b}[2J<h1>nginx".utf8))
        ])
        let refusal = try await redeem(at: server)
        #expect(refusal?.reason == .internal)
        #expect(refusal?.detail == "HTTP status 404 without a problem of the broker's API")
    }

    @Test func threat40TheBrokersWordsAreEscapedAndCut() async throws {
        let text = "\u{1b}]0;owned\u{7}\n" + String(repeating: "long ", count: 1000)
        let problem = Problem(Refusal(.held, text))
        let server = ScriptedServer([
            Answer(
                status: .forbidden, headers: [.contentType: Problem.contentType],
                body: problem.encoded)
        ])
        let refusal = try await redeem(at: server)
        #expect(refusal?.reason == .held)
        #expect(refusal?.detail.hasPrefix(#"\u{1b}]0;owned\u{7}\nlong"#) == true)
        #expect(refusal.map { $0.detail.count < 450 } == true)
    }

    @Test func delaysGrowToTheirBoundAndAreDrawnAtRandom() {
        let policy = RetryPolicy()
        let full = (1...9).map { policy.delay(after: $0, asked: nil, random: .max) }
        #expect(full.allSatisfy { $0 <= .seconds(5) })
        #expect(zip(full, full.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(policy.delay(after: 3, asked: nil, random: 0) == .zero)
        #expect(policy.delay(after: 3, asked: nil, random: 1 << 63) == .milliseconds(200))
        #expect(policy.delay(after: .max, asked: nil, random: 1 << 63) == .milliseconds(2500))
        #expect(policy.delay(after: 1, asked: .seconds(9), random: .max) == .seconds(9))
    }
}

/// Begins to answer, and ends.
private final class CutOffAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let start = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Type: appli")
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(start)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// Answers whatever it is sent as a merchant does: with a frame.
private final class FrameAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame: [UInt8] = [0, 0, 0, 5, 0x85, 12, 0xf6, 0xf6, 1]
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: frame)), promise: nil)
    }
}

extension HTTPFields {
    fileprivate static func + (left: HTTPFields, right: HTTPFields) -> HTTPFields {
        var result = left
        result.append(contentsOf: right)
        return result
    }
}
