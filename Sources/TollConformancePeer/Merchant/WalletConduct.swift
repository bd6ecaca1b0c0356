internal import PayWord
internal import PeerProtocol

/// Holds a wallet's side of a log against the rules that hold whatever the merchant does.
///
/// It replays the log: which handle is which channel, what was revealed and what is acknowledged.
struct WalletConduct {
    private struct Payment: Hashable {
        let marks: [ChainMark]
        let amount: Amount
        let reference: [UInt8]?
    }

    private struct Channel {
        var highest: [Ordinal: ChainIndex] = [:]
        /// What acknowledgements cover, of each chain.
        var acknowledged: [Ordinal: ChainIndex] = [:]
        /// Payments that no acknowledgement covers, which may be sent again.
        var unanswered: Set<Payment> = []

        mutating func acknowledge(_ payment: Payment) {
            unanswered.remove(payment)
            for mark in payment.marks {
                acknowledged[mark.ordinal] = max(acknowledged[mark.ordinal] ?? .zero, mark.index)
            }
        }
    }

    private struct Name {
        let channel: CommitmentID
        var isOpened = false
        var lastSequence: UInt32?
        var waiting: [UInt32: Payment] = [:]
        /// Payments whose acknowledgement was written. Only the wallet knows whether it came.
        var answered: Set<Payment> = []
    }

    private struct Connection {
        var saidHello = false
        var limits: PeerLimits?
        var names: [Handle: Name] = [:]
        var waiting = 0
    }

    private var connections: [Int: Connection] = [:]
    private var channels: [CommitmentID: Channel] = [:]
    private var nonces: Set<Nonce> = []
    private var checked: [String: Int] = [:]
    private var faults: [PeerFinding] = []

    /// What each rule asks for, for the report.
    private static let rules = [
        ("TC-06.5", "every frame can be read"),
        ("TC-06.9", "the first frame is hello, and no other is"),
        ("TC-02.10", "each hello has a nonce of its own"),
        ("TC-06.20", "nothing goes out under a handle before its opened has come"),
        ("TC-06.22", "sequences of a handle ascend"),
        ("TC-06.39", "no more requests wait than the merchant's limit says"),
        ("TC-06.41", "no payword is shown below the highest that was acknowledged"),
    ]

    /// The findings on a log: one for each rule that was put to the test.
    static func findings(_ entries: [PeerLog.Entry]) -> [PeerFinding] {
        var conduct = WalletConduct()
        for entry in entries { conduct.take(entry) }
        return rules.compactMap { rule, expected in
            if let fault = conduct.faults.first(where: { $0.rule == rule }) { return fault }
            guard let count = conduct.checked[rule] else { return nil }
            return PeerFinding(rule, expected: expected, seen: "\(count) times", isRight: true)
        }
    }

    private mutating func check(
        _ rule: String, _ isRight: Bool, _ seen: @autoclosure () -> String
    ) {
        checked[rule, default: 0] += 1
        if !isRight {
            let expected = Self.rules.first { $0.0 == rule }?.1 ?? ""
            faults.append(PeerFinding(rule, expected: expected, seen: seen(), isRight: false))
        }
    }

    private mutating func take(_ entry: PeerLog.Entry) {
        var connection = connections[entry.connection] ?? Connection()
        switch entry.seen {
        case .received(let message):
            check("TC-06.5", true, "")
            take(message, on: &connection)
        case .unreadable(let refusal): check("TC-06.5", false, "\(refusal)")
        case .sent(let message): heard(message, on: &connection)
        case .closed(byWallet: false):
            // What was written just before may never have been read.
            for name in connection.names.values {
                channels[name.channel]?.unanswered.formUnion(name.answered)
            }
        case .connected, .misbehaved, .closed: break
        }
        connections[entry.connection] = connection
    }

