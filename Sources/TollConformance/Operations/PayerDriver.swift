internal import PayWord
internal import PeerProtocol

/// Drives a payer's session by the steps of a transcript.
struct PayerDriver {
    private var session: PayerSession
    /// Signs the proofs of open messages.
    private let payer: SigningKey

    init(_ inputs: Inputs) throws(Refusal) {
        payer = try inputs.seed("payer_seed")
        session = PayerSession(
            merchant: try inputs.optionalFixed("merchant"), nonce: try inputs.fixed("nonce"),
            agent: try inputs.text("agent"), certificate: try inputs.optionalFixed("certificate"),
            answerSeconds: try inputs.integer("answer_seconds", default: 30),
            now: try inputs.time("began"))
    }

    mutating func perform(_ step: Inputs, at now: Timestamp) throws(Refusal) -> SessionStep {
        var result = SessionStep(of: .payer)
        let actions: [PayerAction]
        if step.has("receive") {
            actions = session.receive(try step.bytes("receive"), now: now)
        } else if step.has("command") {
            let command = try PayerCommand(step.object("command"))
            guard !session.isEnded else { return result }
            do throws(Refusal) { actions = try perform(command, at: now) } catch {
                result.refusedCommand = error
                return result
            }
        } else if try step.bool("advance", default: false) {
            actions = session.advance(to: now)
        } else {
            throw step.fault("receive", "is missing, and so is what else a step does")
        }
        for action in actions {
            switch action {
            case .send(let bytes): result.append(bytes)
            case .event(let event): result.told.append(event.json)
            case .end(let end): result.end = end
            }
        }
        return result
    }

    private mutating func perform(
        _ command: PayerCommand, at now: Timestamp
    ) throws(Refusal) -> [PayerAction] {
        switch command {
        case .start: return session.start()
        case .quote(let resource): return try session.quote(resource, now: now)
        case .open(let commitment, let funding, let salt):
            let id = try SignedObject<Commitment>(decoding: commitment).id
            // Before the handshake there is no transcript, and the session refuses the open.
            let proof =
                try session.established.map { (established) throws(Refusal) in
                    try OpenProof.sign(established.transcript, id, by: payer)
                } ?? .zero
            return try session.open(
                commitment, funding: funding, proof: proof, salt: salt, now: now
            ).1
        case .pay(let pay):
            return try session.pay(
                pay.handle, paywords: pay.paywords, amount: pay.amount, reference: pay.reference,
                now: now
            ).1
        case .close(let handle, let request):
            return try session.close(handle, request, now: now)
        case .receipt(let handle): return try session.receiptPlease(handle, now: now)
        case .finish: return session.finish()
        }
    }
}

/// What a step has the payer do.
private enum PayerCommand {
    case start
    case quote(String)
    case open([UInt8], funding: [[UInt8]], salt: TermsSalt?)
    case pay(Pay)
    case close(Handle, [UInt8])
    case receipt(Handle)
    case finish

    init(_ inputs: Inputs) throws(Refusal) {
        switch try inputs.text("kind") {
        case "start": self = .start
        case "quote": self = .quote(try inputs.text("resource"))
        case "open":
            self = .open(
                try inputs.bytes("commitment"), funding: try inputs.byteStrings("funding"),
                salt: try inputs.optionalFixed("salt"))
        case "pay":
            self = .pay(
                Pay(
                    handle: try inputs.handle(), sequence: 0,
                    paywords: try inputs.claims("paywords"), amount: try inputs.amount("amount"),
                    reference: try inputs.has("reference") ? inputs.bytes("reference") : nil))
        case "close": self = .close(try inputs.handle(), try inputs.bytes("request"))
        case "receipt": self = .receipt(try inputs.handle())
        case "finish": self = .finish
        default: throw inputs.fault("kind", "is no command")
        }
    }
}

extension PayerEvent {
    fileprivate var json: JSONValue {
        switch self {
        case .established(let established):
            [
                "kind": "established", "merchant": .hex(established.merchant),
                "limits": [
                    "jump": .count(established.limits.jump),
                    "unanswered_frames": .count(established.limits.unansweredFrames),
                    "channels": .count(established.limits.channels),
                ], "transcript": .hex(established.transcript),
            ]
        case .offer(let result):
            Self.told("offer", [], result) { [.init("object", .hex($0))] }
        case .opened(let handle, let result):
            Self.told("opened", [.init("handle", .handle(handle))], result) {
                [
                    .init("paywords", .claims($0.paywords)),
                    .init("accepted", .amount($0.accepted)),
                    .init("spent", .amount($0.spent)),
                ]
            }
        case .paid(let handle, let sequences, let amounts):
            [
                "kind": "paid", "handle": .handle(handle),
                "sequences": .list(sequences.map { .count($0) }),
                "accepted": .amount(amounts.accepted), "spent": .amount(amounts.spent),
            ]
        case .refused(let handle, let sequence, let refusal):
            [
                "kind": "refused", "handle": .handle(handle), "sequence": .count(sequence),
                "refused": .reason(refusal.reason),
            ]
        case .meter(let meter):
            [
                "kind": "meter", "handle": .handle(meter.handle), "number": .integer(meter.number),
                "amount": .amount(meter.amountDue), "units": .integer(meter.units),
            ]
        case .closed(let handle, let result):
            Self.told("closed", [.init("handle", .handle(handle))], result) {
                [.init("close", .hex($0.close)), .init("receipt", .hex($0.receipt))]
            }
        case .receipt(let handle, let result):
            Self.told("receipt", [.init("handle", .handle(handle))], result) {
                [.init("object", .hex($0))]
            }
        }
    }

    private static func told<Value>(
        _ kind: String, _ about: [JSONValue.Member], _ result: Result<Value, Refusal>,
        _ members: (Value) -> [JSONValue.Member]
    ) -> JSONValue {
        let first = [JSONValue.Member("kind", .text(kind))] + about
        switch result {
        case .success(let value): return .object(first + members(value))
        case .failure(let refusal):
            return .object(first + [.init("refused", .reason(refusal.reason))])
        }
    }
}
