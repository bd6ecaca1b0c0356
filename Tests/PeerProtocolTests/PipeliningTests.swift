import FixtureKit
import PayWord
import PeerProtocol
import Testing

@Test func oneAcknowledgementCoversManyPayments() throws {
    var (pair, handle) = try SessionPair.open()
    for _ in 0..<100 { try pair.pay(handle) }
    #expect(pair.takeRequests().count == 100)
    #expect(pair.payer.unansweredFrames == 100)
    let before = pair.merchantBytes
    try pair.accept(handle, 0..<60, 60, 60)
    #expect(pair.merchantBytes - before < 20)
    #expect(
        pair.takeEvents()
            == [.paid(handle, sequences: Array(0..<60), try Samples.amounts(60, 60))])
    #expect(pair.payer.unansweredFrames == 40)
    try pair.accept(handle, 60..<100, 100, 100)
    #expect(pair.payer.unansweredFrames == 0)
    #expect(pair.merchant.unansweredFrames == 0)
}

@Test func anErrorComesBeforeThePaidThatPassesIt() throws {
    var (pair, handle) = try SessionPair.open()
    for _ in 0..<4 { try pair.pay(handle) }
    let amounts = try Samples.amounts(3, 3)
    let actions = pair.merchant.answerPayments(
        [
            PaymentAnswer(handle: handle, sequence: 0, outcome: .accepted(amounts)),
            PaymentAnswer(
                handle: handle, sequence: 1, outcome: .refused(Refusal(.insufficientFunds))),
            PaymentAnswer(handle: handle, sequence: 2, outcome: .accepted(amounts)),
        ], now: pair.now)
    #expect(
        try messages(in: actions) == [
            .error(PeerError(Refusal(.insufficientFunds), handle: handle, sequence: 1)),
            .paid(
                Paid(handle: handle, sequence: 2, accepted: amounts.accepted, spent: amounts.spent)),
        ])
    pair.carry(actions)
    #expect(
        pair.takeEvents() == [
            .refused(handle, sequence: 1, Refusal(.insufficientFunds)),
            .paid(handle, sequences: [0, 2], amounts),
        ])
    #expect(pair.payer.unansweredFrames == 1)
}

@Test func threat02AStaleIndexIsAnsweredWithTheCurrentStateAndNotCounted() throws {
    var (pair, handle) = try SessionPair.open()
    let state = try Samples.amounts(50, 20)
    for sequence in 0..<200 as Range<UInt32> {
        try pair.pay(handle)
        pair.carry(
            pair.merchant.answerPayments(
                [
                    PaymentAnswer(
                        handle: handle, sequence: sequence,
                        outcome: .refused(Refusal(.staleIndex), state))
                ], now: pair.now))
        #expect(
            pair.takeEvents() == [
                .refused(handle, sequence: sequence, Refusal(.staleIndex)),
                .paid(handle, sequences: [], state),
            ])
    }
    #expect(!pair.merchant.isEnded)
    #expect(!pair.payer.isEnded)
}

@Test func channelsOnOneConnectionDoNotMixUp() throws {
    var (pair, first) = try SessionPair.open()
    let second = try pair.open(nonce: 2)
    pair.carry(
        pair.merchant.answerOpen(
            second, .success(OpenedChannel(paywords: [], amounts: try Samples.amounts(7, 0))),
            now: pair.now))
    pair.clear()
    for _ in 0..<3 {
        try pair.pay(first)
        try pair.pay(second)
    }
    let one = try Samples.amounts(1, 1)
    let two = try Samples.amounts(8, 2)
    let answers = (0..<3 as Range<UInt32>).flatMap {
        [
            PaymentAnswer(handle: second, sequence: $0, outcome: .accepted(two)),
            PaymentAnswer(handle: first, sequence: $0, outcome: .accepted(one)),
        ]
    }
    pair.carry(pair.merchant.answerPayments(answers, now: pair.now))
    #expect(
        pair.takeEvents() == [
            .paid(second, sequences: [0, 1, 2], two), .paid(first, sequences: [0, 1, 2], one),
        ])
}

