import FixtureKit
import PayWord
import PeerProtocol
import TollMerchant

/// What a merchant's session may say and ask, kept beside it by the plainest means: every message
/// that goes out must be owed, every request must follow from what came in, and the limits hold.
struct MerchantModel {
    /// A channel of this connection.
    struct Entry {
        enum Phase { case opening, open, closing, closed }
        var phase: Phase
        let request: OpenRequest
        var payments: [PayRequest] = []
        var lastSequence: UInt32?
        var awaitsReceipt = false
        var lastMeter: UInt64?
    }

    let configuration: MerchantSession.Configuration
    let world: World
    private(set) var transcript: Digest?
    /// What the payer said first.
    private var firstMessage: PeerMessage?
    private var listener = FrameDecoder()
    private(set) var isEnded = false
    private(set) var entries: [Handle: Entry] = [:]
    var books: ChannelBooks
    private var offersAsked = 0
    /// What is owed to the payer: each must go out, once.
    private var owed: Set<PeerMessage> = []
    /// One acknowledgement covers all payments of a handle that are answered together.
    private var paidOwed: [Handle: Paid] = [:]
    private var refusalsOwed = 0

    init(configuration: MerchantSession.Configuration, world: World) {
        self.configuration = configuration
        self.world = world
        books = ChannelBooks(world)
    }

    var handlesThatWait: [Handle] { entries.keys.sorted() }

    func channel(of handle: Handle) -> World.Channel? {
        entries[handle].flatMap { entry in
            world.channels.first { $0.id == entry.request.commitment.id }
        }
    }

    // MARK: What the payer says

    mutating func hearPayer(_ bytes: some Collection<UInt8>) {
        guard firstMessage == nil else { return }
        listener.append(bytes)
        if let body = try? listener.next() { firstMessage = try? PeerMessage(decoding: body) }
    }

    // MARK: What the session does

    mutating func take(
        _ actions: [MerchantAction], _ session: MerchantSession, now: Timestamp
    ) throws {
        for action in actions {
            try promise(!isEnded, "\(action) after the end")
            switch action {
            case .send(let bytes): for message in try Self.messages(bytes) { try hear(message) }
            case .perform(let request): try begin(request)
            case .end(let end):
                isEnded = true
                try promise(session.isEnded, "an end that is none: \(end)")
                _ = end.refusal
            }
        }
        try promise(isEnded == session.isEnded, "ended without a word")
    }

    private static func messages(_ bytes: [UInt8]) throws -> [PeerMessage] {
        var decoder = FrameDecoder()
        decoder.append(bytes)
        var messages: [PeerMessage] = []
        while let body = try decoder.next() { messages.append(try PeerMessage(decoding: body)) }
        try promise(decoder.count == 0, "half a frame was sent")
        return messages
    }

    private mutating func hear(_ message: PeerMessage) throws {
        switch message {
        case .helloAck(let ack):
            guard case .hello(let hello)? = firstMessage, transcript == nil else {
                throw BrokenPromise("a hello-ack that nobody waits for")
            }
            transcript = try ack.verified(answering: hello, certificate: nil)
        case .paid(let paid):
            guard paidOwed.removeValue(forKey: paid.handle) == paid else {
                throw BrokenPromise("an acknowledgement of what was not answered so: \(paid)")
            }
        case .offer, .opened, .meter, .closed, .receipt:
            guard owed.remove(message) != nil else {
                throw BrokenPromise("nobody is owed \(message)")
            }
        case .error(let error):
            // The session itself refuses much. What was refused behind it must go out.
            refusalsOwed = max(0, refusalsOwed - 1)
            try promise(error.text.utf8.count <= PeerError.textBytesMaximum, "a long text")
        case .hello, .quote, .open, .pay, .close, .receiptPlease:
            throw BrokenPromise("a merchant does not say \(message)")
        }
    }

    private mutating func begin(_ request: MerchantRequest) throws {
        try promise(transcript != nil, "\(request) before the handshake")
        switch request {
        case .offer:
            offersAsked += 1
            try promise(offersAsked == 1, "two offers at once")
        case .open(let open):
            try promise(entries[open.handle] == nil, "handle \(open.handle) is in use")
            try promise(
                world.channels.contains { $0.id == open.commitment.id },
                "the proof of a commitment that was never proved")
            entries[open.handle] = Entry(phase: .opening, request: open)
        case .pay(let payments):
            try promise(!payments.isEmpty, "payments of which there are none")
            for pay in payments { try begin(pay) }
        case .close(let handle, let id, _):
            guard let entry = entries[handle], entry.phase == .open, !entry.awaitsReceipt else {
                throw BrokenPromise("a close of a channel that is not open")
            }
            try promise(id == entry.request.commitment.id, "another channel")
            entries[handle]?.phase = .closing
        case .receipt(let handle, let id):
            guard let entry = entries[handle], entry.phase == .open || entry.phase == .closed,
                !entry.awaitsReceipt
            else { throw BrokenPromise("a receipt of a channel that has none") }
            try promise(id == entry.request.commitment.id, "another channel")
            entries[handle]?.awaitsReceipt = true
        }
    }

    private mutating func begin(_ pay: PayRequest) throws {
        guard let entry = entries[pay.handle], entry.phase == .open else {
            throw BrokenPromise("a payment on a channel that is not open")
        }
        try promise(pay.commitmentID == entry.request.commitment.id, "another channel")
        try promise(
            entry.lastSequence.map { $0 < pay.sequence } ?? true, "a sequence that falls")
        entries[pay.handle]?.lastSequence = pay.sequence
        entries[pay.handle]?.payments.append(pay)
    }

