/// Reads ``PositionedJSON``. Every byte is looked at once, and depth and size are bounded.
struct PositionedJSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func readWhole() throws(JSONSyntaxFault) -> PositionedJSON {
        guard bytes.count <= PositionedJSON.bytesMaximum else {
            throw fault(
                "the file is longer than \(PositionedJSON.bytesMaximum) bytes", "make it shorter")
        }
        let value = try readValue(depth: 0)
        skipSpace()
        guard position == bytes.count else {
            throw fault("something follows the value", "remove what follows the last brace")
        }
        return value
    }

    private func fault(_ problem: String, _ fix: String) -> JSONSyntaxFault {
        JSONSyntaxFault(
            line: line, column: position - lineStart + 1, problem: problem, fix: fix)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            position += 1
            if byte == 0x0a {
                line += 1
                lineStart = position
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func readValue(depth: Int) throws(JSONSyntaxFault) -> PositionedJSON {
        skipSpace()
        let line = line
        return PositionedJSON(try readContent(depth: depth), line: line)
    }

    private mutating func readContent(
        depth: Int
    ) throws(JSONSyntaxFault) -> PositionedJSON.Content {
        switch next {
        case UInt8(ascii: "{"): return try readObject(depth: depth + 1)
        case UInt8(ascii: "["): return try readList(depth: depth + 1)
        case UInt8(ascii: "\""): return .text(try readText())
        case UInt8(ascii: "t"): return try readWord("true", .flag(true))
        case UInt8(ascii: "f"): return try readWord("false", .flag(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case nil: throw fault("the text ends where a value must begin", "write the value")
        case UInt8(ascii: "/"), UInt8(ascii: "#"):
            throw fault("JSON has no comments", "remove the comment")
        default: return try readNumber()
        }
    }

    private mutating func readWord(
        _ word: String, _ value: PositionedJSON.Content
    ) throws(JSONSyntaxFault) -> PositionedJSON.Content {
        let end = position + word.utf8.count
        guard end <= bytes.count, word.utf8.elementsEqual(bytes[position..<end]) else {
            throw fault("no value begins like this", "put text in double quotes")
        }
        position = end
        return value
    }

    private mutating func enter(_ depth: Int) throws(JSONSyntaxFault) {
        guard depth <= PositionedJSON.depthMaximum else {
            throw fault(
                "more than \(PositionedJSON.depthMaximum) brackets deep", "no key is that deep")
        }
        position += 1
        skipSpace()
    }

    private mutating func readObject(
        depth: Int
    ) throws(JSONSyntaxFault) -> PositionedJSON.Content {
        try enter(depth)
        var members: [PositionedJSON.Member] = []
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else {
                throw fault(
                    "here a key in double quotes must stand",
                    "put the key in double quotes, or remove the comma before it")
            }
            let nameLine = line
            let name = try readText()
            skipSpace()
            guard take(UInt8(ascii: ":")) else {
                throw fault("after a key comes a colon", "write a colon and the value")
            }
            members.append(.init(name: name, line: nameLine, value: try readValue(depth: depth)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else {
                throw fault(
                    "after a value comes a comma or a closing brace",
                    "look for a comma or brace that is missing here or on the line before")
            }
        }
    }

    private mutating func readList(depth: Int) throws(JSONSyntaxFault) -> PositionedJSON.Content {
        try enter(depth)
        var values: [PositionedJSON] = []
        if take(UInt8(ascii: "]")) { return .list([]) }
        while true {
            values.append(try readValue(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .list(values) }
            guard take(UInt8(ascii: ",")) else {
                throw fault(
                    "after an element comes a comma or a closing bracket",
                    "look for a comma or bracket that is missing here or on the line before")
            }
        }
    }

    private mutating func readNumber() throws(JSONSyntaxFault) -> PositionedJSON.Content {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        let firstDigit = position
        let isZero = next == UInt8(ascii: "0")
        guard takeDigits() > 0, !isZero || position == firstDigit + 1 else { throw noValue(start) }
        var isWhole = !isNegative
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard takeDigits() > 0 else { throw noValue(start) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard takeDigits() > 0 else { throw noValue(start) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isWhole, let value = UInt64(text) else { return .number(text) }
        return .whole(value)
    }

    private func noValue(_ start: Int) -> JSONSyntaxFault {
        JSONSyntaxFault(
            line: line, column: start - lineStart + 1, problem: "no value begins like this",
            fix: "put text in double quotes; a number has no leading zero and no units")
    }

    private mutating func takeDigits() -> Int {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        return position - start
    }
}

extension PositionedJSONReader {
    private mutating func readText() throws(JSONSyntaxFault) -> String {
        position += 1
        var buffer: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: buffer, as: UTF8.self) else {
                    throw fault("a text that is not UTF-8", "save the file as UTF-8")
                }
                position += 1
                return text
            case UInt8(ascii: "\\"): buffer += try readEscape()
            case ..<0x20:
                throw fault(
                    "a text that does not end on its line", "close the text with a double quote")
            default:
                buffer.append(byte)
                position += 1
            }
        }
        throw fault("a text that does not end", "close the text with a double quote")
    }

    private mutating func readEscape() throws(JSONSyntaxFault) -> [UInt8] {
        let wrong = fault("an escape that JSON does not have", "write \\\\ for one backslash")
        position += 1
        guard let byte = next else { throw wrong }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            guard let first = readUnit() else { throw wrong }
            if let scalar = Unicode.Scalar(first) { return Array(String(scalar).utf8) }
            guard UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")),
                let second = readUnit(), UTF16.isTrailSurrogate(second)
            else { throw wrong }
            let scalar = UTF16.decode(UTF16.EncodedScalar([first, second]))
            return Array(String(scalar).utf8)
        default: throw wrong
        }
    }

    private mutating func readUnit() -> UInt16? {
        guard bytes.count - position >= 4 else { return nil }
        let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
        guard digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
            return nil
        }
        position += 4
        return UInt16(digits, radix: 16)
    }
}
