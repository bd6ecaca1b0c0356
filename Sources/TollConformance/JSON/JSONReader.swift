/// Why a text is no JSON value.
public struct JSONFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, for a person.
    public let description: String
    /// The offset of the byte at fault.
    public let offset: Int
}

extension JSONValue {
    /// How many lists and objects may stand inside one another.
    public static let depthMaximum = 32

    /// Reads one JSON value, strictly: one item, valid UTF-8, no member twice.
    ///
    /// Foundation's reader rounds numbers above 2^53 on some platforms and takes 1 for a boolean on
    /// others, so the protocol has its own.
    public init(parsing bytes: [UInt8]) throws(JSONFault) {
        var reader = JSONReader(bytes)
        self = try reader.readWhole()
    }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func readWhole() throws(JSONFault) -> JSONValue {
        let value = try readValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw fault("something follows the value") }
        return value
    }

    private func fault(_ description: String) -> JSONFault {
        JSONFault(description: description, offset: position)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func readValue(depth: Int) throws(JSONFault) -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try readObject(depth: depth + 1)
        case UInt8(ascii: "["): return try readList(depth: depth + 1)
        case UInt8(ascii: "\""): return .text(try readText())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case nil: throw fault("the text ends where a value must begin")
        default: return try readNumber()
        }
    }

    private mutating func readWord(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONFault) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, "\(word)".utf8.elementsEqual(bytes[position..<end]) else {
            throw fault("no value begins like this")
        }
        position = end
        return value
    }

    private mutating func readObject(depth: Int) throws(JSONFault) -> JSONValue {
        guard depth <= JSONValue.depthMaximum else { throw fault("nested too deeply") }
        position += 1
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a member has no name") }
            let name = try readText()
            guard names.insert(name).inserted else { throw fault("a member stands twice") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("a name without a colon") }
            members.append(.init(name, try readValue(depth: depth)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw fault("an object that does not go on") }
        }
    }

    private mutating func readList(depth: Int) throws(JSONFault) -> JSONValue {
        guard depth <= JSONValue.depthMaximum else { throw fault("nested too deeply") }
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list([]) }
        while true {
            values.append(try readValue(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .list(values) }
            guard take(UInt8(ascii: ",")) else { throw fault("a list that does not go on") }
        }
    }

    private mutating func readNumber() throws(JSONFault) -> JSONValue {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        let firstDigit = position
        let isZero = next == UInt8(ascii: "0")
        guard takeDigits() > 0, !isZero || position == firstDigit + 1 else {
            throw fault("no number is written like this")
        }
        var isWhole = !isNegative
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard takeDigits() > 0 else { throw fault("no number is written like this") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard takeDigits() > 0 else { throw fault("no number is written like this") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isWhole, let value = UInt64(text) else { return .number(text) }
        return .integer(value)
    }

    private mutating func takeDigits() -> Int {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        return position - start
    }

    private mutating func readText() throws(JSONFault) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = try Self.text(bytes[start..<position], at: start)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try readEscapedText(from: start) }
            guard byte >= 0x20 else { throw fault("a control character in a text") }
            position += 1
        }
        throw fault("a text that does not end")
    }

    private static func text(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(JSONFault)
        -> String
    {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONFault(description: "a text that is not UTF-8", offset: offset)
        }
        return text
    }

    /// A text with at least one escape, from where its characters began.
    private mutating func readEscapedText(from start: Int) throws(JSONFault) -> String {
        var buffer = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try Self.text(buffer[...], at: start)
            case UInt8(ascii: "\\"): buffer += try readEscape()
            case ..<0x20: throw fault("a control character in a text")
            default: buffer.append(byte)
            }
        }
        throw fault("a text that does not end")
    }

    private mutating func readEscape() throws(JSONFault) -> [UInt8] {
        guard let byte = next else { throw fault("a text that does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try readUnicodeEscape()).utf8)
        default: throw fault("an escape that JSON does not have")
        }
    }

    private mutating func readUnicodeEscape() throws(JSONFault) -> Unicode.Scalar {
        let first = try readUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u"))
        else { throw fault("half of a surrogate pair") }
        let second = try readUnit()
        guard UTF16.isTrailSurrogate(second) else { throw fault("half of a surrogate pair") }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func readUnit() throws(JSONFault) -> UInt16 {
        guard bytes.count - position >= 4 else { throw fault("a text that does not end") }
        let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
        guard digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16) else {
            throw fault("an escape that JSON does not have")
        }
        position += 4
        return unit
    }
}
