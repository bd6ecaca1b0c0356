internal import PayWord
internal import PeerProtocol

/// Drives a merchant's session by the steps of a transcript.
struct MerchantDriver {
    private var session: MerchantSession

    init(_ inputs: Inputs) throws(Refusal) {
        let key = try inputs.seed("merchant_seed")
        let limits = try inputs.object("limits").peerLimits()
        session = MerchantSession(
            configuration: MerchantSession.Configuration(limits: limits), key: key,
            nonce: try inputs.fixed("nonce"), certificate: try inputs.optionalFixed("certificate"),
            now: try inputs.time("began"))
    }

    mutating func perform(_ step: Inputs, at now: Timestamp) throws(Refusal) -> SessionStep {
        var result = SessionStep(of: .merchant)
        for action in try actions(of: step, at: now) {
            switch action {
            case .send(let bytes): result.append(bytes)
            case .perform(let request): result.told += request.json
            case .end(let end): result.end = end
            }
        }
        return result
    }

    private mutating func actions(
        of step: Inputs, at now: Timestamp
    ) throws(Refusal) -> [MerchantAction] {
        if step.has("receive") {
            let bytes = try step.bytes("receive")
            return session.receive(bytes, now: now)
        }
        if step.has("answer") { return try answer(step.object("answer"), at: now) }
        if step.has("meter") {
            let reading = try step.object("meter").meter()
            return session.isEnded ? [] : session.meter(reading)
        }
        if try step.bool("finish", default: false) { return session.finish() }
        guard try step.bool("advance", default: false) else {
            throw step.fault("receive", "is missing, and so is what else a step does")
        }
        return session.advance(to: now)
    }

    private mutating func answer(
        _ answer: Inputs, at now: Timestamp
    ) throws(Refusal) -> [MerchantAction] {
        let kind = try answer.text("kind")
        let isRefused = answer.has("refused")
        switch kind {
        case "offer":
            return session.answerOffer(
                isRefused ? .failure(try answer.refused()) : .success(try answer.bytes("object")),
                now: now)
        case "opened":
            return session.answerOpen(
                try answer.handle(),
                isRefused
                    ? .failure(try answer.refused())
                    : .success(
                        OpenedChannel(
                            paywords: try answer.claims("paywords"),
                            amounts: try answer.channelAmounts())), now: now)
        case "payments":
            var answers: [PaymentAnswer] = []
            for outcome in try answer.objects("outcomes") {
                answers.append(try outcome.paymentAnswer())
            }
            return session.answerPayments(answers, now: now)
        case "closed":
            return session.answerClose(
                try answer.handle(),
                isRefused
                    ? .failure(try answer.refused())
                    : .success(
                        ClosedChannel(
                            close: try answer.bytes("close"),
                            receipt: try answer.bytes("receipt"))), now: now)
        case "receipt":
            return session.answerReceipt(
                try answer.handle(),
                isRefused ? .failure(try answer.refused()) : .success(try answer.bytes("object")),
                now: now)
        default: throw answer.fault("kind", "is no answer")
        }
    }
}

extension Inputs {
    /// What became of one payment. Only a stale index is answered with the channel as it stands.
    fileprivate func paymentAnswer() throws(Refusal) -> PaymentAnswer {
        let outcome: PaymentAnswer.Outcome
        if has("refused") {
            let refusal = try refused()
            outcome = .refused(
                refusal, refusal.reason == .staleIndex ? try channelAmounts() : nil)
        } else {
            outcome = .accepted(try channelAmounts())
        }
        return PaymentAnswer(
            handle: try handle(), sequence: try short("sequence"), outcome: outcome)
    }
}

extension MerchantRequest {
    /// One value each, of payments as many as there are.
    fileprivate var json: [JSONValue] {
        switch self {
        case .offer(let resource): [["kind": "offer", "resource": .text(resource)]]
        case .open(let open):
            [
                [
                    "kind": "open", "handle": .handle(open.handle),
                    "commitment_id": .hex(open.commitment.id),
                ]
            ]
        case .pay(let payments): payments.map(\.json)
        case .close(let handle, _, _): [["kind": "close", "handle": .handle(handle)]]
        case .receipt(let handle, _): [["kind": "receipt", "handle": .handle(handle)]]
        }
    }
}

extension PayRequest {
    fileprivate var json: JSONValue {
        [
            "kind": "pay", "handle": .handle(handle), "sequence": .count(sequence),
            "paywords": .claims(paywords), "amount": .amount(amount),
            "reference": reference.map { .hex($0) } ?? .null,
        ]
    }
}