    private mutating func take(_ message: PeerMessage, on connection: inout Connection) {
        if case .hello(let hello) = message {
            check("TC-06.9", !connection.saidHello, "a second hello")
            check("TC-02.10", nonces.insert(hello.nonce).inserted, "a nonce twice")
            connection.saidHello = true
            return
        }
        check("TC-06.9", connection.saidHello, "\(message.kind) before hello")
        switch message {
        case .open(let open):
            ask(on: &connection)
            let object = try? SignedObject<Commitment>(decoding: open.commitment)
            guard let id = object?.id else { return }
            if channels[id] == nil { channels[id] = Channel() }
            connection.names[open.handle] = Name(channel: id)
        case .quote: ask(on: &connection)
        case .close(let handle, _), .receiptPlease(let handle):
            ask(on: &connection)
            let isOpened = connection.names[handle]?.isOpened == true
            check("TC-06.20", isOpened, "\(message.kind) under handle \(handle)")
        case .pay(let pay):
            ask(on: &connection)
            take(pay, on: &connection)
        default: break
        }
    }

    private mutating func ask(on connection: inout Connection) {
        connection.waiting += 1
        guard let limit = connection.limits?.unansweredFrames else { return }
        check("TC-06.39", connection.waiting <= Int(limit), "\(connection.waiting) wait")
    }

    private mutating func take(_ pay: Pay, on connection: inout Connection) {
        guard var name = connection.names[pay.handle], name.isOpened else {
            return check("TC-06.20", false, "pay under handle \(pay.handle)")
        }
        check("TC-06.20", true, "")
        check(
            "TC-06.22", name.lastSequence.map { $0 < pay.sequence } ?? true,
            "\(pay.sequence) after \(name.lastSequence ?? 0)")
        name.lastSequence = pay.sequence
        let payment = Payment(
            marks: pay.paywords.map(\.mark), amount: pay.amount, reference: pay.reference)
        name.waiting[pay.sequence] = payment
        connection.names[pay.handle] = name
        judge(payment, of: name.channel)
    }

    /// A payment shows something new; or it is one that nobody acknowledged, sent again; or it shows
    /// the latest paywords, or the latest that were acknowledged, as TC-06.27 and TC-06.47 want; or
    /// it spends credit alone.
    private mutating func judge(_ payment: Payment, of id: CommitmentID) {
        guard var channel = channels[id] else { return }
        let isNew = payment.marks.contains { $0.index > channel.highest[$0.ordinal] ?? .zero }
        let isLatest = [channel.highest, channel.acknowledged].contains { known in
            payment.marks.allSatisfy { $0.index >= known[$0.ordinal] ?? .zero }
        }
        let isAgain = channel.unanswered.contains(payment) || payment.reference != nil
        check(
            "TC-06.41", isNew || isLatest || isAgain,
            "a payment with index \(payment.marks.first?.index.value ?? 0), below "
                + "\(channel.acknowledged.values.max()?.value ?? 0)")
        for mark in payment.marks {
            channel.highest[mark.ordinal] = max(
                channel.highest[mark.ordinal] ?? .zero, mark.index)
        }
        channel.unanswered.insert(payment)
        channels[id] = channel
    }

    private mutating func heard(_ message: PeerMessage, on connection: inout Connection) {
        switch message {
        case .helloAck(let ack): connection.limits = ack.limits
        case .opened(let opened):
            connection.names[opened.handle]?.isOpened = true
            connection.waiting -= 1
        case .paid(let paid):
            guard var name = connection.names[paid.handle] else { return }
            for (sequence, payment) in name.waiting where sequence <= paid.sequence {
                name.waiting[sequence] = nil
                channels[name.channel]?.acknowledge(payment)
                name.answered.insert(payment)
                connection.waiting -= 1
            }
            connection.names[paid.handle] = name
        case .error(let error):
            connection.waiting -= 1
            guard let handle = error.handle else { return }
            if let sequence = error.sequence {
                connection.names[handle]?.waiting[sequence] = nil
            } else if connection.names[handle]?.isOpened == false {
                connection.names[handle] = nil
            }
        case .offer, .closed, .receipt: connection.waiting -= 1
        default: break
        }
    }
}
