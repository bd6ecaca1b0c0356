internal import PayWord
internal import PeerProtocol

/// What becomes of one message of the real merchant on its way to the wire.
enum WireStep {
    /// Sent as it is.
    case say(PeerMessage)
    /// A message in its place, or beside it, that is the misbehaviour.
    case lie(PeerMessage)
    /// Bytes that are the misbehaviour.
    case forge([UInt8])
    /// Nothing is sent any more on this connection, and that is the misbehaviour.
    case fallSilent
    /// The connection is closed, which is the misbehaviour.
    case cut
}

/// One misbehaviour, played over all connections of a run. It sees what the real merchant says and
/// decides what goes out.
struct Tamper {
    private let mode: MerchantMisbehaviour
    private let key: SigningKey
    private let stranger: SigningKey
    private(set) var isDone = false
    /// The last acknowledgement of each handle of the present connection, and what opened said.
    private var lastPaid: [Handle: Paid] = [:]
    private var opened: [Handle: Amount] = [:]

    init(_ mode: MerchantMisbehaviour, key: SigningKey, stranger: SigningKey) {
        (self.mode, self.key, self.stranger) = (mode, key, stranger)
    }

    /// Forgets what belongs to a connection that is over.
    mutating func beginConnection() { (lastPaid, opened) = ([:], [:]) }

    /// What goes out in place of `message`.
    mutating func steps(
        _ message: PeerMessage, hello: Hello?, commitment: Commitment?
    ) throws(Refusal) -> [WireStep] {
        var steps: [WireStep]?
        if !isDone { steps = try faulty(message, hello, commitment) }
        note(message)
        guard let steps else { return [.say(message)] }
        isDone = mode.isOnce
        return steps
    }

    private mutating func note(_ message: PeerMessage) {
        if case .paid(let paid) = message { lastPaid[paid.handle] = paid }
        if case .opened(let channel) = message { opened[channel.handle] = channel.accepted }
    }

    private func faulty(
        _ message: PeerMessage, _ hello: Hello?, _ commitment: Commitment?
    ) throws(Refusal) -> [WireStep]? {
        switch message {
        case .helloAck(let ack): try faulty(ack, hello)
        case .opened(let opened): try faulty(opened, commitment)
        case .paid(let paid): try faulty(paid)
        case .offer(let offer): try faulty(offer: offer)
        case .receipt(let handle, let receipt):
            try falseReceipt(receipt).map { [.lie(.receipt(handle, $0))] } ?? faulty(any: message)
        case .closed(let handle, let close, let receipt):
            try falseReceipt(receipt).map {
                [.lie(.closed(handle, close: close, receipt: $0))]
            } ?? faulty(any: message)
        case .error(let error): faulty(error)
        default: nil
        }
    }

    private func faulty(_ ack: HelloAck, _ hello: Hello?) throws(Refusal) -> [WireStep]? {
        var lie = ack
        switch mode {
        case .wrongHelloSignature:
            lie.signature = Forgery.altered(ack.signature)
            return [.lie(.helloAck(lie))]
        case .wrongKey, .wrongVersion:
            guard let hello else { return nil }
            let isKey = mode == .wrongKey
            let offered = hello.versions.max() ?? 0
            lie = try HelloAck.signed(
                answering: hello, version: isKey ? ack.version : offered &+ 1, nonce: ack.nonce,
                limits: ack.limits, certificate: nil, by: isKey ? stranger : key)
            return [.lie(.helloAck(lie))]
        case .noHelloAck: return [.fallSilent]
        case .oversizedFrame: return [.say(.helloAck(ack)), .forge(Forgery.oversized)]
        case .emptyFrame: return [.say(.helloAck(ack)), .forge(Forgery.empty)]
        case .unknownType: return [.say(.helloAck(ack)), .forge(Forgery.unknownType)]
        case .unaskedAnswer:
            let answer = Opened(
                handle: Handle(9), paywords: [], accepted: .zero, spent: .zero)
            return [.say(.helloAck(ack)), .lie(.opened(answer))]
        case .errorWithoutHandle:
            let error = PeerError(Refusal(.busy), handle: nil, sequence: 1)
            return [.say(.helloAck(ack)), .lie(.error(error))]
        default: return nil
        }
    }

    private func faulty(
        _ opened: Opened, _ commitment: Commitment?
    ) throws(Refusal) -> [WireStep]? {
        var lie = opened
        switch mode {
        case .overclaimOpened:
            // All but the payword is as it would be if the index had been paid.
            guard let ordinal = Ordinal(0), let chain = try commitment?.chain(ordinal) else {
                return nil
            }
            let index = opened.paywords.first { $0.ordinal == ordinal }?.index ?? .zero
            let claimed = ChainIndex(min(index.value &+ 5, chain.length.value))
            let rest = opened.paywords.filter { $0.ordinal != ordinal }
            lie.accepted = try opened.accepted.adding(
                chain.denomination.multiplied(by: UInt64(claimed.steps(downTo: index))))
            lie.paywords = PaywordClaims(
                [
                    PaywordClaim(
                        ordinal: ordinal, index: claimed,
                        payword: Payword(storage: stranger.publicKey.storage))
                ] + rest)
            return [.lie(.opened(lie))]
        case .overclaimWorth:
            lie.accepted = try opened.accepted.adding(Amount(units: 1))
            return [.lie(.opened(lie))]
        case .meterBackwards:
            let first = Meter(
                handle: opened.handle, number: 1, amountDue: try Amount(units: 2), units: 2)
            let second = Meter(
                handle: opened.handle, number: 2, amountDue: try Amount(units: 1), units: 2)
            return [.say(.opened(opened)), .say(.meter(first)), .lie(.meter(second))]
        default: return faulty(any: .opened(opened))
        }
    }

