internal import PayWord

/// As what bytes are to be read, where somebody says it: a case of the fixtures.
public enum InspectionReading: Sendable, Equatable {
    /// Whatever they look like.
    case anything
    /// One item of CBOR, with tag 18 in front or without.
    case item(isTagged: Bool)
    /// A signed object by itself. A sum in it that is more than an amount is for whoever takes the
    /// object to refuse.
    case object
    /// A broker's answer.
    case answer(BrokerAnswerKind)

    /// What a case of the fixtures has read by its operation.
    init(operation: String?, kind: String?, tag: String?) {
        switch operation {
        case "cbor.decode": self = .item(isTagged: tag == "required")
        case "object.verify": self = .object
        case "answer.decode":
            self = kind.flatMap(BrokerAnswerKind.init).map { .answer($0) } ?? .anything
        case "settlement.verify": self = .answer(.settlement)
        default: self = .anything
        }
    }
}

/// The answers of a broker, which are arrays that nobody signed.
public enum BrokerAnswerKind: String, Sendable {
    case description, answer, settlement, statement

    /// Reads the answer, and the objects in it as far as the specification has them read.
    func check(_ bytes: [UInt8]) throws(Refusal) {
        switch self {
        case .description: _ = try BrokerDescription(decoding: bytes)
        case .answer: _ = try BrokerAnswer(decoding: bytes)
        case .settlement: _ = try SettlementAnswer(decoding: bytes)
        case .statement: _ = try AccountStatement(decoding: bytes)
        }
    }
}
