public import PayWord

/// The payer's side of one connection, as a value: requests and bytes in, bytes and events out.
///
/// It reads no clock, draws no randomness and does no input or output. It keeps what it asked, in
/// order, and refuses answers to what it did not ask: then the session ends, since a peer that
/// miscounts cannot be believed in the rest.
///
/// ```swift
/// var session = PayerSession(merchant: merchant, nonce: nonce, agent: "example/1", now: now)
/// for action in session.start() { … }                     // the hello
/// for action in session.receive(bytes, now: now) { … }    // `.event(.established(…))` among them
/// let (handle, sends) = try session.open(commitment, funding: [], proof: proof, now: now)
/// ```
public struct PayerSession: Sendable {
    /// How long the handshake may take.
    public static let helloSeconds: Seconds = 10
    /// How many requests this side lets wait, whatever the merchant allows.
    public static let unansweredFramesMaximum = 1 << 16

    enum State {
        /// The hello is out, or about to be.
        case awaitingHelloAck
        /// The merchant is known.
        case established(Established)
        /// Nothing is read or written any more.
        case ended
    }

    let hello: Hello
    let expectedMerchant: PublicKey?
    let answerSeconds: Seconds

    var certificate: Digest?
    var state = State.awaitingHelloAck
    var decoder = FrameDecoder()
    var frames = FrameEncoder()
    var events: [PayerEvent] = []
    var ending: SessionEnd?
    var channels = PayerChannels()
    var unansweredQuotes = 0
    /// How many requests wait for their answer.
    public internal(set) var unansweredFrames = 0
    /// When the session began, a frame came, or a request went out while none waited.
    var lastProgress: Timestamp

    /// A session that is about to say hello.
    ///
    /// - Parameters:
    ///   - merchant: who must answer; nil to take whoever does.
    ///   - nonce: drawn anew for this connection.
    ///   - agent: this software, for the merchant's log; at most ``Hello/agentBytesMaximum`` bytes.
    ///   - certificate: SHA-256 of the DER of the certificate that the server showed; nil on plain
    ///     TCP, or until ``bind(certificate:)``.
    ///   - answerSeconds: how long an answer may take.
    ///   - now: the time at which the connection began.
    public init(
        merchant: PublicKey?, nonce: Nonce, agent: String, certificate: Digest? = nil,
        answerSeconds: Seconds = 30, now: Timestamp
    ) {
        hello = Hello(nonce: nonce, agent: agent)
        expectedMerchant = merchant
        self.certificate = certificate
        self.answerSeconds = answerSeconds
        lastProgress = now
    }

    /// Whether the session is over.
    public var isEnded: Bool { if case .ended = state { true } else { false } }

    /// What the handshake settled; nil before it, and after the end.
    public var established: Established? {
        if case .established(let established) = state { established } else { nil }
    }

    /// How many more requests may go out before an answer must come.
    public var room: Int {
        guard let established else { return 0 }
        let limit = min(Int(established.limits.unansweredFrames), Self.unansweredFramesMaximum)
        return max(0, limit - unansweredFrames)
    }

    /// When to call ``advance(to:)`` next, if nothing happens before.
    public var deadline: Timestamp? {
        switch state {
        case .ended: nil
        case .awaitingHelloAck: lastProgress.adding(Self.helloSeconds)
        case .established: unansweredFrames > 0 ? lastProgress.adding(answerSeconds) : nil
        }
    }

    /// The first thing to do: the hello.
    public mutating func start() -> [PayerAction] {
        guard case .awaitingHelloAck = state else { return [] }
        send(.hello(hello))
        return takeActions()
    }

    /// Says which TLS certificate the server showed, where that is known only after the start. It
    /// has to come before the hello-ack is handed in, and changes nothing afterwards.
    public mutating func bind(certificate: Digest) {
        if case .awaitingHelloAck = state { self.certificate = certificate }
    }

    /// Takes in the next bytes from the merchant.
    public mutating func receive(
        _ bytes: some Collection<UInt8>, now: Timestamp
    ) -> [PayerAction] {
        guard !isEnded else { return [] }
        decoder.append(bytes)
        do {
            while !isEnded, let body = try decoder.next() {
                if established != nil { lastProgress = now }
                try take(PeerMessage(decoding: body), now)
            }
        } catch { fail(error) }
        return takeActions()
    }

    /// Tells the time, so that what takes too long ends.
    public mutating func advance(to now: Timestamp) -> [PayerAction] {
        if let deadline, now >= deadline { fail(Refusal(.timedOut)) }
        return takeActions()
    }

    /// Ends the session; whatever still waits gets no answer.
    public mutating func finish() -> [PayerAction] {
        end(.finished)
        return takeActions()
    }

    /// Tells the peer why, and ends.
    mutating func fail(_ refusal: Refusal) {
        guard !isEnded else { return }
        send(.error(PeerError(refusal)))
        end(.refused(refusal))
    }

    mutating func end(_ reason: SessionEnd) {
        guard !isEnded else { return }
        state = .ended
        ending = reason
        decoder = FrameDecoder()
    }

    mutating func send(_ message: PeerMessage) {
        do { try frames.write(message) } catch { end(.refused(error)) }
    }

    mutating func takeActions() -> [PayerAction] {
        var actions: [PayerAction] = []
        let bytes = frames.take()
        if !bytes.isEmpty { actions.append(.send(bytes)) }
        actions.append(contentsOf: events.map(PayerAction.event))
        events.removeAll(keepingCapacity: true)
        if let ending { actions.append(.end(ending)) }
        ending = nil
        return actions
    }
}
