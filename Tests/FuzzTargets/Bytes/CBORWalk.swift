import DeterministicCBOR

/// Reads a whole item piece by piece, and finds what the tree of it holds. Before each piece, every
/// reader of another type must refuse and stay where it is.
enum CBORWalk {
    static func read(_ value: CBORValue, from decoder: inout CBORDecoder) throws {
        try checkWrongReaders(of: value, decoder)
        var skipping = decoder
        let start = decoder.offset
        let skipped = try skipping.skipItem()
        switch value {
        case .unsigned(let number):
            if number > 0 {
                try stays(&decoder) { (d) throws(CBORFault) in
                    _ = try d.readUnsigned(maximum: number - 1)
                }
            }
            try promise(try decoder.readUnsigned(maximum: number) == number, "another number")
        case .negative(let argument):
            let key = CBORKey(isNegative: true, argument: argument)
            try promise(try decoder.readInteger() == key, "another integer")
            try promise(key.description.hasPrefix("-"), "a negative key shown as \(key)")
        case .bytes(let bytes):
            try promise(Array(try decoder.readBytes()) == bytes, "other bytes")
        case .text(let text):
            try promise(try decoder.readText() == text, "another text")
        case .array(let items):
            try stays(&decoder) { (d) throws(CBORFault) in
                try d.readArray(count: items.count + 1)
            }
            try decoder.readArray(count: items.count)
            for item in items { try read(item, from: &decoder) }
        case .map(let pairs):
            try promise(try decoder.readMap() == pairs.count, "another count of pairs")
            for (key, item) in pairs.sorted(by: { $0.key < $1.key }) {
                try promise(try decoder.readInteger() == key, "another key than \(key)")
                try read(item, from: &decoder)
            }
        case .bool(let flag): try promise(try decoder.readBool() == flag, "another boolean")
        case .null: try promise(try decoder.readNullIfPresent(), "null is not null")
        case .signedObject(let item):
            try decoder.readSignedObjectTag()
            try read(item, from: &decoder)
        }
        try promise(skipping.offset == decoder.offset, "skipping ends elsewhere than reading")
        try promise(skipped.count == decoder.offset - start, "skipping passes over other bytes")
    }

    private static func checkWrongReaders(
        of value: CBORValue, _ decoder: CBORDecoder
    ) throws {
        var decoder = decoder
        let type = try decoder.peekType()
        try promise(type == expected(value), "\(type) is the type of \(value)")
        if type != .unsigned {
            try stays(&decoder) { (d) throws(CBORFault) in _ = try d.readUnsigned() }
            if type != .negative {
                try stays(&decoder) { (d) throws(CBORFault) in _ = try d.readInteger() }
            }
        }
        if type != .bytes {
            try stays(&decoder) { (d) throws(CBORFault) in _ = try d.readBytes() }
        }
        if type != .text {
            try stays(&decoder) { (d) throws(CBORFault) in _ = try d.readText() }
        }
        if type != .array {
            try stays(&decoder) { (d) throws(CBORFault) in _ = try d.readArray() }
        }
        if type != .map {
            try stays(&decoder) { (d) throws(CBORFault) in _ = try d.readMap() }
        }
        if type != .bool {
            try stays(&decoder) { (d) throws(CBORFault) in _ = try d.readBool() }
        }
        if type != .tag {
            try stays(&decoder) { (d) throws(CBORFault) in try d.readSignedObjectTag() }
        }
        if type != .null {
            let start = decoder.offset
            let isNull = try decoder.readNullIfPresent()
            try promise(!isNull && decoder.offset == start, "no null was taken for one")
        }
    }

    private static func stays(
        _ decoder: inout CBORDecoder,
        _ read: (inout CBORDecoder) throws(CBORFault) -> Void
    ) throws {
        let start = decoder.offset
        do {
            try read(&decoder)
        } catch {
            return try promise(
                error.code == .unexpectedType && error.offset == start
                    && decoder.offset == start, "a wrong reader moved, or said \(error)")
        }
        throw BrokenPromise("a wrong reader at byte \(start) took what is not its type")
    }

    private static func expected(_ value: CBORValue) -> CBORDecoder.ItemType {
        switch value {
        case .unsigned: .unsigned
        case .negative: .negative
        case .bytes: .bytes
        case .text: .text
        case .array: .array
        case .map: .map
        case .bool: .bool
        case .null: .null
        case .signedObject: .tag
        }
    }
}
