public import PayWord

/// The merchant's side of one connection, as a value: bytes in, bytes and requests out.
///
/// It reads no clock, draws no randomness and does no input or output. Time and nonce are handed in,
/// and its driver carries out the actions that each call returns, in order.
///
/// ```swift
/// var session = MerchantSession(key: key, nonce: nonce, certificate: nil, now: now)
/// for action in session.receive(bytes, now: now) {
///     switch action {
///     case .send(let bytes): socket.write(bytes)
///     case .perform(let request): queue.append(request)
///     case .end: socket.close()
///     }
/// }
/// ```
///
/// Bounds: a frame has at most 64 KiB; no more frames than the limits say wait for an answer, and
/// what comes beyond them stays unread (``wantsInput`` turns false); what stays unread is bounded by
/// ``Configuration/unreadBytesMaximum``; failed work is bounded by
/// ``Configuration/failuresMaximum``.
public struct MerchantSession: Sendable {
    /// What is set for all connections of a merchant.
    public struct Configuration: Sendable {
        /// What the hello-ack tells the payer.
        public var limits: PeerLimits
        /// How long a hello may take to arrive.
        public var helloSeconds: Seconds = 10
        /// How long a frame may take from its first byte to its last.
        public var frameSeconds: Seconds = 30
        /// How long a connection may say nothing when nothing is owed to it.
        public var idleSeconds: Seconds = 600
        /// How many refusals for what no honest peer sends end the connection.
        public var failuresMaximum = 16
        /// How many bytes may wait unread.
        public var unreadBytesMaximum = 512 * 1024
        /// How many bytes of commitments and funding may wait for their channel to be opened.
        public var openingBytesMaximum = 512 * 1024

        /// The defaults, with these limits.
        public init(limits: PeerLimits = PeerLimits()) { self.limits = limits }
    }

    enum State {
        /// Nothing was said yet.
        case awaitingHello
        /// The handshake with this transcript is done.
        case established(transcript: Digest)
        /// What was asked is answered, what is asked from now on is `busy`.
        case finishing
        /// Nothing is read or written any more.
        case ended
    }

    let configuration: Configuration
    let key: SigningKey
    let nonce: Nonce
    let certificate: Digest?

    var state = State.awaitingHello
    var decoder = FrameDecoder()
    var frames = FrameEncoder()
    var requests: [MerchantRequest] = []
    /// Payments that came after those requests.
    var payments: [PayRequest] = []
    var ending: SessionEnd?
    var budget: FailureBudget
    var channels = MerchantChannels()
    /// Resources whose offer is wanted, the one that is being made first.
    var quotes = Queue<String>()
    /// When the connection began, a frame began or ended, or an answer was given: whichever was last.
    var lastProgress: Timestamp

    /// A session that awaits a hello.
    ///
    /// - Parameters:
    ///   - configuration: limits and time-outs.
    ///   - key: the merchant's key, which signs the handshake.
    ///   - nonce: drawn anew for this connection.
    ///   - certificate: SHA-256 of the DER of the certificate that the server shows; nil on plain
    ///     TCP.
    ///   - now: the time at which the connection began.
    public init(
        configuration: Configuration = Configuration(), key: SigningKey, nonce: Nonce,
        certificate: Digest?, now: Timestamp
    ) {
        self.configuration = configuration
        self.key = key
        self.nonce = nonce
        self.certificate = certificate
        budget = FailureBudget(maximum: configuration.failuresMaximum)
        lastProgress = now
    }

    /// How many frames wait for their answer.
    public var unansweredFrames: Int { channels.unanswered + quotes.count }

    /// Whether the session reads on. While it does not, its driver should leave what arrives in the
    /// socket: that is the back-pressure that the peer feels.
    public var wantsInput: Bool { !isEnded && hasRoom }

    /// Whether the session is over.
    public var isEnded: Bool { if case .ended = state { true } else { false } }

    /// Whether the handshake is done and the session goes on.
    public var isEstablished: Bool { if case .established = state { true } else { false } }

    /// When to call ``advance(to:)`` next, if nothing happens before.
    public var deadline: Timestamp? {
        switch state {
        case .ended: nil
        case .awaitingHello: lastProgress.adding(configuration.helloSeconds)
        case .established, .finishing:
            if unansweredFrames > 0 {
                nil
            } else if decoder.isInsideFrame {
                lastProgress.adding(configuration.frameSeconds)
            } else {
                lastProgress.adding(configuration.idleSeconds)
            }
        }
    }

    /// Takes in the next bytes from the peer.
    public mutating func receive(
        _ bytes: some Collection<UInt8>, now: Timestamp
    ) -> [MerchantAction] {
        guard !isEnded else { return [] }
        if isEstablished, !decoder.isInsideFrame { lastProgress = now }
        decoder.append(bytes)
        readFrames(now)
        if decoder.count > configuration.unreadBytesMaximum {
            fail(Refusal(.rateLimited, "more was sent than may wait"))
        }
        return takeActions()
    }

    /// Tells the time, so that what takes too long ends.
    public mutating func advance(to now: Timestamp) -> [MerchantAction] {
        if let deadline, now >= deadline { fail(Refusal(.timedOut, timeOutDetail)) }
        return takeActions()
    }

    /// Winds the session up: what was asked is answered, what is asked from now on is `busy`, and
    /// when nothing is left to answer the session ends.
    public mutating func finish() -> [MerchantAction] {
        switch state {
        case .ended: break
        case .awaitingHello: end(.finished)
        case .established, .finishing:
            state = .finishing
            endIfFinished()
        }
        return takeActions()
    }

    private var timeOutDetail: String {
        switch state {
        case .awaitingHello: "no hello in time"
        default: decoder.isInsideFrame ? "a frame that took too long" : "nothing said for too long"
        }
    }

    var hasRoom: Bool {
        unansweredFrames < Int(configuration.limits.unansweredFrames)
            && channels.openingBytes < configuration.openingBytesMaximum
    }

    mutating func readFrames(_ now: Timestamp) {
        do {
            while !isEnded, hasRoom, let body = try decoder.next() {
                // The hello's time-out runs from the connection's start, whatever comes before it.
                if isEstablished {
                    lastProgress = now
                    if let pay = Pay(plain: body) {
                        try takePay(pay)
                        continue
                    }
                }
                try take(PeerMessage(decoding: body), now)
            }
        } catch { fail(error) }
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
        // Nobody is left to answer: what was taken in and not begun is dropped.
        requests = []
        payments = []
        decoder = FrameDecoder()
    }

    mutating func endIfFinished() {
        if case .finishing = state, unansweredFrames == 0 { end(.finished) }
    }

    mutating func send(_ message: PeerMessage) {
        do { try frames.write(message) } catch { end(.refused(error)) }
    }

    /// Asks something of the driver, after the payments that came before it.
    mutating func ask(_ request: MerchantRequest) {
        askPayments()
        requests.append(request)
    }

    private mutating func askPayments() {
        guard !payments.isEmpty else { return }
        let count = payments.count
        requests.append(.pay(payments))
        payments = []
        // As many are likely to come next.
        payments.reserveCapacity(count)
    }

    mutating func takeActions() -> [MerchantAction] {
        askPayments()
        var actions: [MerchantAction] = []
        let bytes = frames.take()
        if !bytes.isEmpty { actions.append(.send(bytes)) }
        if !requests.isEmpty {
            actions.append(contentsOf: requests.map(MerchantAction.perform))
            requests.removeAll(keepingCapacity: true)
        }
        if let ending { actions.append(.end(ending)) }
        ending = nil
        return actions
    }
}
