import PayWord
import PeerProtocol
import Testing

/// Rows of: what a merchant that keeps to no rule sends to a payer with one open channel (handle 0)
/// on which one payment (sequence 0) waits.
@Test func threat31AnswersToWhatWasNotAskedEndThePayersSession() throws {
    let one = try Amount(units: 1)
    let two = try Amount(units: 2)
    let handle = Handle(0)
    let rows: [(String, [PeerMessage])] = [
        (
            "paid for what was never sent",
            [.paid(Paid(handle: handle, sequence: 1, accepted: one, spent: one))]
        ),
        (
            "paid under an unknown handle",
            [.paid(Paid(handle: Handle(1), sequence: 0, accepted: one, spent: one))]
        ),
        (
            "more spent than accepted",
            [.paid(Paid(handle: handle, sequence: 0, accepted: one, spent: two))]
        ),
        (
            "accepted that goes back",
            [
                .paid(Paid(handle: handle, sequence: 0, accepted: two, spent: one)),
                .paid(Paid(handle: handle, sequence: 0, accepted: one, spent: one)),
            ]
        ),
        (
            "an error for a payment already answered",
            [
                .paid(Paid(handle: handle, sequence: 0, accepted: two, spent: one)),
                .error(PeerError(Refusal(.busy), handle: handle, sequence: 0)),
            ]
        ),
        (
            "two errors for one payment",
            [
                .error(PeerError(Refusal(.busy), handle: handle, sequence: 0)),
                .error(PeerError(Refusal(.busy), handle: handle, sequence: 0)),
            ]
        ),
        (
            "an error for a payment never sent",
            [.error(PeerError(Refusal(.busy), handle: handle, sequence: 7))]
        ),
        ("an error where nothing waits", [.error(PeerError(Refusal(.busy), handle: handle))]),
        ("an error of an unknown handle", [.error(PeerError(Refusal(.busy), handle: Handle(3)))]),
        (
            "an error of no handle's payment",
            [.error(PeerError(reasonNumber: 1, retryable: false, text: "").with(sequence: 0))]
        ),
        (
            "opened twice",
            [.opened(Opened(handle: handle, paywords: [], accepted: .zero, spent: .zero))]
        ),
        (
            "opened under a handle that was not asked for",
            [.opened(Opened(handle: Handle(5), paywords: [], accepted: .zero, spent: .zero))]
        ),
        ("an offer", [.offer([1])]), ("a close", [.closed(handle, close: [], receipt: [])]),
        ("a receipt", [.receipt(handle, [])]),
        (
            "a meter of an unknown handle",
            [.meter(Meter(handle: Handle(9), number: 1, amountDue: .zero, units: 0))]
        ),
        ("a quote", [.quote("/")]), ("receipt please", [.receiptPlease(handle)]),
        ("a hello", [.hello(Hello(nonce: .zero, agent: ""))]),
    ]
    for (what, messages) in rows {
        var (pair, handle) = try SessionPair.open()
        try pair.pay(handle)
        try pair.injectToPayer(messages)
        #expect(pair.payerEnd?.refusal == Refusal(.unexpectedMessage), "\(what)")
        #expect(pair.payer.isEnded, "\(what)")
        #expect(throws: Refusal(.timedOut), "\(what)") { try pair.pay(handle) }
        #expect(pair.payer.deadline == nil)
    }
}

@Test func anOpenedThatSpentMoreThanItAcceptedEndsThePayersSession() throws {
    var pair = try SessionPair.established()
    let handle = try pair.open()
    try pair.injectToPayer([
        .opened(
            Opened(handle: handle, paywords: [], accepted: .zero, spent: try Amount(units: 1)))
    ])
    #expect(pair.payerEnd?.refusal == Refusal(.unexpectedMessage))
}

