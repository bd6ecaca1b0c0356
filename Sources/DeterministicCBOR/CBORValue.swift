/// A whole item as a tree, for inspection, for building payloads, and for tests.
///
/// A tree encodes to one byte string only, and only what the profile allows can be built, but for
/// the nesting, which decoding bounds.
///
/// ```swift
/// let value = CBORValue.map([1: .text("a"), -1: .null])
/// try CBORValue(decoding: value.encoded) == value  // true
/// ```
public indirect enum CBORValue: Hashable, Sendable {
    /// An integer from 0 to 2^64 - 1 (major type 0).
    case unsigned(UInt64)
    /// The integer -1 - *argument*.
    /// From -1 down to -2^64 (major type 1).
    case negative(argument: UInt64)
    /// A byte string (major type 2).
    case bytes([UInt8])
    /// A text string (major type 3), UTF-8 once it is encoded.
    case text(String)
    /// An array (major type 4).
    case array([CBORValue])
    /// A map (major type 5). Encoding puts its keys in order.
    case map([CBORKey: CBORValue])
    /// `f4` or `f5`.
    case bool(Bool)
    /// `f6`: an element of an array that is absent.
    case null
    /// An item under tag 18, which may stand at the top alone.
    case signedObject(CBORValue)

    /// Decodes exactly one item.
    /// - Throws: the first fault in reading order.
    public init(
        decoding bytes: ArraySlice<UInt8>, tag: CBORTagRule = .none
    ) throws(CBORFault) {
        var decoder = try CBORDecoder(bytes, tag: tag)
        self = try Self.read(&decoder)
    }

    /// Decodes exactly one item.
    public init(decoding bytes: [UInt8], tag: CBORTagRule = .none) throws(CBORFault) {
        try self.init(decoding: bytes[...], tag: tag)
    }

    /// The one encoding of this tree.
    public var encoded: [UInt8] {
        var encoder = CBOREncoder()
        write(to: &encoder)
        return encoder.bytes
    }

    /// Writes this tree after what the encoder holds.
    public func write(to encoder: inout CBOREncoder) {
        switch self {
        case .unsigned(let value): encoder.writeUnsigned(value)
        case .negative(let argument):
            encoder.writeInteger(CBORKey(isNegative: true, argument: argument))
        case .bytes(let value): encoder.writeBytes(value)
        case .text(let value): encoder.writeText(value)
        case .array(let items):
            encoder.writeArray(count: items.count)
            for item in items { item.write(to: &encoder) }
        case .map(let pairs):
            encoder.writeMap(count: pairs.count)
            for (key, value) in pairs.sorted(by: { $0.key < $1.key }) {
                encoder.writeInteger(key)
                value.write(to: &encoder)
            }
        case .bool(let value): encoder.writeBool(value)
        case .null: encoder.writeNull()
        case .signedObject(let item):
            encoder.writeSignedObjectTag()
            item.write(to: &encoder)
        }
    }

    private static func read(_ decoder: inout CBORDecoder) throws(CBORFault) -> CBORValue {
        switch try decoder.peekType() {
        case .unsigned: return .unsigned(try decoder.readUnsigned())
        case .negative: return .negative(argument: try decoder.readInteger().argument)
        case .bytes: return .bytes(Array(try decoder.readBytes()))
        case .text: return .text(try decoder.readText())
        case .array:
            let count = try decoder.readArray()
            var items: [CBORValue] = []
            for _ in 0..<count { items.append(try read(&decoder)) }
            return .array(items)
        case .map:
            let count = try decoder.readMap()
            var pairs: [CBORKey: CBORValue] = [:]
            for _ in 0..<count {
                let key = try decoder.readInteger()
                pairs[key] = try read(&decoder)
            }
            return .map(pairs)
        case .bool: return .bool(try decoder.readBool())
        case .null:
            _ = try decoder.readNullIfPresent()
            return .null
        case .tag:
            try decoder.readSignedObjectTag()
            return .signedObject(try read(&decoder))
        }
    }
}
