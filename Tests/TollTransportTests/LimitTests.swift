import NIOCore
import PayWord
import PeerProtocol
import Testing
import TollTransport
import TollWallet

@Test func threat30AClientThatNeverSaysHelloIsToldAndCutOff() async throws {
    try await TestServer.run { test in
        let honest = try await test.connect()
        let clock = test.clock
        let server = test.server
        let messages = try await RawClient.connect(to: test.address) { inbound, _ in
            // Both are connected when the time runs out for one of them.
            while server.connectionCount < 2 { await Task.yield() }
            clock.advance(10)
            return try await RawClient.readToEnd(inbound)
        }
        #expect(lastReason(messages) == .timedOut)
        _ = try await honest.quote("/weather")
        await honest.end()
    }
}

@Test func threat30ASlowFrameIsCutOff() async throws {
    try await TestServer.run { test in
        let clock = test.clock
        // A whole frame and the beginning of another in one write: its answer tells that both came.
        let bytes =
            try RawClient.hello() + RawClient.frame(.quote("/weather")) + [0, 0, 0, 9, 0x82]
        let messages = try await RawClient.connect(to: test.address) { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            return try await RawClient.readToEnd(inbound) { message in
                if message.kind == .offer { clock.advance(30) }
            }
        }
        #expect(messages.map(\.kind) == [.helloAck, .offer, .error])
        #expect(lastReason(messages) == .timedOut)
    }
}

@Test func threat29AnOversizedFrameIsRefusedBeforeItIsRead() async throws {
    try await TestServer.run { test in
        let bytes = try RawClient.hello() + [0xff, 0xff, 0xff, 0xff] + [1, 2, 3]
        let messages = try await RawClient.send(bytes, to: test.address)
        #expect(messages.first?.kind == .helloAck)
        #expect(lastReason(messages) == .tooLarge)
    }
}

@Test func threat29MalformedFramesAreNamedAndEndTheConnection() async throws {
    try await TestServer.run { test in
        let rows: [([UInt8], Reason)] = [
            ([0, 0, 0, 0], .malformed), ([0, 0, 0, 1, 0xff], .malformed),
            ([0, 0, 0, 2, 0x9f, 0xff], .notCanonical), ([0, 0, 0, 2, 0x82, 3], .malformed),
            ([0, 0, 0, 3, 0x81, 0x18, 3], .notCanonical),
            ([0, 0, 0, 9] + [UInt8](repeating: 0x81, count: 9), .malformed),
            ([0, 0, 0, 5, 0x9a, 0xff, 0xff, 0xff, 0xff], .malformed),
            ([0, 0, 0, 2, 0x81, 0x17], .unexpectedMessage),
        ]
        for (bytes, reason) in rows {
            let messages = try await RawClient.send(
                try RawClient.hello() + bytes, to: test.address)
            #expect(lastReason(messages) == reason, "\(bytes)")
        }
    }
}

@Test func threat30TooManyConnectionsAreTurnedAwayAndOthersUnaffected() async throws {
    try await TestServer.run(configure: { $0.connectionsPerAddressMaximum = 2 }) { test in
        let first = try await test.connect()
        let second = try await test.connect()
        await #expect(throws: Refusal.self) { try await test.connect() }
        _ = try await first.quote("/weather")
        await second.end()
        while test.server.connectionCount > 1 { await Task.yield() }
        let third = try await test.connect()
        _ = try await third.quote("/weather")
        await third.end()
        await first.end()
    }
    try await TestServer.run(configure: { $0.connectionsMaximum = 1 }) { test in
        let first = try await test.connect()
        await #expect(throws: Refusal.self) { try await test.connect() }
        await first.end()
    }
}

