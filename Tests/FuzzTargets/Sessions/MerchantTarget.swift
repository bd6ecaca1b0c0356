import FixtureKit
import PayWord
import PeerProtocol

/// The input is a sequence of what can happen to a merchant's session: messages right and wrong,
/// answers from behind it in any order, the time. ``MerchantModel`` keeps count beside it.
enum MerchantTarget {
    /// An input has no more steps than this, however long it is.
    private static let stepsMaximum = 256

    static func run(_ input: [UInt8]) throws {
        var reader = ByteReader(input)
        var driver = try MerchantDriver(&reader)
        for _ in 0..<stepsMaximum where !reader.isAtEnd {
            try driver.step(&reader)
            if driver.model.isEnded { break }
        }
        try driver.windUp()
    }
}

/// Turns the input's choices into calls of the session.
struct MerchantDriver {
    let world: World
    var session: MerchantSession
    var model: MerchantModel
    var now = Samples.now
    /// Bytes that were written by the payer and not delivered yet.
    private var held: [UInt8] = []
    /// How many bytes are handed in at once.
    private var piece = Int.max
    private var nextSequence: [Handle: UInt32] = [:]

    init(_ reader: inout ByteReader) throws {
        world = try World.shared
        let shape = reader.byte()
        var configuration = MerchantSession.Configuration(
            limits: PeerLimits(
                jump: 400, unansweredFrames: UInt32(shape & 7), channels: UInt32(shape >> 3 & 3)))
        configuration.failuresMaximum = Int(shape >> 5) * 2
        configuration.openingBytesMaximum = 1500
        configuration.unreadBytesMaximum = 4096
        session = MerchantSession(
            configuration: configuration, key: world.parties.merchant,
            nonce: world.samples.merchantNonce, certificate: nil, now: now)
        model = MerchantModel(configuration: configuration, world: world)
        // Most inputs are past the handshake, which a byte of 0 leaves out.
        if reader.byte() != 0 { try receive(.hello(world.samples.hello)) }
    }

    mutating func step(_ reader: inout ByteReader) throws {
        switch reader.choice(of: 20) {
        case 0, 1: try receive(try open(&reader))
        case 2...5: try receive(pay(&reader))
        case 6: try receive(.quote("page \(reader.byte())"))
        case 7: try receive(close(&reader))
        case 8: try receive(.receiptPlease(handle(&reader)))
        case 9: try receive(other(&reader))
        case 10: try deliver(reader.longChunk())
        case 11: piece = reader.flag() ? Int(reader.byte()) + 1 : .max
        case 12: try answerOffer(&reader)
        case 13: try answerOpen(&reader)
        case 14, 15: try answerPayments(&reader)
        case 16: try answerClose(&reader)
        case 17: try answerReceipt(&reader)
        case 18: try advance(&reader)
        default: try rare(&reader)
        }
        try model.check(session)
    }

    /// Whatever happened, the session can be ended, and then says nothing more.
    mutating func windUp() throws {
        try take(session.finish())
        try model.check(session)
        for _ in 0..<64 where !session.isEnded {
            now = max(now, session.deadline ?? now)
            try take(session.advance(to: now))
            var zeros = ByteReader([])
            try answerOffer(&zeros)
            for handle in model.handlesThatWait {
                try answerEverything(handle)
            }
        }
        try promise(session.isEnded, "it does not end: \(session.unansweredFrames) wait")
        try promise(session.receive([0, 0, 0, 1, 0x80], now: now).isEmpty, "said after the end")
        try promise(session.advance(to: now.adding(.day)).isEmpty, "said after the end")
        try promise(session.finish().isEmpty, "said after the end")
    }

    // MARK: Messages

    private mutating func receive(_ message: PeerMessage) throws {
        var encoder = FrameEncoder()
        try encoder.write(message)
        try deliver(encoder.take())
    }

    private mutating func deliver(_ bytes: [UInt8]) throws {
        var rest = (held + bytes)[...]
        held = []
        while !rest.isEmpty, !session.isEnded {
            let count = min(piece, rest.count)
            model.hearPayer(rest.prefix(count))
            try take(session.receive(rest.prefix(count), now: now))
            rest = rest.dropFirst(count)
        }
    }

