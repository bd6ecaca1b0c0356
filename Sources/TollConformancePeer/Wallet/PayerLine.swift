internal import PayWord
internal import PeerProtocol

/// One connection of a ``PeerWallet``: it sends whatever it is told, and waits for what comes.
final class PayerLine {
    /// What came of waiting for an answer.
    enum Answer {
        case message(PeerMessage)
        case unreadable(Refusal)
        case closed
        case silence

        /// For the report.
        var text: String {
            switch self {
            case .message(.error(let error)):
                "error \(error.reasonText)" + (error.handle == nil ? " about the connection" : "")
            case .message(let message): "\(message.kind)"
            case .unreadable(let refusal): "a frame that cannot be read (\(refusal.reason.code))"
            case .closed: "the end of the connection"
            case .silence: "nothing"
            }
        }
    }

    let number: Int
    private let wire: Wire
    private let wallet: PeerWallet
    private var reading = FrameDecoder()
    private var isClosed = false
    /// What open proofs cover; of no handshake, zero.
    private(set) var transcript = Digest.zero
    private(set) var limits = PeerLimits()
    private var nextHandle: UInt16 = 0

    init(_ wallet: PeerWallet, _ wire: Wire, number: Int) {
        (self.wallet, self.wire, self.number) = (wallet, wire, number)
        wallet.events(PeerEvent(number, "connect", isTheirs: false))
    }

    func send(_ message: PeerMessage) async {
        wallet.events(PeerEvent(number, message, isTheirs: false))
        await wire.send(Forgery.frame(message))
    }

    func send(forged bytes: [UInt8]) async {
        wallet.events(
            PeerEvent(
                number, "misbehave", isTheirs: false, [("bytes", .count(UInt64(bytes.count)))]))
        await wire.send(bytes)
    }

    /// A handle that names nothing on this connection yet.
    func freshHandle() -> Handle {
        defer { nextHandle += 1 }
        return Handle(nextHandle)
    }

    /// The next message, or what came in its place.
    func next(within time: Duration? = nil) async -> Answer {
        let time = time ?? wallet.target.answerTime
        while true {
            do throws(Refusal) {
                if let body = try reading.next() {
                    let message = try PeerMessage(decoding: body)
                    wallet.events(PeerEvent(number, message, isTheirs: true))
                    return .message(message)
                }
            } catch {
                wallet.events(PeerEvent(number, unreadable: error))
                return .unreadable(error)
            }
            if isClosed { return .closed }
            switch await wire.receive(within: time) {
            case .bytes(let bytes): reading.append(bytes)
            case .closed:
                isClosed = true
                wallet.events(PeerEvent(number, "disconnect", isTheirs: true))
            case .silence: return .silence
            }
        }
    }

    /// Says hello, and checks who answers.
    /// - Throws: what is wrong with the answer.
    func shakeHands() async throws(Refusal) {
        var random = SystemRandomNumberGenerator()
        let hello = Hello(
            nonce: .random(using: &random), agent: "toll conformance peer wallet")
        await send(.hello(hello))
        let answer = await next()
        guard case .message(.helloAck(let ack)) = answer else {
            throw Refusal(.unexpectedMessage, "hello was answered by \(answer.text)")
        }
        guard ack.merchant == wallet.target.merchant else { throw Refusal(.wrongMerchant) }
        guard hello.versions.contains(ack.version) else { throw Refusal(.unsupportedVersion) }
        transcript = try ack.verified(answering: hello, certificate: nil)
        limits = ack.limits
    }

    func close() {
        if !isClosed { wallet.events(PeerEvent(number, "disconnect", isTheirs: false)) }
        isClosed = true
        wire.close()
    }
}