    private func faulty(_ paid: Paid) throws(Refusal) -> [WireStep]? {
        var lie = paid
        let before = lastPaid[paid.handle]
        switch mode {
        case .truncatedFrame: return [.forge(Forgery.half(.paid(paid))), .cut]
        case .dropAfterCommit: return [.cut]
        case .forgetsState:
            // The second payment at the least, so that there is a lower one to begin again with.
            guard before?.accepted ?? opened[paid.handle] ?? .zero > .zero else { return nil }
            return [.say(.paid(paid)), .cut]
        case .neverAcknowledges: return [.fallSilent]
        case .paidNeverSent: lie.sequence = paid.sequence &+ 1000
        case .outOfOrder:
            guard paid.sequence > 0 else { return nil }
            lie.sequence = paid.sequence - 1
            return [.say(.paid(paid)), .lie(.paid(lie))]
        case .overclaimPaid: lie.accepted = try paid.accepted.adding(Amount(units: 1_000_000))
        case .spentOverAccepted: lie.spent = try paid.accepted.adding(Amount(units: 1))
        case .acceptedFalls:
            let known = before?.accepted ?? opened[paid.handle] ?? .zero
            guard known > .zero else { return nil }
            lie.accepted = try known.subtracting(Amount(units: 1))
            lie.spent = .zero
        case .acknowledgesLess:
            lie.accepted = before?.accepted ?? opened[paid.handle] ?? .zero
            lie.spent = min(before?.spent ?? .zero, lie.accepted)
        case .duplicateAcknowledgement: return [.say(.paid(paid)), .lie(.paid(paid))]
        default: return faulty(any: .paid(paid))
        }
        return [.lie(.paid(lie))]
    }

    private func faulty(offer bytes: [UInt8]) throws(Refusal) -> [WireStep]? {
        let offer = try SignedObject<Offer>(decoding: bytes).payload
        switch mode {
        case .expiredOffer:
            return [.lie(.offer(try key.sign(offer.renewed(until: Timestamp(1))).encoded))]
        case .foreignOffer:
            let foreign = offer.renewed(by: stranger.publicKey)
            return [.lie(.offer(try stranger.sign(foreign).encoded))]
        case .forgedOffer: return [.lie(.offer(Forgery.altered(bytes)))]
        default: return faulty(any: .offer(bytes))
        }
    }

    /// A receipt that says more than was revealed; nil in other modes.
    private func falseReceipt(_ bytes: [UInt8]) throws(Refusal) -> [UInt8]? {
        guard mode == .falseReceipt, let ordinal = Ordinal(0) else { return nil }
        let receipt = try SignedObject<Receipt>(decoding: bytes).payload
        let index = (receipt.marks.first?.index.value ?? 0) &+ 5
        return try key.sign(
            Receipt(
                commitmentID: receipt.commitmentID, payer: receipt.payer,
                merchant: receipt.merchant, asset: receipt.asset,
                accepted: receipt.accepted.adding(Amount(units: 5)), spent: receipt.spent,
                payments: receipt.payments, issuedAt: receipt.issuedAt,
                marks: [ChainMark(ordinal: ordinal, index: ChainIndex(index))]
                    + receipt.marks.dropFirst())
        ).encoded
    }

    /// The merchant behind it refuses in these modes; the refusal is the misbehaviour.
    private func faulty(_ error: PeerError) -> [WireStep]? {
        var lie = error
        switch mode {
        case .busy: return [.lie(.error(error))]
        case .refusesPayments where error.sequence != nil: return [.lie(.error(error))]
        case .unknownReason where error.sequence != nil:
            lie.reasonNumber = 9999
            lie.retryable = false
            return [.lie(.error(lie))]
        default: return faulty(any: .error(error))
        }
    }

    /// Faults of a frame, whatever its message.
    private func faulty(any message: PeerMessage) -> [WireStep]? {
        switch mode {
        case .nonCanonicalFrame: [.forge(Forgery.nonCanonical(message))]
        case .malformedFrame: [.forge(Forgery.trailing(message))]
        default: nil
        }
    }
}

extension Offer {
    fileprivate func renewed(
        by merchant: PublicKey? = nil, until validUntil: Timestamp? = nil
    ) -> Offer {
        Offer(
            merchant: merchant ?? self.merchant, brokers: brokers, asset: asset, unit: unit,
            price: price, maximum: maximum, terms: terms,
            validUntil: validUntil ?? self.validUntil, resource: resource)
    }
}