    func handle(_ reader: inout ByteReader) -> Handle { Handle(UInt16(reader.byte() & 3)) }

    private func open(_ reader: inout ByteReader) throws -> PeerMessage {
        let shape = reader.byte()
        let channel = world.channels[Int(shape & 15) % world.channels.count]
        let proof = try OpenProof.sign(
            model.transcript ?? .zero, channel.id,
            by: shape & 0x10 == 0 ? world.parties.payer : world.parties.stranger)
        var open = Open(
            handle: handle(&reader), commitment: channel.commitment.encoded,
            funding: [world.samples.reservation.encoded], proof: proof)
        if shape & 0x20 != 0 { open.funding = [] }
        if shape & 0xc0 == 0xc0 { open.commitment = reader.chunk() }
        return .open(open)
    }

    private mutating func pay(_ reader: inout ByteReader) -> PeerMessage {
        let shape = reader.byte()
        let handle = Handle(UInt16(shape & 3))
        var sequence = nextSequence[handle] ?? 0
        if shape & 0x30 == 0x30 { sequence = reader.number32() }
        nextSequence[handle] = sequence &+ 1
        let channel = model.channel(of: handle) ?? world.channels[0]
        var claims = PaywordClaims()
        for ordinal in Ordinal.all(count: 4) where shape >> 6 & 1 == 1 || ordinal.value == 0 {
            let index = ChainIndex(
                reader.flag() ? reader.number32() : model.next(channel, ordinal, reader.byte()))
            var payword = channel.payword(ordinal, index)
            if shape & 0x0c == 0x0c { payword = .zero }
            if payword != .zero { model.reveal(channel, ordinal, index) }
            claims.append(PaywordClaim(ordinal: ordinal, index: index, payword: payword))
        }
        if shape & 0x80 != 0 { claims = [] }
        let amount = reader.amount()
        let reference = reader.flag() ? reader.take(Int(reader.byte() & 63)) : nil
        return .pay(
            Pay(
                handle: handle, sequence: sequence, paywords: claims, amount: amount,
                reference: reference))
    }

    private func close(_ reader: inout ByteReader) -> PeerMessage {
        let handle = handle(&reader)
        let choice = reader.choice(of: world.closeRequests.count + 1)
        guard choice < world.closeRequests.count else { return .close(handle, reader.chunk()) }
        return .close(handle, world.closeRequests[choice].encoded)
    }

    /// What has no place here, and errors.
    private func other(_ reader: inout ByteReader) throws -> PeerMessage {
        let messages = try World.messages.get()
        let choice = reader.choice(of: messages.count + 2)
        if choice < messages.count { return messages[choice] }
        return .error(
            PeerError(
                handle: choice == messages.count ? handle(&reader) : nil,
                reasonNumber: reader.number(), retryable: reader.flag(), text: "no"))
    }

    mutating func take(_ actions: [MerchantAction]) throws {
        try model.take(actions, session, now: now)
    }

    /// Winding up, a meter, a hello of another version.
    private mutating func rare(_ reader: inout ByteReader) throws {
        switch reader.choice(of: 5) {
        case 0: try take(session.finish())
        case 1:
            var hello = world.samples.hello
            hello.versions = [UInt16(truncatingIfNeeded: reader.number())]
            try receive(.hello(hello))
        case 2: held += reader.chunk()
        default:
            let meter = Meter(
                handle: handle(&reader), number: reader.number(), amountDue: reader.amount(),
                units: reader.number())
            model.expectMeter(meter)
            try take(session.meter(meter))
        }
    }

    private mutating func advance(_ reader: inout ByteReader) throws {
        now = now.adding(reader.number() & 0xffff)
        let isDue = session.deadline.map { now >= $0 } ?? false
        try take(session.advance(to: now))
        try promise(session.isEnded == isDue, "ended, due or not")
    }
}

extension World {
    /// One message of each kind.
    static let messages = Result { try World.shared.samples.messages.map(\.message) }
}
