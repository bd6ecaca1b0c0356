import PayWord
import PeerProtocol
import Testing

@Test func anOpenWhoseProofHoldsReachesTheMerchant() throws {
    var pair = try SessionPair.established()
    let handle = try pair.open()
    guard case .open(let request)? = pair.takeRequests().first else {
        Issue.record("no open")
        return
    }
    #expect(request.handle == handle)
    #expect(request.commitment.payload.payer == pair.payerKey.publicKey)
    #expect(pair.merchant.unansweredFrames == 1)
    let amounts = try Samples.amounts(9, 4)
    let claims: PaywordClaims = [try Samples.claim(0, 9)]
    pair.carry(
        pair.merchant.answerOpen(
            handle, .success(OpenedChannel(paywords: claims, amounts: amounts)), now: pair.now))
    let opened = Opened(
        handle: handle, paywords: claims, accepted: amounts.accepted, spent: amounts.spent)
    #expect(pair.takeEvents().last == .opened(handle, .success(opened)))
    #expect(pair.merchant.unansweredFrames == 0)
}

@Test func threat32aAProofThatIsNotThePayersOfThisConnectionNeverReachesTheMerchant() throws {
    var pair = try SessionPair.established()
    let transcript = try pair.established.transcript
    let commitment = try Samples.commitment(
        payer: pair.payerKey, merchant: pair.merchantKey.publicKey)
    let id = commitment.object.id
    let thief = try Samples.key(66)
    let proofs = [
        try OpenProof.sign(SHA256.digest([1]), id, by: pair.payerKey),
        try OpenProof.sign(transcript, CommitmentID(SHA256.digest([1])), by: pair.payerKey),
        try OpenProof.sign(transcript, id, by: thief), Signature.zero,
        try pair.payerKey.sign(HelloTranscript.signatureInput(transcript)),
    ]
    for proof in proofs {
        let (handle, actions) = try pair.payer.open(
            commitment.encoded, funding: [], proof: proof, now: pair.now)
        pair.carry(actions)
        #expect(pair.takeRequests().isEmpty)
        #expect(pair.takeEvents().last == .opened(handle, .failure(Refusal(.badSignature))))
    }
    // The handle of a refused open is free again, and the right proof still opens.
    _ = try pair.open()
    #expect(pair.takeRequests().count == 1)
}

@Test func aHandleThatIsInUseIsRefusedAndItsChannelStays() throws {
    var (pair, handle) = try SessionPair.open()
    let commitment = try Samples.commitment(
        payer: pair.payerKey, merchant: pair.merchantKey.publicKey, nonce: 2)
    let proof = try OpenProof.sign(
        try pair.established.transcript, commitment.object.id, by: pair.payerKey)
    let actions = pair.merchant.receive(
        try frame(
            .open(Open(handle: handle, commitment: commitment.encoded, funding: [], proof: proof))),
        now: pair.now)
    guard case .error(let error)? = try messages(in: actions).first else {
        Issue.record("no error")
        return
    }
    #expect(error.handle == handle)
    #expect(error.reason == .unexpectedMessage)
    #expect(!pair.merchant.isEnded)
    try pair.pay(handle)
    #expect(pair.takeRequests().count == 1)
}

@Test func moreChannelsThanAllowedAreRefusedOnBothSides() throws {
    var configuration = MerchantSession.Configuration()
    configuration.limits.channels = 2
    var pair = try SessionPair.established(configuration: configuration)
    let first = try pair.open(nonce: 1)
    _ = try pair.open(nonce: 2)
    #expect(throws: Refusal(.limitExceeded)) { try pair.open(nonce: 3) }

    let commitment = try Samples.commitment(
        payer: pair.payerKey, merchant: pair.merchantKey.publicKey, nonce: 3)
    let proof = try OpenProof.sign(
        try pair.established.transcript, commitment.object.id, by: pair.payerKey)
    let open = Open(
        handle: Handle(500), commitment: commitment.encoded, funding: [], proof: proof)
    let actions = pair.merchant.receive(try frame(.open(open)), now: pair.now)
    guard case .error(let error)? = try messages(in: actions).first else {
        Issue.record("no error")
        return
    }
    #expect(error.reason == .limitExceeded)
    // A refused open makes room.
    pair.carry(
        pair.merchant.answerOpen(first, .failure(Refusal(.notReserved)), now: pair.now))
    #expect(pair.takeEvents().last == .opened(first, .failure(Refusal(.notReserved))))
    #expect(try pair.open(nonce: 3) == first)
}

