import DeterministicCBOR

/// What the decoder accepts is what the encoder writes, byte for byte; what it refuses, it refuses
/// with a place within the input. The first byte says where tag 18 may stand, or that the rest tells
/// what to build and read back.
enum CBORTarget {
    static func run(_ input: [UInt8]) throws {
        var reader = ByteReader(input)
        let mode = Int(reader.byte())
        guard mode < 0xc0 else { return try build(&reader) }
        let rules: [CBORTagRule] = [.none, .signedObject, .optional]
        try decode(reader.rest(), rules[mode % rules.count])
    }

    private static func decode(_ item: [UInt8], _ tag: CBORTagRule) throws {
        let value: CBORValue
        do {
            value = try CBORValue(decoding: item, tag: tag)
        } catch {
            return try checkRefused(item, tag, error)
        }
        try promise(value.encoded == item, "accepted, and written back as \(value.encoded)")
        try promise(depth(value) <= CBORProfile.nestingMaximum, "nested too deeply")
        let larger = [0xff] + item + [0xff]
        let view = try CBORValue(decoding: larger[1...item.count], tag: tag)
        try promise(view == value, "a view of a larger buffer reads otherwise")
        var decoder = try CBORDecoder(larger[1...item.count], tag: tag)
        try CBORWalk.read(value, from: &decoder)
        try promise(decoder.isAtEnd, "bytes are left")
    }

    private static func checkRefused(
        _ item: [UInt8], _ tag: CBORTagRule, _ fault: CBORFault
    ) throws {
        try promise((0...item.count).contains(fault.offset), "a fault outside: \(fault)")
        try promise(fault.code != .unexpectedType || tag == .signedObject, "\(fault)")
        do {
            _ = try CBORDecoder(([0xff] + item)[1...], tag: tag)
        } catch {
            try promise(!error.description.isEmpty, "a fault without words")
            return try promise(
                error == fault && error.offset == fault.offset
                    && error.isNotCanonical == fault.isNotCanonical, "\(fault), and \(error)")
        }
        throw BrokenPromise("refused as a tree, accepted piece by piece: \(fault)")
    }

    private static func build(_ reader: inout ByteReader) throws {
        let value = tree(&reader, depth: 0)
        let encoded = value.encoded
        let read: CBORValue
        do {
            read = try CBORValue(decoding: encoded)
        } catch {
            throw BrokenPromise("what the encoder wrote is refused: \(error)")
        }
        try promise(read == value, "read back as something else")
        let tagged = CBORValue.signedObject(value)
        let again = try? CBORValue(decoding: tagged.encoded, tag: .signedObject)
        try promise(again == tagged, "read back under tag 18 as something else")
    }

    private static func tree(_ reader: inout ByteReader, depth: Int) -> CBORValue {
        switch reader.choice(of: depth < CBORProfile.nestingMaximum ? 8 : 6) {
        case 0: return .unsigned(reader.number())
        case 1: return .negative(argument: reader.number())
        case 2: return .bytes(reader.chunk())
        case 3: return .text(String(decoding: reader.chunk(), as: UTF8.self))
        case 4: return .bool(reader.flag())
        case 5: return .null
        case 6:
            let count = reader.choice(of: 6)
            return .array((0..<count).map { _ in tree(&reader, depth: depth + 1) })
        default:
            var pairs: [CBORKey: CBORValue] = [:]
            for _ in 0..<reader.choice(of: 6) {
                let key = CBORKey(isNegative: reader.flag(), argument: reader.number())
                pairs[key] = tree(&reader, depth: depth + 1)
            }
            return .map(pairs)
        }
    }

    private static func depth(_ value: CBORValue) -> Int {
        switch value {
        case .array(let items): 1 + (items.map(depth).max() ?? 0)
        case .map(let pairs): 1 + (pairs.values.map(depth).max() ?? 0)
        case .signedObject(let item): depth(item)
        default: 0
        }
    }
}
