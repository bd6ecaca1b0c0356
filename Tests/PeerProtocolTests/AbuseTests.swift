import FixtureKit
import PayWord
import PeerProtocol
import Testing

@Test func threat03SixteenBadPaywordsEndTheConnection() throws {
    var (pair, handle) = try SessionPair.open()
    for sequence in 0..<16 as Range<UInt32> {
        #expect(pair.merchantEnd == nil)
        try pair.pay(handle)
        pair.carry(
            pair.merchant.answerPayments(
                [
                    PaymentAnswer(
                        handle: handle, sequence: sequence, outcome: .refused(Refusal(.badPayword)))
                ], now: pair.now))
    }
    #expect(pair.merchantEnd?.refusal == Refusal(.rateLimited))
    #expect(pair.payerEnd?.refusal == Refusal(.rateLimited))
}

@Test func threat05ProofsAndObjectsThatFailCountTogether() throws {
    var pair = try SessionPair.established()
    for round in 0..<16 {
        #expect(pair.merchantEnd == nil)
        let commitment = try Samples.commitment(
            payer: pair.payerKey, merchant: pair.merchantKey.publicKey)
        let (_, actions) = try pair.payer.open(
            round.isMultiple(of: 2) ? [0xff] : commitment.encoded, funding: [], proof: .zero,
            now: pair.now)
        pair.carry(actions)
    }
    #expect(pair.merchantEnd?.refusal == Refusal(.rateLimited))
}

@Test func whatHonestPeersMeetIsNotCounted() throws {
    var (pair, handle) = try SessionPair.open()
    let reasons: [Reason] = [
        .staleIndex, .insufficientFunds, .commitmentExpired, .channelClosed, .busy, .internal,
        .storageFailed,
    ]
    for sequence in 0..<200 as Range<UInt32> {
        try pair.pay(handle)
        let reason = reasons[Int(sequence) % reasons.count]
        pair.carry(
            pair.merchant.answerPayments(
                [
                    PaymentAnswer(
                        handle: handle, sequence: sequence, outcome: .refused(Refusal(reason)))
                ], now: pair.now))
    }
    #expect(pair.merchantEnd == nil)
}

@Test func threat29MalformedFramesAreAnsweredAndEndTheSession() throws {
    let rows: [([UInt8], Reason)] = [
        ([0, 0, 0, 0], .malformed), ([0, 1, 0, 1], .tooLarge), ([255, 255, 255, 255], .tooLarge),
        ([0, 0, 0, 1, 0xff], .malformed), ([0, 0, 0, 1, 0x80], .malformed),
        ([0, 0, 0, 2, 0x9f, 0xff], .notCanonical), ([0, 0, 0, 2, 0xa0, 0x00], .malformed),
        ([0, 0, 0, 4, 0x82, 0x0d, 0x18, 0x05], .notCanonical),
        ([0, 0, 0, 7, 0x82, 0x0d, 0xa2, 1, 1, 1, 1], .notCanonical),
        ([0, 0, 0, 3, 0x82, 0x0d, 0x60], .malformed),
        ([0, 0, 0, 11] + [UInt8](repeating: 0x81, count: 10) + [0], .malformed),
        ([0, 0, 0, 9, 0x9b, 0x7f, 255, 255, 255, 255, 255, 255, 255], .malformed),
        ([0, 0, 0, 6, 0x82, 0x03, 0x7a, 255, 255, 255], .malformed),
    ]
    for (bytes, reason) in rows {
        var pair = try SessionPair.established()
        let actions = pair.merchant.receive(bytes, now: pair.now)
        guard case .error(let error)? = try messages(in: actions).last else {
            Issue.record("no error for \(bytes)")
            continue
        }
        #expect(error.reason == reason, "\(bytes)")
        #expect(end(in: actions)?.refusal == Refusal(reason), "\(bytes)")
        #expect(pair.merchant.receive([1], now: pair.now).isEmpty)
        #expect(!pair.merchant.wantsInput)
    }
}

