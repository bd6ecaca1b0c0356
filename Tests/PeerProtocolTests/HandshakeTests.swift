import PayWord
import PeerProtocol
import Testing

private let certificate = SHA256.digest([1, 2, 3])

@Test func aHandshakeTellsThePayerWhoAnswersAndWhatIsAllowed() throws {
    var configuration = MerchantSession.Configuration()
    configuration.limits = PeerLimits(jump: 5, unansweredFrames: 6, channels: 7)
    var pair = try SessionPair(configuration: configuration, certificate: certificate)
    #expect(throws: Refusal(.unexpectedMessage)) { try pair.payer.quote("/", now: pair.now) }
    pair.carry(pair.payer.start())
    let established = try pair.established
    #expect(established.merchant == pair.merchantKey.publicKey)
    #expect(established.limits == configuration.limits)
    #expect(pair.takeEvents() == [.established(established)])
    #expect(pair.merchant.isEstablished)
    #expect(pair.payer.room == 6)
}

/// The transcript and both signed inputs, rebuilt from the specification's words.
@Test func theTranscriptIsTheDigestOfBothArraysAndTheCertificate() throws {
    let key = try Samples.key(1)
    let hello = Hello(nonce: Samples.nonce(1), agent: "a")
    let ack = try HelloAck.signed(
        answering: hello, version: 1, nonce: Samples.nonce(2), limits: PeerLimits(),
        certificate: certificate, by: key)
    let signed = PeerMessage.helloAck(ack).encoded
    let unsigned = Array(signed.dropLast(66)) + [0xf6]
    let expected = SHA256.digest(PeerMessage.hello(hello).encoded, unsigned, certificate.bytes)
    #expect(try ack.verified(answering: hello, certificate: certificate) == expected)
    try Ed25519.verify(
        ack.signature, over: Array("tollchain/1 hello".utf8) + expected.bytes, by: key.publicKey)
    let plain = SHA256.digest(PeerMessage.hello(hello).encoded, unsigned)
    #expect(HelloTranscript.digest(hello, ack, certificate: nil) == plain)
    let id = CommitmentID(expected)
    #expect(
        OpenProof.signatureInput(expected, id)
            == Array("tollchain/1 open".utf8) + expected.bytes + id.bytes)
}

@Test func aHandshakeSignedOverAnythingElseIsRefused() throws {
    let key = try Samples.key(1)
    let hello = Hello(nonce: Samples.nonce(1), agent: "a")
    let good = try HelloAck.signed(
        answering: hello, version: 1, nonce: Samples.nonce(2), limits: PeerLimits(),
        certificate: certificate, by: key)
    var other = good
    other.nonce = Samples.nonce(3)
    var wider = good
    wider.limits.jump += 1
    var impostor = good
    impostor.merchant = try Samples.key(9).publicKey
    for ack in [other, wider, impostor] {
        #expect(throws: Refusal(.badSignature)) {
            try ack.verified(answering: hello, certificate: certificate)
        }
    }
    #expect(throws: Refusal(.badSignature)) {
        try good.verified(answering: hello, certificate: nil)
    }
    #expect(throws: Refusal(.badSignature)) {
        try good.verified(answering: hello, certificate: SHA256.digest([9]))
    }
    #expect(throws: Refusal(.badSignature)) {
        try good.verified(
            answering: Hello(nonce: Samples.nonce(4), agent: "a"), certificate: certificate)
    }
    var weak = good
    weak.merchant = PublicKey.zero
    #expect(throws: Refusal(.weakKey)) {
        try weak.verified(answering: hello, certificate: certificate)
    }
}

@Test func anotherMerchantThanExpectedIsRefused() throws {
    var pair = try SessionPair(expecting: try Samples.key(77).publicKey)
    pair.carry(pair.payer.start())
    #expect(pair.payerEnd?.refusal == Refusal(.wrongMerchant))
    #expect(pair.payer.isEnded)
    #expect(pair.merchant.isEnded)
    #expect(pair.merchantEnd?.refusal == Refusal(.wrongMerchant))
}

@Test func threat31AnotherVersionIsNamedAndEndsTheSession() throws {
    var pair = try SessionPair()
    let actions = pair.merchant.receive(
        try frame(.hello(Hello(versions: [2, 9], nonce: Samples.nonce(1), agent: ""))),
        now: pair.now)
    guard case .error(let error)? = try messages(in: actions).first else {
        Issue.record("no error")
        return
    }
    #expect(error.reason == .unsupportedVersion)
    #expect(end(in: actions)?.refusal == Refusal(.unsupportedVersion))

    let ack = try HelloAck.signed(
        answering: Hello(nonce: Samples.nonce(12), agent: "tests/1"), version: 2,
        nonce: Samples.nonce(1), limits: PeerLimits(), certificate: nil, by: pair.merchantKey)
    try pair.injectToPayer([.helloAck(ack)])
    #expect(pair.payerEnd?.refusal == Refusal(.unsupportedVersion))
}

@Test func threat31WhateverComesBeforeHelloIsUnexpected() throws {
    for message in try Samples.messages() where message.kind != .hello {
        var pair = try SessionPair()
        let actions = pair.merchant.receive(try frame(message), now: pair.now)
        #expect(end(in: actions)?.refusal == Refusal(.unexpectedMessage), "\(message.kind)")
        #expect(pair.merchant.isEnded)
        #expect(pair.merchant.receive([1, 2, 3], now: pair.now).isEmpty)
    }
    for message in try Samples.messages() where message.kind != .helloAck {
        var pair = try SessionPair()
        try pair.injectToPayer([message])
        #expect(pair.payer.isEnded, "\(message.kind)")
    }
}

@Test func threat31AHelloInAnEstablishedSessionIsUnexpected() throws {
    var pair = try SessionPair.established()
    try pair.inject([.hello(Hello(nonce: Samples.nonce(5), agent: ""))])
    #expect(pair.merchantEnd?.refusal == Refusal(.unexpectedMessage))
    #expect(pair.payerEnd?.refusal == Refusal(.unexpectedMessage))
}

@Test func threat30AHelloThatDoesNotComeInTimeEndsTheSession() throws {
    var pair = try SessionPair()
    let hello = try frame(.hello(Hello(nonce: Samples.nonce(1), agent: "slow")))
    // One byte a second: the time-out runs from the start, whatever trickles in.
    for (second, byte) in hello.enumerated().prefix(9) {
        let now = pair.now.adding(UInt64(second))
        #expect(pair.merchant.receive([byte], now: now).isEmpty)
        #expect(pair.merchant.advance(to: now).isEmpty)
    }
    let deadline = try #require(pair.merchant.deadline)
    #expect(deadline == pair.now.adding(10))
    let actions = pair.merchant.advance(to: deadline)
    #expect(end(in: actions)?.refusal == Refusal(.timedOut))
    #expect(pair.merchant.deadline == nil)

    _ = pair.payer.start()
    pair.carry(pair.payer.advance(to: pair.now.adding(10)))
    #expect(pair.payerEnd?.refusal == Refusal(.timedOut))
}

func frame(_ message: PeerMessage) throws -> [UInt8] {
    var encoder = FrameEncoder()
    try encoder.write(message)
    return encoder.take()
}
