public import DeterministicCBOR

/// A condition that the broker enforces when it redeems: `[type, ordinals, parameters]`, all of
/// which must hold. Which types there are, `spec/08-conditions.md` says.
///
/// This version reads conditions and enforces none, so whoever would have to enforce one refuses
/// the commitment with `unsupported-condition`.
public struct Condition: Hashable, Sendable {
    /// How many bytes its parameters may take, encoded; more are `too-large`.
    public static let parameterBytesMaximum = 256

    /// The number in the registry of `spec/08-conditions.md`: 1 to 65,535.
    public let type: UInt64
    /// The chains that it holds for: 1 to 8.
    public let ordinals: [Ordinal]
    /// An array, whose content the type decides.
    public let parameters: CBORValue

    /// A condition, not checked until it is decoded.
    public init(type: UInt64, ordinals: [Ordinal], parameters: CBORValue) {
        self.type = type
        self.ordinals = ordinals
        self.parameters = parameters
    }

    var value: CBORValue {
        .array([
            .unsigned(type), .array(ordinals.map { .unsigned(UInt64($0.value)) }), parameters,
        ])
    }
}

extension CBORDecoder {
    mutating func readCondition() throws(Refusal) -> Condition {
        try readTuple("condition", count: 3)
        let type = try readNumber("condition's type", in: 1...UInt64(UInt16.max))
        let ordinals = try readList("condition's ordinals", count: 1...Ordinal.countMaximum) {
            (d) throws(Refusal) in try d.readOrdinal()
        }
        let start = offset
        let parameters = try reading("condition's parameters") { (d) throws(CBORFault) in
            try d.skipItem()
        }
        guard parameters.count <= Condition.parameterBytesMaximum else {
            throw Refusal(.tooLarge, "a condition's parameters are too long", at: start)
        }
        guard let value = try? CBORValue(decoding: parameters), case .array = value else {
            throw Refusal(.malformed, "a condition's parameters are an array", at: start)
        }
        return Condition(type: type, ordinals: ordinals, parameters: value)
    }
}