@Test func threat30SilenceAndSlowFramesEndTheSession() throws {
    var idle = try SessionPair.established()
    #expect(idle.merchant.deadline == idle.now.adding(600))
    idle.carry(idle.merchant.advance(to: idle.now.adding(599)))
    #expect(idle.merchantEnd == nil)
    idle.carry(idle.merchant.advance(to: idle.now.adding(600)))
    #expect(idle.merchantEnd?.refusal == Refusal(.timedOut))

    var slow = try SessionPair.established()
    let start = slow.now.adding(100)
    for (second, byte) in try frame(.quote("/a-long-name-for-a-resource-of-a-slow-client"))
        .enumerated()
    {
        let now = start.adding(UInt64(second))
        slow.carry(slow.merchant.receive([byte], now: now))
        slow.carry(slow.merchant.advance(to: now))
        if slow.merchantEnd != nil { break }
    }
    #expect(slow.merchantEnd?.refusal == Refusal(.timedOut))
    #expect(slow.takeRequests().isEmpty)
}

@Test func aSessionThatOwesAnAnswerDoesNotTimeOut() throws {
    var (pair, handle) = try SessionPair.open()
    try pair.pay(handle)
    #expect(pair.merchant.deadline == nil)
    #expect(pair.merchant.advance(to: pair.now.adding(100_000)).isEmpty)
    pair.now = pair.now.adding(5)
    try pair.accept(handle, [0], 1, 1)
    #expect(pair.merchant.deadline == pair.now.adding(600))
}

/// Random messages in random order, whole and torn, to both sides: nothing traps, what is kept stays
/// within its bounds, and after the end nothing is said any more.
@Test func threat31RandomMessagesNeverTrapAndKeepTheLimits() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededRandom(seed: seed)
    let samples = try Samples.messages()
    for _ in 0..<200 {
        var configuration = MerchantSession.Configuration()
        configuration.limits = PeerLimits(jump: 1, unansweredFrames: 8, channels: 3)
        configuration.unreadBytesMaximum = 4096
        var (pair, _) = try SessionPair.open(configuration: configuration)
        for _ in 0..<100 {
            try randomStep(&pair, &generator, samples)
            #expect(pair.merchant.unansweredFrames <= 8)
            #expect(pair.payer.unansweredFrames <= 8)
        }
        if pair.merchant.isEnded {
            #expect(pair.merchant.receive([0, 0, 0, 1, 0x80], now: pair.now).isEmpty)
            #expect(pair.merchant.finish().isEmpty)
            #expect(pair.merchant.advance(to: Timestamp(.max)).isEmpty)
        }
        if pair.payer.isEnded {
            #expect(pair.payer.receive([0, 0, 0, 1, 0x80], now: pair.now).isEmpty)
            #expect(pair.payer.finish().isEmpty)
        }
    }
}

private func randomStep(
    _ pair: inout SessionPair, _ generator: inout SeededRandom, _ samples: [PeerMessage]
) throws {
    let handle = Handle(UInt16(generator.upTo(3)))
    let sequence = UInt32(generator.upTo(60))
    let amounts = try Samples.amounts(UInt64(generator.upTo(9)), 0)
    switch generator.upTo(13) {
    case 0: try pair.inject([samples[generator.upTo(samples.count - 1)]])
    case 1: try pair.injectToPayer([samples[generator.upTo(samples.count - 1)]])
    case 2: try pair.inject([.quote("/")])
    case 3: try pair.inject([.receiptPlease(handle)])
    case 4:
        try pair.inject([.pay(Pay(handle: handle, sequence: sequence, paywords: [], amount: .zero))]
        )
    case 5: _ = try? pair.open(nonce: generator.next())
    case 6: _ = try? pair.pay(handle)
    case 7: pair.carry(pair.merchant.answerOffer(.success([1]), now: pair.now))
    case 8:
        let channel = OpenedChannel(paywords: [], amounts: amounts)
        pair.carry(pair.merchant.answerOpen(handle, .success(channel), now: pair.now))
    case 9: pair.carry(pair.merchant.answerReceipt(handle, .success([1]), now: pair.now))
    case 10:
        pair.carry((try? pair.payer.close(handle, generator.bytes(9), now: pair.now)) ?? [])
    case 11: pair.carry((try? pair.payer.receiptPlease(handle, now: pair.now)) ?? [])
    case 12:
        for case .pay(let payments) in pair.takeRequests() {
            let payment = try #require(payments.first)
            pair.carry(
                pair.merchant.answerPayments(
                    [
                        PaymentAnswer(
                            handle: payment.handle, sequence: payment.sequence,
                            outcome: .accepted(amounts))
                    ], now: pair.now))
        }
    default:
        pair.carry(pair.merchant.receive(generator.bytes(generator.upTo(3)), now: pair.now))
    }
}
