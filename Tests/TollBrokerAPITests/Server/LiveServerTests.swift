import AsyncHTTPClient
import FixtureKit
import Logging
import NIOCore
import NIOHTTP1
import PayWord
import ServiceLifecycle
import Testing

@testable import TollBrokerAPI

/// What only real sockets show: time, connections, and stopping.
@Suite struct LiveServerTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Whether an honest client gets its answer, with the retries that every client makes.
    private func isServed(_ server: LiveServer) async throws -> Bool {
        let client = try BrokerClient(server.address, logger: logger)
        let description = try? await client.describe()
        await client.shutdown()
        return description != nil
    }

    @Test func threat30ASilentConnectionIsClosed() async throws {
        var limits = ServerLimits()
        limits.idleTime = .milliseconds(50)
        try await LiveServer.run(try FaithfulBroker(), limits: limits) { server in
            let head = "POST /v1/closes HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n"
            for words in ["", head, head + "\r\n"] {
                try await RawConnection.run(port: server.port) { connection in
                    // It may be closed before a word is said.
                    try? await connection.send(words)
                    _ = await connection.readToEnd()
                }
            }
            #expect(try await isServed(server))
        }
    }

    @Test func threat30ASlowBodyIsAnsweredAndItsConnectionClosed() async throws {
        var limits = ServerLimits()
        limits.bodyGraceTime = .zero
        limits.bodyBytesPerSecondMinimum = 1 << 40
        limits.lingerTime = .milliseconds(10)
        try await LiveServer.run(try FaithfulBroker(), limits: limits) { server in
            let text = try await RawConnection.run(port: server.port) { connection in
                try await connection.send(
                    "POST /v1/closes HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n"
                        + "content-type: \(ObjectKind.close.contentType)\r\n\r\nx")
                return await connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 408 "))
            #expect(text.lowercased().contains("connection: close"))
            #expect(text.contains(#""reason":"timed-out""#))
        }
    }

    @Test func threat30HonestClientsGetThroughAFloodOfSilentConnections() async throws {
        var limits = ServerLimits()
        limits.idleTime = .milliseconds(100)
        limits.connectionsMaximum = 4
        try await LiveServer.run(try FaithfulBroker(), limits: limits) { server in
            try await withThrowingTaskGroup { tasks in
                for _ in 0..<16 {
                    tasks.addTask {
                        try await RawConnection.run(port: server.port) { connection in
                            _ = await connection.readToEnd()
                        }
                    }
                }
                #expect(try await isServed(server))
                try await tasks.waitForAll()
            }
        }
    }

    @Test func threat30AnEndlessBodyAfterARefusalIsNotReadForEver() async throws {
        var limits = ServerLimits()
        limits.lingerTime = .milliseconds(10)
        try await LiveServer.run(try FaithfulBroker(), limits: limits) { server in
            for line in ["GET /healthz", "POST /nowhere", "POST /v1/closes"] {
                let text = try await RawConnection.run(port: server.port) { connection in
                    try await connection.send(
                        "\(line) HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n"
                    )
                    return await connection.readToEnd()
                }
                #expect(text.lowercased().contains("connection: close"))
            }
        }
    }

    @Test func redemptionsBeyondTheLimitAreBusy() async throws {
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let broker = try FaithfulBroker { (_) throws(Refusal) in
            enter.yield()
            for await _ in released { break }
        }
        var limits = ServerLimits()
        limits.redemptionsMaximum = 1
        try await LiveServer.run(broker, limits: limits) { server in
            func redeem() async throws -> HTTPClientResponse {
                var request = HTTPClientRequest(url: server.address + "/v1/redemptions")
                request.method = .POST
                request.headers.add(
                    name: "content-type", value: ObjectKind.redemption.contentType)
                request.body = .bytes(ByteBuffer(bytes: try broker.samples.redemption.encoded))
                return try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            }
            async let first = redeem()
            for await _ in entered { break }
            let second = try await redeem()
            #expect(second.status.code == 503)
            #expect(second.headers.first(name: "retry-after") == "1")
            let body = try await second.body.collect(upTo: 1 << 16)
            #expect(String(buffer: body).contains(#""reason":"busy""#))
            release.finish()
            #expect(try await first.status.code == 200)
            #expect(try await redeem().status.code == 200)
        }
    }

    @Test func aGracefulStopFinishesTheRequestUnderWay() async throws {
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let broker = try FaithfulBroker { (_) throws(Refusal) in
            enter.yield()
            for await _ in released { break }
        }
        try await LiveServer.run(broker) { server in
            let client = try BrokerClient(
                server.address, logger: logger)
            async let answer = client.redeem(try broker.samples.redemption)
            for await _ in entered { break }
            await server.group.triggerGracefulShutdown()
            release.finish()
            #expect(try await answer.encoded == broker.samples.settlementAnswer.encoded)
            await client.shutdown()
        }
    }

    @Test func plainHTTPOffLoopbackIsRefusedUnlessAllowedByName() throws {
        for host in ["0.0.0.0", "::", "192.168.1.7", "broker.example", "127.0.0.1.example", "::2"] {
            var configuration = BrokerServerConfiguration(host: host)
            #expect(throws: Refusal(.insecureTransport)) {
                try BrokerServer(
                    service: try FaithfulBroker(), configuration: configuration, logger: logger)
            }
            configuration.allowsPlainHTTPOffLoopback = true
            #expect(throws: Never.self) { try configuration.check() }
        }
        for host in ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST", "0:0:0:0:0:0:0:1"] {
            #expect(throws: Never.self) { try BrokerServerConfiguration(host: host).check() }
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await LiveServer.run(try FaithfulBroker()) { server in
            let second = try BrokerServer(
                service: try FaithfulBroker(),
                configuration: BrokerServerConfiguration(port: server.port),
                logger: logger)
            await #expect(throws: Refusal(.internal)) { try await second.run() }
        }
    }
}