@Test func payingUnderAnUnknownHandleOrOneThatIsOpeningIsRefused() throws {
    var pair = try SessionPair.established()
    let opening = try pair.open()
    pair.clear()
    for handle in [opening, Handle(44)] {
        let actions = pair.merchant.receive(
            try frame(.pay(Pay(handle: handle, sequence: 3, paywords: [], amount: .zero))),
            now: pair.now)
        guard case .error(let error)? = try messages(in: actions).first else {
            Issue.record("no error")
            return
        }
        #expect(error.reason == .unknownHandle)
        #expect(error.handle == handle)
        #expect(error.sequence == 3)
    }
    #expect(!pair.merchant.isEnded)
    for message in [PeerMessage.close(Handle(9), []), .receiptPlease(Handle(9))] {
        let actions = pair.merchant.receive(try frame(message), now: pair.now)
        guard case .error(let error)? = try messages(in: actions).first else {
            Issue.record("no error")
            return
        }
        #expect(error.reason == .unknownHandle)
    }
}

@Test func threat31ASequenceThatDoesNotRiseEndsTheSession() throws {
    for second: UInt32 in [5, 4, 0] {
        var (pair, handle) = try SessionPair.open()
        try pair.inject([
            .pay(Pay(handle: handle, sequence: 5, paywords: [], amount: .zero)),
            .pay(Pay(handle: handle, sequence: second, paywords: [], amount: .zero)),
        ])
        #expect(pair.merchantEnd?.refusal == Refusal(.unexpectedMessage))
    }
    // It may leap, up to the last number there is.
    var (pair, handle) = try SessionPair.open()
    try pair.inject([
        .pay(Pay(handle: handle, sequence: 5, paywords: [], amount: .zero)),
        .pay(Pay(handle: handle, sequence: .max, paywords: [], amount: .zero)),
    ])
    #expect(!pair.merchant.isEnded)
}

@Test func threat31MessagesOfTheMerchantsSideEndItsSession() throws {
    for message in try Samples.messages() {
        switch message {
        case .hello, .helloAck, .offer, .opened, .paid, .meter, .closed, .receipt:
            var pair = try SessionPair.established()
            try pair.inject([message])
            #expect(pair.merchantEnd?.refusal == Refusal(.unexpectedMessage), "\(message.kind)")
            #expect(pair.payerEnd?.refusal == Refusal(.unexpectedMessage))
        default: break
        }
    }
}

@Test func aPayersErrorAboutTheConnectionEndsIt() throws {
    var pair = try SessionPair.established()
    try pair.inject([.error(PeerError(Refusal(.busy), handle: Handle(1)))])
    #expect(!pair.merchant.isEnded)
    try pair.inject([.error(PeerError(Refusal(.internal)))])
    #expect(pair.merchantEnd == .refusedByPeer(.internal, Reason.internal.summary))
}

@Test func aPayersErrorOfASequenceWithoutAHandleIsUnexpected() throws {
    var pair = try SessionPair.established()
    try pair.inject([.error(PeerError(Refusal(.busy), sequence: 0))])
    #expect(pair.merchantEnd?.refusal == Refusal(.unexpectedMessage))
}

@Test func quotesAreAnsweredInTheirOrder() throws {
    var pair = try SessionPair.established()
    pair.clear()
    for resource in ["/a", "/b", "/c"] {
        pair.carry(try pair.payer.quote(resource, now: pair.now))
    }
    #expect(pair.takeRequests() == [.offer(resource: "/a")])
    pair.carry(pair.merchant.answerOffer(.success([1]), now: pair.now))
    #expect(pair.takeRequests() == [.offer(resource: "/b")])
    pair.carry(pair.merchant.answerOffer(.failure(Refusal(.unknownResource)), now: pair.now))
    pair.carry(pair.merchant.answerOffer(.success([3]), now: pair.now))
    #expect(
        pair.takeEvents() == [
            .offer(.success([1])), .offer(.failure(Refusal(.unknownResource))),
            .offer(.success([3])),
        ])
    #expect(pair.payer.unansweredFrames == 0)
    #expect(pair.merchant.unansweredFrames == 0)
}

