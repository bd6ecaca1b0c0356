import PayWord
import PeerProtocol

/// A payer's and a merchant's session joined in memory. Requests wait in a list until the test
/// answers them, so a test decides on every interleaving.
struct SessionPair {
    let merchantKey: SigningKey
    let payerKey: SigningKey
    var merchant: MerchantSession
    var payer: PayerSession
    var now = Samples.now

    private(set) var requests: [MerchantRequest] = []
    private(set) var events: [PayerEvent] = []
    private(set) var merchantEnd: SessionEnd?
    private(set) var payerEnd: SessionEnd?
    /// Bytes that the merchant sent, for tests that count them.
    private(set) var merchantBytes = 0

    init(
        configuration: MerchantSession.Configuration = .init(),
        expecting: PublicKey? = nil, certificate: Digest? = nil
    ) throws {
        merchantKey = try Samples.key(1)
        payerKey = try Samples.key(2)
        merchant = MerchantSession(
            configuration: configuration, key: merchantKey, nonce: Samples.nonce(11),
            certificate: certificate, now: now)
        payer = PayerSession(
            merchant: expecting ?? merchantKey.publicKey, nonce: Samples.nonce(12),
            agent: "tests/1", certificate: certificate, now: now)
    }

    /// A pair whose handshake is done.
    static func established(
        configuration: MerchantSession.Configuration = .init()
    ) throws -> SessionPair {
        var pair = try SessionPair(configuration: configuration)
        pair.carry(pair.payer.start())
        return pair
    }

    /// A pair with one open channel, handle 0.
    static func open(
        configuration: MerchantSession.Configuration = .init()
    ) throws -> (SessionPair, Handle) {
        var pair = try established(configuration: configuration)
        let handle = try pair.open()
        pair.carry(
            pair.merchant.answerOpen(
                handle, .success(OpenedChannel(paywords: [], amounts: try Samples.amounts(0, 0))),
                now: pair.now))
        pair.clear()
        return (pair, handle)
    }

    mutating func carry(_ actions: [PayerAction]) {
        for action in actions {
            switch action {
            case .send(let bytes): carry(merchant.receive(bytes, now: now))
            case .event(let event): events.append(event)
            case .end(let end): payerEnd = end
            }
        }
    }

    mutating func carry(_ actions: [MerchantAction]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                merchantBytes += bytes.count
                carry(payer.receive(bytes, now: now))
            // One by one, so that a test answers each by itself.
            case .perform(.pay(let payments)): requests += payments.map { .pay([$0]) }
            case .perform(let request): requests.append(request)
            case .end(let end): merchantEnd = end
            }
        }
    }

    mutating func clear() {
        requests = []
        events = []
    }

    mutating func takeRequests() -> [MerchantRequest] {
        defer { requests = [] }
        return requests
    }

    mutating func takeEvents() -> [PayerEvent] {
        defer { events = [] }
        return events
    }

    /// Sends an open whose proof holds.
    mutating func open(nonce: UInt64 = 1) throws -> Handle {
        let commitment = try Samples.commitment(
            payer: payerKey, merchant: merchantKey.publicKey, nonce: nonce)
        let transcript = try established.transcript
        let proof = try OpenProof.sign(transcript, commitment.object.id, by: payerKey)
        let (handle, actions) = try payer.open(
            commitment.encoded, funding: [], proof: proof, now: now)
        carry(actions)
        return handle
    }

    var established: Established {
        get throws {
            guard let established = payer.established else { throw Refusal(.unexpectedMessage) }
            return established
        }
    }

    @discardableResult
    mutating func pay(_ handle: Handle, _ amount: UInt64 = 1) throws -> UInt32 {
        let (sequence, actions) = try payer.pay(
            handle, paywords: [], amount: try Amount(units: amount), now: now)
        carry(actions)
        return sequence
    }

    mutating func accept(
        _ handle: Handle, _ sequences: some Sequence<UInt32>, _ accepted: UInt64, _ spent: UInt64
    ) throws {
        let amounts = try Samples.amounts(accepted, spent)
        carry(
            merchant.answerPayments(
                sequences.map {
                    PaymentAnswer(handle: handle, sequence: $0, outcome: .accepted(amounts))
                }, now: now))
    }

    /// Hands raw frames to the merchant, as a payer that keeps to no rule would.
    mutating func inject(_ messages: [PeerMessage]) throws {
        var frames = FrameEncoder()
        for message in messages { try frames.write(message) }
        carry(merchant.receive(frames.take(), now: now))
    }

    /// Hands raw frames to the payer, as a merchant that keeps to no rule would.
    mutating func injectToPayer(_ messages: [PeerMessage]) throws {
        var frames = FrameEncoder()
        for message in messages { try frames.write(message) }
        carry(payer.receive(frames.take(), now: now))
    }
}

/// Everything that actions send, as messages.
func messages(in actions: [MerchantAction]) throws -> [PeerMessage] {
    var decoder = FrameDecoder()
    for case .send(let bytes) in actions { decoder.append(bytes) }
    var messages: [PeerMessage] = []
    while let body = try decoder.next() { messages.append(try PeerMessage(decoding: body)) }
    return messages
}

/// The end among actions.
func end(in actions: [MerchantAction]) -> SessionEnd? {
    for case .end(let end) in actions { return end }
    return nil
}
