public import DeterministicCBOR
public import PayWord

/// The parts of a signed object's encoding, each of which can be made wrong.
///
/// ```swift
/// var raw = try RawObject(samples.commitment.encoded)
/// raw.payload.append(0)
/// try raw.sign(by: samples.parties.payer)
/// raw.encoded  // one fault: the payload has a byte too many
/// ```
public struct RawObject: Sendable {
    /// The bytes of the tag, `d2`.
    public var tag: [UInt8] = [0xd2]
    /// The protected header's bytes, without the head of their byte string.
    public var protected: [UInt8]
    /// The unprotected header's encoding, `a0`.
    public var unprotected: [UInt8] = [0xa0]
    /// The payload's bytes, without the head of their byte string.
    public var payload: [UInt8]
    /// The signature.
    public var signature: [UInt8]

    /// Takes a valid object apart.
    public init(_ encoded: [UInt8]) throws(CBORFault) {
        var decoder = try CBORDecoder(encoded, tag: .signedObject)
        try decoder.readSignedObjectTag()
        try decoder.readArray(count: 4)
        protected = Array(try decoder.readBytes())
        _ = try decoder.readMap()
        payload = Array(try decoder.readBytes())
        signature = Array(try decoder.readBytes())
    }

    /// Puts the parts together.
    public var encoded: [UInt8] {
        var encoder = CBOREncoder()
        encoder.writeEncoded(tag)
        encoder.writeArray(count: 4)
        encoder.writeBytes(protected)
        encoder.writeEncoded(unprotected)
        encoder.writeBytes(payload)
        encoder.writeBytes(signature)
        return encoder.bytes
    }

    /// Signs the parts as they are.
    public mutating func sign(by key: SigningKey) throws(Refusal) {
        var encoder = CBOREncoder()
        encoder.writeArray(count: 4)
        encoder.writeText("Signature1")
        encoder.writeBytes(protected)
        encoder.writeBytes([])
        encoder.writeBytes(payload)
        signature = try key.sign(encoder.bytes).bytes
    }

    /// The payload's fields.
    public var fields: [CBORKey: CBORValue] {
        get { Self.map(payload) }
        set { payload = CBORValue.map(newValue).encoded }
    }

    /// The protected header's parameters.
    public var header: [CBORKey: CBORValue] {
        get { Self.map(protected) }
        set { protected = CBORValue.map(newValue).encoded }
    }

    private static func map(_ bytes: [UInt8]) -> [CBORKey: CBORValue] {
        guard case .map(let fields)? = try? CBORValue(decoding: bytes) else { return [:] }
        return fields
    }
}

extension CBORValue {
    /// The same shape with one leaf changed by the smallest step: numbers by one, strings in their
    /// last byte, arrays in their last element.
    public var altered: CBORValue {
        switch self {
        case .unsigned(let value): return .unsigned(value == .max ? .max - 1 : value + 1)
        case .negative(let argument): return .negative(argument: argument ^ 1)
        case .bytes(var bytes):
            guard let last = bytes.popLast() else { return .bytes([0]) }
            return .bytes(bytes + [last ^ 1])
        case .text(let text):
            return .text(text.dropLast() + (text.hasSuffix("x") ? "y" : "x"))
        case .array(var items):
            guard let last = items.popLast() else { return .array([.null]) }
            return .array(items + [last.altered])
        case .map(let pairs): return .map(pairs.mapValues(\.altered))
        case .bool(let value): return .bool(!value)
        case .null: return .unsigned(0)
        case .signedObject(let item): return .signedObject(item.altered)
        }
    }
}
