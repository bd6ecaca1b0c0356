internal import DeterministicCBOR
internal import PayWord
internal import TollConformance

/// What the items of an encoding mean, in the shape that the encoding has.
indirect enum Layout: ExpressibleByStringLiteral, Sendable {
    /// A number, a string, a boolean or null.
    case item(String)
    /// A byte string that is shown elsewhere in full, so here only its first bytes.
    case shownAbove(String)
    /// An array of exactly these elements.
    case array(String, [Layout])
    /// An array of any number of elements, all alike.
    case list(String, Layout)
    /// A map; each key has a layout of its own.
    case map(String, [UInt64: Layout])

    init(stringLiteral meaning: String) { self = .item(meaning) }

    var meaning: String {
        switch self {
        case .item(let meaning), .shownAbove(let meaning), .array(let meaning, _),
            .list(let meaning, _), .map(let meaning, _):
            meaning
        }
    }
}

/// Explains an encoding byte by byte: one line an item, with its offset, its bytes and its meaning.
///
/// Every byte of the input stands on exactly one line, but for strings that are shown above.
struct AnnotatedCBOR {
    private static let meaningColumn = 52
    private static let bytesOfRow = 32
    /// Strings of more bytes get rows of their own.
    private static let bytesBesideHead = 16

    private let bytes: [UInt8]
    private var decoder: CBORDecoder
    private let base: Int
    private var lines: [String] = []

    /// The lines that explain `bytes`, whose first offset is `base`.
    static func lines(
        _ bytes: [UInt8], _ layout: Layout, base: Int = 0
    ) throws -> [String] {
        var annotated = AnnotatedCBOR(
            bytes: bytes, decoder: try CBORDecoder(bytes, tag: .optional), base: base)
        try annotated.item(layout, depth: 0)
        return annotated.lines
    }

    private init(bytes: [UInt8], decoder: CBORDecoder, base: Int) {
        self.bytes = bytes
        self.decoder = decoder
        self.base = base
    }

    private mutating func item(_ layout: Layout, depth: Int) throws {
        switch try decoder.peekType() {
        case .array: try array(layout, depth: depth)
        case .map: try map(layout, depth: depth)
        case .bytes: try bytes(layout, depth: depth)
        case .text:
            let start = decoder.offset
            let text = try decoder.readText()
            string(start, text.utf8.count, "\(layout.meaning): \"\(text)\"", depth: depth)
        case .tag:
            let start = decoder.offset
            try decoder.readSignedObjectTag()
            add(start, decoder.offset, "tag 18: a COSE_Sign1 object", depth: depth)
            try item(layout, depth: depth)
        case .unsigned, .negative, .bool, .null:
            let start = decoder.offset
            let value = try CBORValue(decoding: Array(decoder.skipItem()))
            add(start, decoder.offset, "\(layout.meaning): \(value.diagnostic)", depth: depth)
        }
    }

    private mutating func array(_ layout: Layout, depth: Int) throws {
        let start = decoder.offset
        let count = try decoder.readArray()
        add(start, decoder.offset, "\(layout.meaning): array of \(count)", depth: depth)
        for place in 0..<count {
            switch layout {
            case .array(_, let elements) where place < elements.count:
                try item(elements[place], depth: depth + 1)
            case .list(_, let element): try item(element, depth: depth + 1)
            default: throw Refusal(.internal, "the example has no layout for \(layout.meaning)")
            }
        }
    }

    private mutating func map(_ layout: Layout, depth: Int) throws {
        let start = decoder.offset
        let count = try decoder.readMap()
        add(start, decoder.offset, "\(layout.meaning): map of \(count)", depth: depth)
        for _ in 0..<count {
            let place = decoder.offset
            let key = try decoder.readInteger()
            add(place, decoder.offset, "key \(key)", depth: depth + 1)
            guard case .map(_, let fields) = layout, let field = fields[key.argument] else {
                throw Refusal(.internal, "the example has no layout for key \(key)")
            }
            try item(field, depth: depth + 2)
        }
    }

    private mutating func bytes(_ layout: Layout, depth: Int) throws {
        let start = decoder.offset
        let view = try decoder.readBytes()
        let meaning = "\(layout.meaning): \(view.count) bytes"
        guard case .shownAbove = layout else {
            return string(start, view.count, meaning, depth: depth)
        }
        let head = decoder.offset - view.count
        add(start, head, meaning, depth: depth)
        line(head, "\(Array(view.prefix(8)).hex)… (as above)", "", depth: depth + 1)
    }

    private mutating func string(_ start: Int, _ count: Int, _ meaning: String, depth: Int) {
        let end = decoder.offset
        let head = end - count
        guard count > Self.bytesBesideHead else { return add(start, end, meaning, depth: depth) }
        add(start, head, meaning, depth: depth)
        for row in stride(from: head, to: end, by: Self.bytesOfRow) {
            add(row, min(row + Self.bytesOfRow, end), "", depth: depth + 1)
        }
    }

    private mutating func add(_ start: Int, _ end: Int, _ meaning: String, depth: Int) {
        line(start, Array(bytes[start..<end]).hex, meaning, depth: depth)
    }

    private mutating func line(_ offset: Int, _ hex: String, _ meaning: String, depth: Int) {
        let place = "\(base + offset)"
        let indent = String(repeating: " ", count: 2 * depth)
        var text = String(repeating: " ", count: max(0, 5 - place.count)) + place
        text += "  " + indent + hex
        guard !meaning.isEmpty else { return lines.append(text) }
        text += String(repeating: " ", count: max(2, Self.meaningColumn - text.count))
        lines.append(text + meaning)
    }
}