@Test func aRefundMayLowerWhatIsSpent() throws {
    var (pair, handle) = try SessionPair.open()
    try pair.pay(handle)
    try pair.pay(handle)
    try pair.accept(handle, [0], 10, 8)
    try pair.accept(handle, [1], 10, 3)
    #expect(pair.payerEnd == nil)
    #expect(pair.takeEvents().last == .paid(handle, sequences: [1], try Samples.amounts(10, 3)))
}

@Test func aCloseThatComesBeforeThePaymentsAreAnsweredEndsThePayersSession() throws {
    var (pair, handle) = try SessionPair.open()
    try pair.pay(handle)
    pair.carry(try pair.payer.close(handle, [1], now: pair.now))
    try pair.injectToPayer([.closed(handle, close: [], receipt: [])])
    #expect(pair.payer.isEnded)
}

@Test func whatThePayerMayNotSendIsRefusedBeforeItIsSent() throws {
    var (pair, handle) = try SessionPair.open()
    let claim = try Samples.claim(0, 1)
    let amount = Amount.zero
    #expect(throws: Refusal(.tooLarge)) {
        try pair.payer.pay(
            handle, paywords: PaywordClaims(repeatElement(claim, count: 9)), amount: amount,
            now: pair.now)
    }
    #expect(throws: Refusal(.malformed)) {
        try pair.payer.pay(handle, paywords: [claim, claim], amount: amount, now: pair.now)
    }
    #expect(throws: Refusal(.tooLarge)) {
        try pair.payer.pay(
            handle, paywords: [], amount: amount, reference: [UInt8](repeating: 1, count: 65),
            now: pair.now)
    }
    #expect(throws: Refusal(.unknownHandle)) {
        try pair.payer.pay(Handle(8), paywords: [], amount: amount, now: pair.now)
    }
    #expect(throws: Refusal(.tooLarge)) {
        try pair.payer.quote(String(repeating: "a", count: 257), now: pair.now)
    }
    let large = [UInt8](repeating: 0, count: 16_385)
    #expect(throws: Refusal(.tooLarge)) {
        try pair.payer.open(large, funding: [], proof: .zero, now: pair.now)
    }
    // Each object is within its limit, and all of them together are not within a frame's.
    #expect(throws: Refusal(.tooLarge)) {
        try pair.payer.open(
            large.dropLast(), funding: Array(repeating: large.dropLast(), count: 8), proof: .zero,
            now: pair.now)
    }
    #expect(throws: Refusal(.tooLarge)) { try pair.payer.close(handle, large, now: pair.now) }
    #expect(throws: Refusal(.unknownHandle)) {
        try pair.payer.receiptPlease(Handle(8), now: pair.now)
    }
    #expect(pair.payer.unansweredFrames == 0)
    #expect(try pair.pay(handle) == 0)
}

@Test func anAnswerThatDoesNotComeEndsThePayersSession() throws {
    var (pair, handle) = try SessionPair.open()
    #expect(pair.payer.deadline == nil)
    pair.now = pair.now.adding(1000)
    try pair.pay(handle)
    #expect(pair.payer.deadline == pair.now.adding(30))
    #expect(pair.payer.advance(to: pair.now.adding(29)).isEmpty)
    pair.carry(pair.payer.advance(to: pair.now.adding(30)))
    #expect(pair.payerEnd?.refusal == Refusal(.timedOut))
}

@Test func aMerchantsRefusalOfTheConnectionIsHandedOn() throws {
    var pair = try SessionPair()
    _ = pair.payer.start()
    try pair.injectToPayer([.error(PeerError(Refusal(.busy, "too many connections")))])
    #expect(pair.payerEnd == .refusedByPeer(.busy, "too many connections"))
    var later = try SessionPair.established()
    try later.injectToPayer([.error(PeerError(Refusal(.rateLimited)))])
    #expect(later.payerEnd?.refusal == Refusal(.rateLimited))
}

extension PeerError {
    fileprivate func with(sequence: UInt32) -> PeerError {
        var error = self
        error.sequence = sequence
        return error
    }
}
