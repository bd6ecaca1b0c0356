internal import DeterministicCBOR
internal import PayWord

/// What a broker answers with, before anything in it is checked.
enum AnswerOperations {
    private enum Kind: String {
        case description
        case answer
        case settlement
        case statement
    }

    static func decode(_ inputs: Inputs) throws(Refusal) -> JSONValue {
        guard let kind = Kind(rawValue: try inputs.text("kind")) else {
            throw inputs.fault("kind", "is no kind of answer")
        }
        let bytes = try inputs.bytes("bytes")
        switch kind {
        case .description: _ = try BrokerDescription(decoding: bytes)
        case .answer: _ = try BrokerAnswer(decoding: bytes)
        case .settlement: _ = try SettlementAnswer(decoding: bytes)
        case .statement: _ = try AccountStatement(decoding: bytes)
        }
        let value = try refusing { () throws(CBORFault) in try CBORValue(decoding: bytes) }
        return ["message": .text(value.diagnostic)]
    }
}