/// A client that sends and never reads: the server stops reading it, holds a bounded amount for it,
/// and cuts it off when nothing moves for long enough.
@Test func threat30AClientThatNeverReadsIsCutOffAndOthersUnaffected() async throws {
    try await TestServer.run(configure: {
        $0.unsentBytesMaximum = 64 * 1024
        $0.session.idleSeconds = .day
        $0.session.limits.unansweredFrames = 16
    }) { test in
        let honest = try await test.connect()
        let clock = test.clock
        let server = test.server
        let hello = try RawClient.hello()
        var frames = FrameEncoder()
        for _ in 0..<2000 { try frames.write(.quote("/weather")) }
        let chunk = frames.take()
        try await RawClient.connect(to: test.address, receiveBytes: 4096) { _, outbound in
            try await outbound.write(ByteBuffer(bytes: hello))
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        while true { try await outbound.write(ByteBuffer(bytes: chunk)) }
                    }
                    group.addTask {
                        // Time passes, a second with each answer to the honest client, for as long
                        // as it takes the server to lose patience.
                        while server.connectionCount > 1 {
                            clock.advance(1)
                            _ = try await honest.quote("/weather")
                        }
                    }
                    try await group.next()
                    group.cancelAll()
                }
            } catch {
                // The server cut the connection, as it should.
            }
        }
        while server.connectionCount > 1 { await Task.yield() }
        _ = try await honest.quote("/weather")
        await honest.end()
    }
}

@Test func threat03BadPaywordsEndTheConnectionAndNoOther() async throws {
    try await TestServer.run { test in
        let honest = try await test.connect()
        let dishonest = try await test.connect()
        let opened = try await test.open(dishonest)
        let good = try testPayment(1)
        let bad = OutgoingPayment(
            paywords: PaywordClaims(
                good.paywords.map {
                    PaywordClaim(ordinal: $0.ordinal, index: $0.index, payword: .zero)
                }), amount: .zero)
        var refused = 0
        for _ in 0..<16 {
            let answers = try? await dishonest.pay(opened.handle, [bad])
            if answers == [.failure(Refusal(.badPayword))] { refused += 1 }
        }
        #expect((15...16).contains(refused))
        await #expect(throws: Refusal(.timedOut)) {
            try await dishonest.pay(opened.handle, [good])
        }
        #expect(await test.service.channels.values.first?.accepted == 0)
        _ = try await honest.quote("/weather")
        await honest.end()
    }
}

@Test func whoeverWaitsIsToldWhenTheConnectionIsLost() async throws {
    try await TestServer.run(configure: { $0.drainSeconds = 0 }) { test in
        let link = try await test.connect()
        let opened = try await test.open(link)
        await test.service.hold()
        let payment = try testPayment(1)
        let waiting = Task { try await link.pay(opened.handle, [payment]) }
        await test.service.untilHolding()
        test.server.stop()
        await #expect(throws: Refusal(.timedOut)) { try await waiting.value }
        await test.service.release()
        await #expect(throws: Refusal(.timedOut)) { try await link.receipt(opened.handle) }
    }
}

@Test func aGracefulStopAnswersWhatIsUnderWayThenCloses() async throws {
    try await TestServer.run { test in
        let link = try await test.connect()
        let opened = try await test.open(link)
        await test.service.hold()
        async let waiting = link.pay(opened.handle, try (1...100).map { try testPayment($0) })
        await test.service.untilHolding()
        _ = try await link.quote("/weather")  // everything before it was read
        test.server.stop()
        await test.service.release()
        let answers = try await waiting
        #expect(answers.count == 100)
        for answer in answers { _ = try answer.get() }
        try await test.running.value
        #expect(test.server.connectionCount == 0)
        await #expect(throws: Refusal(.timedOut)) { try await test.connect() }
        await #expect(throws: Refusal(.timedOut)) { try await link.quote("/weather") }
    }
}

@Test func anAddressThatIsTakenIsToldToWhoeverAsks() async throws {
    try await TestServer.run { test in
        let again = PeerServer(
            .init(address: test.address), key: test.key, service: test.service,
            clock: { testNow })
        let running = Task { try await again.run() }
        await #expect(throws: Refusal(.internal)) { try await again.address() }
        await #expect(throws: Refusal(.internal)) { try await running.value }
    }
}

@Test func aServerThatIsStoppedBeforeItRunsEndsAtOnce() async throws {
    let server = PeerServer(
        .init(address: PeerAddress(host: "127.0.0.1", port: 0)), key: try testKey(1),
        service: TestService(key: try testKey(1)), clock: { testNow })
    server.stop()
    try await server.run()
}
