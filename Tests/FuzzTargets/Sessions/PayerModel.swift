import PayWord
import PeerProtocol

/// What a payer's session may ask and hand on, kept beside it: every answer belongs to a request
/// that waits, each is handed on once, and what a merchant says never goes back.
struct PayerModel {
    private struct Channel {
        enum Phase { case opening, open, closing, closed }
        var phase = Phase.opening
        var waiting: [UInt32] = []
        var nextSequence: UInt32 = 0
        var accepted = Amount.zero
        var awaitsReceipt = false
        var meter: Meter?
    }

    private(set) var isEnded = false
    private var saidHello = false
    private(set) var limits: PeerLimits?
    private var channels: [Handle: Channel] = [:]
    private var quotes = 0
    /// How the session ended.
    private(set) var end: SessionEnd?

    private var outbox: [UInt8] = []

    mutating func takeSent() -> [UInt8] {
        defer { outbox = [] }
        return outbox
    }

    func waiting(_ handle: Handle) -> [UInt32] { channels[handle]?.waiting ?? [] }

    mutating func take(_ actions: [PayerAction], _ session: PayerSession) throws {
        for action in actions {
            try promise(!isEnded, "\(action) after the end")
            switch action {
            case .send(let bytes):
                outbox += bytes
                var decoder = FrameDecoder()
                decoder.append(bytes)
                while let body = try decoder.next() { try sent(PeerMessage(decoding: body)) }
                try promise(decoder.count == 0, "half a frame was sent")
            case .event(let event): try hear(event)
            case .end(let end):
                isEnded = true
                self.end = end
                _ = end.refusal
            }
        }
        try promise(isEnded == session.isEnded, "ended without a word")
    }

    private mutating func sent(_ message: PeerMessage) throws {
        if case .hello = message {
            try promise(!saidHello, "a second hello")
            saidHello = true
            return
        }
        if case .error(let error) = message {
            return try promise(error.handle == nil && error.sequence == nil, "\(error)")
        }
        try promise(limits != nil, "\(message) before the handshake")
        switch message {
        case .quote: quotes += 1
        case .open(let open):
            try promise(channels[open.handle] == nil, "handle \(open.handle) is in use")
            channels[open.handle] = Channel()
        case .pay(let pay):
            guard let channel = channels[pay.handle], channel.phase == .open,
                channel.nextSequence == pay.sequence
            else { throw BrokenPromise("\(pay) out of order") }
            channels[pay.handle]?.nextSequence = pay.sequence + 1
            channels[pay.handle]?.waiting.append(pay.sequence)
        case .close(let handle, _):
            guard let channel = channels[handle], channel.phase == .open, !channel.awaitsReceipt
            else { throw BrokenPromise("a close of a channel that is not open") }
            channels[handle]?.phase = .closing
        case .receiptPlease(let handle):
            guard let channel = channels[handle],
                channel.phase == .open || channel.phase == .closed,
                !channel.awaitsReceipt
            else { throw BrokenPromise("a receipt where none can be") }
            channels[handle]?.awaitsReceipt = true
        default: throw BrokenPromise("a payer does not say \(message)")
        }
    }

    private mutating func hear(_ event: PayerEvent) throws {
        switch event {
        case .established(let established):
            try promise(limits == nil, "established twice")
            limits = established.limits
        case .offer:
            try promise(quotes > 0, "an offer that nobody asked for")
            quotes -= 1
        case .opened(let handle, let result):
            try promise(channels[handle]?.phase == .opening, "opened, and not asked for")
            switch result {
            case .success(let opened):
                try promise(opened.spent <= opened.accepted, "more spent than accepted")
                channels[handle]?.phase = .open
                channels[handle]?.accepted = opened.accepted
            case .failure: channels[handle] = nil
            }
        case .paid(let handle, let sequences, let amounts):
            guard let channel = channels[handle], channel.phase != .opening else {
                throw BrokenPromise("paid on a channel that is not open")
            }
            try promise(
                Array(channel.waiting.prefix(sequences.count)) == sequences,
                "\(sequences) are paid, \(channel.waiting) wait")
            try promise(
                amounts.accepted >= channel.accepted && amounts.spent <= amounts.accepted,
                "amounts that go back, or more spent than accepted")
            channels[handle]?.waiting.removeFirst(sequences.count)
            channels[handle]?.accepted = amounts.accepted
        case .refused(let handle, let sequence, _):
            guard let place = channels[handle]?.waiting.firstIndex(of: sequence) else {
                throw BrokenPromise("refused, and not waiting: \(sequence)")
            }
            channels[handle]?.waiting.remove(at: place)
        case .meter(let meter):
            guard let channel = channels[meter.handle], channel.phase != .opening,
                channel.meter.map({
                    $0.number < meter.number && $0.units <= meter.units
                        && $0.amountDue <= meter.amountDue
                }) ?? true
            else { throw BrokenPromise("a meter that runs backwards, or nowhere") }
            channels[meter.handle]?.meter = meter
        case .closed(let handle, let result):
            try promise(channels[handle]?.phase == .closing, "closed, and not asked for")
            if case .success = result {
                try promise(waiting(handle).isEmpty, "closed over payments that wait")
                channels[handle]?.phase = .closed
            } else {
                channels[handle]?.phase = .open
            }
        case .receipt(let handle, _):
            try promise(channels[handle]?.awaitsReceipt == true, "a receipt not asked for")
            channels[handle]?.awaitsReceipt = false
        }
    }

    func check(_ session: PayerSession) throws {
        guard !isEnded else {
            return try promise(
                session.deadline == nil && session.room == 0 && session.established == nil,
                "ended, and not over")
        }
        let unanswered = channels.values.reduce(quotes) { sum, channel in
            sum + channel.waiting.count + (channel.awaitsReceipt ? 1 : 0)
                + (channel.phase == .opening || channel.phase == .closing ? 1 : 0)
        }
        try promise(
            session.unansweredFrames == unanswered,
            "\(session.unansweredFrames) wait, of \(unanswered)")
        guard let limits else { return try promise(session.room == 0, "room before a hello-ack") }
        try promise(unanswered <= Int(limits.unansweredFrames), "more wait than may")
        try promise(
            session.room == Int(limits.unansweredFrames) - unanswered, "room \(session.room)")
        let live = channels.values.count { $0.phase != .closed }
        try promise(live <= Int(limits.channels), "\(live) channels")
        try promise((session.deadline == nil) == (unanswered == 0), "a deadline without a cause")
    }
}