    /// The limits, and that the session counts as the model does.
    func check(_ session: MerchantSession) throws {
        guard !isEnded else {
            return try promise(session.deadline == nil && !session.wantsInput, "wants more")
        }
        try promise(
            owed.isEmpty && paidOwed.isEmpty && refusalsOwed == 0,
            "not said: \(owed), \(paidOwed), \(refusalsOwed) refusals")
        let limits = configuration.limits
        let waiting = entries.values.reduce(0) { sum, entry in
            sum + entry.payments.count + (entry.awaitsReceipt ? 1 : 0)
                + (entry.phase == .opening || entry.phase == .closing ? 1 : 0)
        }
        let quotes = session.unansweredFrames - waiting
        try promise(quotes >= offersAsked, "\(quotes) quotes wait, \(offersAsked) were asked")
        try promise(quotes == 0 || offersAsked == 1, "a quote waits, and no offer is asked")
        try promise(
            session.unansweredFrames <= Int(limits.unansweredFrames), "too many frames wait")
        let live = entries.values.count { $0.phase != .closed }
        try promise(live <= Int(limits.channels), "\(live) channels are open")
        let opening = entries.values.filter { $0.phase == .opening }.reduce(0) { sum, entry in
            entry.request.funding.reduce(sum + entry.request.commitment.encoded.count) {
                $0 + $1.count
            }
        }
        let hasRoom =
            session.unansweredFrames < Int(limits.unansweredFrames)
            && opening < configuration.openingBytesMaximum
        try promise(session.wantsInput == hasRoom, "it wants input, or not, without a reason")
        try promise(
            (session.deadline == nil) == (session.unansweredFrames > 0 && transcript != nil),
            "a deadline while answers are owed, or none while none is")
    }
}

/// What the answers lead to.
extension MerchantModel {
    private mutating func owe(_ message: PeerMessage) { owed.insert(message) }

    mutating func expectOffer(isRefused: Bool) {
        guard offersAsked > 0, !isEnded else { return }
        offersAsked -= 1
        if isRefused { refusalsOwed += 1 } else { owe(.offer(world.samples.offer.encoded)) }
    }

    /// The channel as the books have it, and that the payer is told so.
    mutating func beginOpening(_ handle: Handle, isRefused: Bool) -> OpenedChannel {
        guard let entry = entries[handle], entry.phase == .opening, !isEnded else {
            return OpenedChannel(
                paywords: [], amounts: ChannelAmounts(accepted: .zero, spent: .zero))
        }
        if isRefused {
            entries[handle] = nil
            refusalsOwed += 1
            return OpenedChannel(
                paywords: [], amounts: ChannelAmounts(accepted: .zero, spent: .zero))
        }
        entries[handle]?.phase = .open
        let channel = books.opened(entry.request.commitment.id)
        owe(
            .opened(
                Opened(
                    handle: handle, paywords: channel.paywords,
                    accepted: channel.amounts.accepted, spent: channel.amounts.spent)))
        return channel
    }

    /// Judges the oldest payment of a handle; nil where none waits.
    mutating func judge(_ handle: Handle, refused: Refusal?) throws -> PaymentAnswer? {
        guard let pay = entries[handle]?.payments.first, !isEnded else { return nil }
        entries[handle]?.payments.removeFirst()
        let outcome: PaymentAnswer.Outcome
        if let refused {
            outcome = .refused(refused, refused.reason == .staleIndex ? books.amounts(pay) : nil)
        } else {
            outcome = try books.pay(pay)
        }
        switch outcome {
        case .accepted(let amounts): owePaid(pay, amounts)
        case .refused(_, let amounts):
            refusalsOwed += 1
            if let amounts { owePaid(pay, amounts) }
        }
        return PaymentAnswer(handle: handle, sequence: pay.sequence, outcome: outcome)
    }

    private mutating func owePaid(_ pay: PayRequest, _ amounts: ChannelAmounts) {
        paidOwed[pay.handle] = Paid(
            handle: pay.handle, sequence: pay.sequence, accepted: amounts.accepted,
            spent: amounts.spent)
    }

    /// An answer to what was not asked ends the session; to the oldest payment it is right.
    mutating func expectStrayAnswer(_ answer: PaymentAnswer) {
        guard entries[answer.handle]?.payments.first?.sequence == answer.sequence else { return }
        entries[answer.handle]?.payments.removeFirst()
        refusalsOwed += 1
    }

    mutating func expectClosed(_ handle: Handle, isRefused: Bool) {
        guard entries[handle]?.phase == .closing, !isEnded else { return }
        entries[handle]?.phase = isRefused ? .open : .closed
        if isRefused { refusalsOwed += 1 } else { owe(.closed(handle, close: [1], receipt: [2])) }
    }

    mutating func expectReceipt(_ handle: Handle, isRefused: Bool) {
        guard entries[handle]?.awaitsReceipt == true, !isEnded else { return }
        entries[handle]?.awaitsReceipt = false
        if isRefused { refusalsOwed += 1 } else { owe(.receipt(handle, [3])) }
    }

    mutating func expectMeter(_ meter: Meter) {
        guard let entry = entries[meter.handle], entry.phase == .open, !isEnded,
            entry.lastMeter.map({ $0 < meter.number }) ?? true
        else { return }
        entries[meter.handle]?.lastMeter = meter.number
        owe(.meter(meter))
    }

    /// Where a chain would stand after a small step.
    func next(_ channel: World.Channel, _ ordinal: Ordinal, _ step: UInt8) -> UInt32 {
        books.index(channel, ordinal) &+ UInt32(step)
    }

    mutating func reveal(_ channel: World.Channel, _ ordinal: Ordinal, _ index: ChainIndex) {
        books.reveal(channel, ordinal, index)
    }
}