@Test func framesBeyondTheLimitStayUnreadUntilThereIsRoom() throws {
    var configuration = MerchantSession.Configuration()
    configuration.limits.unansweredFrames = 4
    var (pair, handle) = try SessionPair.open(configuration: configuration)
    for _ in 0..<4 { try pair.pay(handle) }
    #expect(throws: Refusal(.busy)) { try pair.pay(handle) }
    #expect(pair.payer.room == 0)
    #expect(!pair.merchant.wantsInput)
    #expect(pair.takeRequests().count == 4)
    // A payer that does not keep to the limit only waits longer.
    try pair.inject(
        (10..<16 as Range<UInt32>).map {
            .pay(Pay(handle: handle, sequence: $0, paywords: [], amount: .zero))
        })
    #expect(pair.takeRequests().isEmpty)
    #expect(pair.merchant.unansweredFrames == 4)
    let amounts = try Samples.amounts(2, 2)
    let actions = pair.merchant.answerPayments(
        [0, 1].map { PaymentAnswer(handle: handle, sequence: $0, outcome: .accepted(amounts)) },
        now: pair.now)
    // One acknowledgement, and as many payments as there is room for, together.
    #expect(actions.count == 2)
    guard case .perform(.pay(let payments))? = actions.last else {
        Issue.record("no payment was read")
        return
    }
    #expect(payments.map(\.sequence) == [10, 11])
    #expect(pair.merchant.unansweredFrames == 4)
    #expect(!pair.merchant.wantsInput)
}

@Test func whatWaitsUnreadIsBounded() throws {
    var configuration = MerchantSession.Configuration()
    configuration.limits.unansweredFrames = 1
    configuration.unreadBytesMaximum = 1000
    var (pair, handle) = try SessionPair.open(configuration: configuration)
    try pair.pay(handle)
    var rounds = 0
    while !pair.merchant.isEnded, rounds < 1000 {
        try pair.inject([.quote("/weather")])
        rounds += 1
    }
    #expect(rounds < 100)
    #expect(pair.merchantEnd?.refusal == Refusal(.rateLimited))
}

@Test func opensThatWaitAreBoundedByTheirBytes() throws {
    var configuration = MerchantSession.Configuration()
    configuration.openingBytesMaximum = 1000
    var pair = try SessionPair.established(configuration: configuration)
    for nonce in 0..<10 as Range<UInt64> { _ = try pair.open(nonce: nonce) }
    let waiting = pair.takeRequests().count
    #expect((1...5).contains(waiting))
    #expect(!pair.merchant.wantsInput)
}

/// Whole sessions with everything in flight at once, answered in a random order of handles.
@Test func everyPaymentIsAnsweredOnceHoweverTheAnswersInterleave() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededRandom(seed: seed)
    for _ in 0..<20 {
        var (pair, first) = try SessionPair.open()
        var handles = [first]
        for nonce in 2..<5 as Range<UInt64> {
            let handle = try pair.open(nonce: nonce)
            let channel = OpenedChannel(paywords: [], amounts: try Samples.amounts(0, 0))
            pair.carry(pair.merchant.answerOpen(handle, .success(channel), now: pair.now))
            handles.append(handle)
        }
        pair.clear()
        var owed: [Handle: [UInt32]] = [:]
        var expected: [Handle: (paid: [UInt32], refused: [UInt32])] = [:]
        for _ in 0..<300 {
            let handle = handles[generator.upTo(handles.count - 1)]
            if generator.upTo(2) > 0, pair.payer.room > 0 {
                owed[handle, default: []].append(try pair.pay(handle))
                continue
            }
            let amounts = try Samples.amounts(0, 0)
            let count = min(generator.upTo(5), owed[handle, default: []].count)
            let answers = owed[handle, default: []].prefix(count).map { sequence in
                let isRefused = generator.upTo(4) == 0
                if isRefused {
                    expected[handle, default: ([], [])].refused.append(sequence)
                } else {
                    expected[handle, default: ([], [])].paid.append(sequence)
                }
                return PaymentAnswer(
                    handle: handle, sequence: sequence,
                    outcome: isRefused
                        ? .refused(Refusal(.insufficientFunds)) : .accepted(amounts))
            }
            owed[handle]?.removeFirst(count)
            pair.carry(pair.merchant.answerPayments(answers, now: pair.now))
        }
        #expect(pair.payerEnd == nil)
        #expect(pair.merchantEnd == nil)
        #expect(pair.payer.unansweredFrames == owed.values.reduce(0) { $0 + $1.count })
        var answered: [Handle: (paid: [UInt32], refused: [UInt32])] = [:]
        for event in pair.takeEvents() {
            switch event {
            case .paid(let handle, let sequences, _):
                answered[handle, default: ([], [])].paid += sequences
            case .refused(let handle, let sequence, _):
                answered[handle, default: ([], [])].refused.append(sequence)
            default: break
            }
        }
        for handle in handles {
            #expect(answered[handle]?.paid ?? [] == expected[handle]?.paid ?? [])
            #expect(answered[handle]?.refused ?? [] == expected[handle]?.refused ?? [])
        }
    }
}
