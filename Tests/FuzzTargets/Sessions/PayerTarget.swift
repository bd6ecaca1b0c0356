import FixtureKit
import PayWord
import PeerProtocol

/// The input is a sequence of what can happen to a payer's session: what its wallet asks, and what a
/// merchant says, of which much was never asked for. An odd first byte joins it with a merchant's
/// session instead: two honest sides never fall out.
enum PayerTarget {
    private static let stepsMaximum = 256

    static func run(_ input: [UInt8]) throws {
        var reader = ByteReader(input)
        if reader.flag() {
            var pair = try HonestPair(&reader)
            for _ in 0..<stepsMaximum where !reader.isAtEnd { try pair.step(&reader) }
            return try pair.windUp()
        }
        var driver = try PayerDriver(&reader)
        for _ in 0..<stepsMaximum where !reader.isAtEnd && !driver.model.isEnded {
            try driver.step(&reader)
        }
        try driver.windUp()
    }
}

/// Turns the input's choices into calls of the session.
struct PayerDriver {
    let world: World
    var session: PayerSession
    var model = PayerModel()
    private var now = Samples.now
    private var piece = Int.max

    init(_ reader: inout ByteReader) throws {
        world = try World.shared
        let shape = reader.byte()
        session = PayerSession(
            merchant: shape & 1 == 0 ? world.parties.merchant.publicKey : nil,
            nonce: world.samples.payerNonce, agent: "fuzz/1", now: now)
        try take(session.start())
        if shape & 2 != 0 { session.bind(certificate: world.redemption.digest) }
        if shape & 0x1c == 0 { return }
        // Most inputs are past the handshake.
        let ack = try HelloAck.signed(
            answering: session.hello(world), version: 1, nonce: world.samples.merchantNonce,
            limits: PeerLimits(
                jump: 400, unansweredFrames: UInt32(shape >> 5) + 1,
                channels: UInt32(shape >> 2 & 3)),
            certificate: shape & 2 != 0 ? world.redemption.digest : nil,
            by: world.parties.merchant)
        try receive(.helloAck(ack))
    }

    /// A session whose merchant is another session.
    init(joinedTo world: World) throws {
        self.world = world
        session = PayerSession(
            merchant: world.parties.merchant.publicKey, nonce: world.samples.payerNonce,
            agent: "fuzz/1", now: now)
        try take(session.start())
    }

    /// Has the wallet ask one thing, and checks the session.
    mutating func ask(_ reader: inout ByteReader) throws {
        try command(&reader)
        try model.check(session)
    }

    /// What the session wrote since the last call.
    mutating func takeSent() -> [UInt8] { model.takeSent() }

    mutating func step(_ reader: inout ByteReader) throws {
        switch reader.choice(of: 20) {
        case 0...5: try command(&reader)
        case 6: try receive(.offer(reader.chunk()))
        case 7: try receive(opened(&reader))
        case 8...10: try receive(paid(&reader))
        case 11: try receive(meter(&reader))
        case 12: try receive(.closed(handle(&reader), close: [1], receipt: [2]))
        case 13: try receive(.receipt(handle(&reader), [3]))
        case 14, 15: try receive(error(&reader))
        case 16: try deliver(reader.longChunk())
        case 17: piece = reader.flag() ? Int(reader.byte()) + 1 : .max
        case 18:
            now = now.adding(reader.number() & 0xffff)
            let isDue = session.deadline.map { now >= $0 } ?? false
            try take(session.advance(to: now))
            try promise(session.isEnded == isDue, "ended, due or not")
        default: try other(&reader)
        }
        try model.check(session)
    }

    mutating func windUp() throws {
        try take(session.finish())
        try promise(session.isEnded && model.isEnded, "it does not end")
        try promise(session.receive([0, 0, 0, 1, 0x80], now: now).isEmpty, "said after the end")
        try promise(session.advance(to: now.adding(.day)).isEmpty, "said after the end")
        try promise(session.start().isEmpty && session.finish().isEmpty, "said after the end")
        try promise((try? session.quote("x", now: now)) == nil, "asked after the end")
    }

    // MARK: The wallet

    private mutating func command(_ reader: inout ByteReader) throws {
        let before = (session.unansweredFrames, session.room)
        let actions: [PayerAction]
        do throws(Refusal) {
            actions = try PayerCommand.perform(&session, &reader, world, now: now)
        } catch let refusal {
            try promise(
                before == (session.unansweredFrames, session.room),
                "refused with \(refusal), and changed")
            return try take(session.advance(to: Samples.now))
        }
        try take(actions)
    }

    mutating func take(_ actions: [PayerAction]) throws { try model.take(actions, session) }

    // MARK: The merchant

    private mutating func receive(_ message: PeerMessage) throws {
        var encoder = FrameEncoder()
        try encoder.write(message)
        try deliver(encoder.take())
    }

    private mutating func deliver(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty, !session.isEnded {
            try take(session.receive(rest.prefix(piece), now: now))
            rest = rest.dropFirst(piece)
        }
    }

    private func handle(_ reader: inout ByteReader) -> Handle {
        Handle(UInt16(reader.byte() & 3))
    }

    private func opened(_ reader: inout ByteReader) -> PeerMessage {
        .opened(
            Opened(
                handle: handle(&reader), paywords: [], accepted: reader.amount(),
                spent: reader.amount()))
    }

    /// Mostly of what was sent last.
    private func paid(_ reader: inout ByteReader) -> PeerMessage {
        let handle = handle(&reader)
        let shape = reader.byte()
        let waiting = model.waiting(handle)
        let sequence =
            waiting.isEmpty || shape & 7 == 7
            ? reader.number32() : waiting[Int(shape >> 3) % waiting.count]
        return .paid(
            Paid(
                handle: handle, sequence: sequence, accepted: reader.amount(),
                spent: reader.amount()))
    }

    private func meter(_ reader: inout ByteReader) -> PeerMessage {
        .meter(
            Meter(
                handle: handle(&reader), number: reader.number(), amountDue: reader.amount(),
                units: reader.number()))
    }

    private func error(_ reader: inout ByteReader) -> PeerMessage {
        let shape = reader.byte()
        let handle = handle(&reader)
        let waiting = model.waiting(handle)
        let sequence =
            waiting.isEmpty || shape & 0x30 == 0x30
            ? reader.number32() : waiting[Int(shape >> 6) % waiting.count]
        return .error(
            PeerError(
                handle: shape & 3 == 3 ? nil : handle, sequence: shape & 4 == 0 ? nil : sequence,
                reasonNumber: reader.number(), retryable: shape & 8 != 0, text: "no"))
    }

    private mutating func other(_ reader: inout ByteReader) throws {
        let messages = try World.messages.get()
        let choice = reader.choice(of: messages.count + 2)
        if choice < messages.count { return try receive(messages[choice]) }
        // A hello-ack with something wrong about it.
        var ack = try HelloAck.signed(
            answering: session.hello(world), version: UInt16(reader.byte()),
            nonce: world.samples.merchantNonce, limits: world.samples.limits, certificate: nil,
            by: reader.flag() ? world.parties.merchant : world.parties.otherMerchant)
        if reader.byte() == 0xff { ack.nonce = .zero }
        try receive(.helloAck(ack))
    }
}

extension PayerSession {
    /// The hello that this target's sessions start with.
    fileprivate func hello(_ world: World) -> Hello {
        Hello(nonce: world.samples.payerNonce, agent: "fuzz/1")
    }
}