@Test func aChannelClosesOnceAndPaysNoMore() throws {
    var (pair, handle) = try SessionPair.open()
    let commitment = try Samples.commitment(
        payer: pair.payerKey, merchant: pair.merchantKey.publicKey)
    let request = try Samples.closeRequest(
        commitment.object.id, payer: pair.payerKey, merchant: pair.merchantKey.publicKey)
    pair.carry(try pair.payer.close(handle, request, now: pair.now))
    guard case .close(handle, commitment.object.id, _)? = pair.takeRequests().first else {
        Issue.record("no close")
        return
    }
    #expect(throws: Refusal(.channelClosed)) { try pair.pay(handle) }
    #expect(throws: Refusal(.busy)) { try pair.payer.receiptPlease(handle, now: pair.now) }
    // A refused close leaves the channel open.
    pair.carry(pair.merchant.answerClose(handle, .failure(Refusal(.busy)), now: pair.now))
    #expect(pair.takeEvents() == [.closed(handle, .failure(Refusal(.busy)))])
    try pair.pay(handle)
    try pair.accept(handle, [0], 0, 0)
    pair.clear()

    pair.carry(try pair.payer.close(handle, request, now: pair.now))
    let closed = ClosedChannel(close: [1], receipt: [2])
    pair.carry(pair.merchant.answerClose(handle, .success(closed), now: pair.now))
    #expect(pair.takeEvents() == [.closed(handle, .success(closed))])
    #expect(throws: Refusal(.channelClosed)) { try pair.pay(handle) }
    let actions = pair.merchant.receive(
        try frame(.pay(Pay(handle: handle, sequence: 50, paywords: [], amount: .zero))),
        now: pair.now)
    guard case .error(let error)? = try messages(in: actions).first else {
        Issue.record("no error")
        return
    }
    #expect(error.reason == .channelClosed)
    pair.clear()
    // A receipt can still be had.
    pair.carry(try pair.payer.receiptPlease(handle, now: pair.now))
    pair.carry(pair.merchant.answerReceipt(handle, .success([9]), now: pair.now))
    #expect(pair.takeEvents() == [.receipt(handle, .success([9]))])
}

@Test func aCommitmentOrCloseRequestThatDoesNotParseIsRefusedUnderItsHandle() throws {
    var (pair, handle) = try SessionPair.open()
    pair.carry(try pair.payer.close(handle, [1, 2, 3], now: pair.now))
    #expect(pair.takeEvents() == [.closed(handle, .failure(Refusal(.malformed)))])
    let (second, actions) = try pair.payer.open(
        [0xff], funding: [], proof: .zero, now: pair.now)
    pair.carry(actions)
    #expect(pair.takeEvents() == [.opened(second, .failure(Refusal(.malformed)))])
    #expect(!pair.merchant.isEnded)
    #expect(pair.payer.unansweredFrames == 0)
}

@Test func metersReachThePayerInTheirOrderOnly() throws {
    var (pair, handle) = try SessionPair.open()
    let reading = Meter(handle: handle, number: 1, amountDue: try Amount(units: 5), units: 1)
    pair.carry(pair.merchant.meter(reading))
    #expect(pair.takeEvents() == [.meter(reading)])
    #expect(pair.merchant.meter(reading).isEmpty)
    #expect(
        pair.merchant.meter(Meter(handle: Handle(7), number: 9, amountDue: .zero, units: 0))
            .isEmpty)
    try pair.injectToPayer([.meter(Meter(handle: handle, number: 2, amountDue: .zero, units: 1))])
    #expect(pair.payerEnd?.refusal == Refusal(.unexpectedMessage))
}

@Test func aSessionThatIsWoundUpAnswersWhatItOwesAndNoMore() throws {
    var (pair, handle) = try SessionPair.open()
    try pair.pay(handle)
    pair.carry(pair.merchant.finish())
    #expect(!pair.merchant.isEnded)
    try pair.pay(handle)
    #expect(pair.takeEvents() == [.refused(handle, sequence: 1, Refusal(.busy))])
    pair.carry(try pair.payer.quote("/", now: pair.now))
    #expect(pair.takeEvents() == [.offer(.failure(Refusal(.busy)))])
    try pair.accept(handle, [0], 2, 1)
    #expect(pair.merchantEnd == .finished)
    #expect(
        pair.takeEvents() == [.paid(handle, sequences: [0], try Samples.amounts(2, 1))])

    var idle = try SessionPair.established()
    idle.carry(idle.merchant.finish())
    #expect(idle.merchantEnd == .finished)
    var silent = try SessionPair()
    silent.carry(silent.merchant.finish())
    #expect(silent.merchantEnd == .finished)
    #expect(silent.merchant.finish().isEmpty)
}

@Test func answersToWhatWasNotAskedChangeNothing() throws {
    var (pair, handle) = try SessionPair.open()
    let amounts = try Samples.amounts(1, 1)
    let open = OpenedChannel(paywords: [], amounts: amounts)
    for answers in [
        pair.merchant.answerOffer(.success([1]), now: pair.now),
        pair.merchant.answerOpen(handle, .success(open), now: pair.now),
        pair.merchant.answerOpen(Handle(9), .failure(Refusal(.busy)), now: pair.now),
        pair.merchant.answerClose(handle, .failure(Refusal(.busy)), now: pair.now),
        pair.merchant.answerReceipt(handle, .success([1]), now: pair.now),
    ] {
        #expect(answers.isEmpty)
    }
    #expect(pair.merchant.unansweredFrames == 0)
    pair.carry(
        pair.merchant.answerPayments(
            [PaymentAnswer(handle: handle, sequence: 9, outcome: .accepted(amounts))],
            now: pair.now))
    #expect(pair.merchantEnd?.refusal == Refusal(.internal))
}
