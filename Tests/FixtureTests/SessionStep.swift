import FixtureKit
import PayWord
import PeerProtocol

extension MerchantSession {
    /// Hands in what one step of a transcript says.
    mutating func perform(_ step: Object) throws -> [MerchantAction] {
        let now = Timestamp(try step.integer("at"))
        if step.has("receive") { return receive(try step.bytes("receive"), now: now) }
        if step.has("advance") { return advance(to: now) }
        let answer = try step.object("answer")
        switch try answer.text("kind") {
        case "offer": return answerOffer(.success(try answer.bytes("object")), now: now)
        case "opened":
            let channel = OpenedChannel(
                paywords: try answer.objects("paywords").map { try $0.claim },
                amounts: try answer.amounts)
            return answerOpen(try answer.handle, .success(channel), now: now)
        case "payments":
            let answers = try answer.objects("outcomes").map { try $0.paymentAnswer }
            return answerPayments(answers, now: now)
        case "closed":
            let closed = ClosedChannel(
                close: try answer.bytes("close"), receipt: try answer.bytes("receipt"))
            return answerClose(try answer.handle, .success(closed), now: now)
        case "receipt":
            return answerReceipt(
                try answer.handle, .success(try answer.bytes("object")), now: now)
        case let other: throw FixtureError("no answer \(other)")
        }
    }
}

extension Object {
    fileprivate var handle: Handle {
        get throws { Handle(UInt16(truncatingIfNeeded: try integer("handle"))) }
    }

    fileprivate var amounts: ChannelAmounts {
        get throws {
            ChannelAmounts(accepted: try amount("accepted"), spent: try amount("spent"))
        }
    }

    fileprivate var claim: PaywordClaim {
        get throws {
            guard let ordinal = Ordinal(try integer("ordinal")) else {
                throw FixtureError("no ordinal")
            }
            return PaywordClaim(
                ordinal: ordinal, index: try index("index"), payword: try fixed("payword"))
        }
    }

    fileprivate var paymentAnswer: PaymentAnswer {
        get throws {
            guard has("refused") else {
                return PaymentAnswer(
                    handle: try handle, sequence: try index("sequence").value,
                    outcome: .accepted(try amounts))
            }
            guard let reason = Reason(code: try text("refused")) else {
                throw FixtureError("no reason")
            }
            // Only a stale index is answered with the state of the channel.
            return PaymentAnswer(
                handle: try handle, sequence: try index("sequence").value,
                outcome: .refused(Refusal(reason), reason == .staleIndex ? try amounts : nil))
        }
    }

    /// Requests as the fixtures write them, to compare with.
    func requests(_ key: String) throws -> [FixtureValue] {
        try objects(key).map { request in
            var fields: [FixtureValue.Field] = []
            for name in [
                "kind", "resource", "handle", "commitment_id", "sequence", "paywords", "amount",
            ] where request.has(name) {
                switch name {
                case "handle", "sequence":
                    fields.append(.init(name, .integer(try request.integer(name))))
                case "paywords":
                    let claims = try request.objects(name).map { claim in
                        FixtureValue.object([
                            .init("ordinal", .integer(try claim.integer("ordinal"))),
                            .init("index", .integer(try claim.integer("index"))),
                            .init("payword", .text(try claim.text("payword"))),
                        ])
                    }
                    fields.append(.init(name, .list(claims)))
                default: fields.append(.init(name, .text(try request.text(name))))
                }
            }
            return .object(fields)
        }
    }
}
