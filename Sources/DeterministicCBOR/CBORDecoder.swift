/// Reads one item of the profile, piece by piece.
///
/// The whole input is validated before the first read, so what a reader can still meet is an item
/// of another type than it asked for. Strings come back as views of the input, not as copies.
///
/// ```swift
/// var decoder = try CBORDecoder([0x82, 0x01, 0x41, 0xff])  // [1, h'ff']
/// let count = try decoder.readArray()                      // 2
/// let number = try decoder.readUnsigned()                  // 1
/// let bytes = try decoder.readBytes()                      // [0xff]
/// ```
public struct CBORDecoder: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// Validates `bytes` as exactly one item of the profile and stands before it.
    ///
    /// - Parameters:
    ///   - bytes: the input; offsets in errors count from its first byte.
    ///   - tag: where tag 18 may stand.
    /// - Throws: the first fault in reading order.
    public init(_ bytes: ArraySlice<UInt8>, tag: CBORTagRule = .none) throws(CBORFault) {
        try CBORValidator.validate(bytes, tag: tag)
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Validates `bytes` as exactly one item of the profile and stands before it.
    /// - Throws: the first fault in reading order.
    public init(_ bytes: [UInt8], tag: CBORTagRule = .none) throws(CBORFault) {
        try self.init(bytes[...], tag: tag)
    }

    /// What the next item is, as ``peekType()`` tells before it is read.
    public enum ItemType: Sendable, Equatable {
        /// One of the item types of TC-01.2, named as the cases of ``CBORValue`` are; `tag` is tag
        /// 18.
        case unsigned, negative, bytes, text, array, map, tag, bool, null
    }

    /// The offset of the next item from the first byte of the input.
    public var offset: Int { position - bytes.startIndex }

    /// Whether everything was read.
    public var isAtEnd: Bool { position == bytes.endIndex }

    /// The type of the next item.
    /// - Throws: `endOfInput` if everything was read.
    public func peekType() throws(CBORFault) -> ItemType {
        let head = try CBORHead(bytes, at: position)
        switch head.major {
        case MajorType.unsigned: return .unsigned
        case MajorType.negative: return .negative
        case MajorType.bytes: return .bytes
        case MajorType.text: return .text
        case MajorType.array: return .array
        case MajorType.map: return .map
        case MajorType.tag: return .tag
        default: return head.argument == SimpleValue.null ? .null : .bool
        }
    }

    /// Reads an unsigned integer that is at most `maximum`.
    /// - Throws: `unexpectedType` for another item or a larger number; the reader stays where it
    ///   was.
    public mutating func readUnsigned(maximum: UInt64 = .max) throws(CBORFault) -> UInt64 {
        let start = position
        let value = try readHead(MajorType.unsigned)
        guard value <= maximum else {
            position = start
            throw CBORFault(.unexpectedType, at: offset)
        }
        return value
    }

    /// Reads an integer of either sign.
    /// - Throws: `unexpectedType` for another item.
    public mutating func readInteger() throws(CBORFault) -> CBORKey {
        let head = try CBORHead(bytes, at: position)
        guard head.major == MajorType.unsigned || head.major == MajorType.negative else {
            throw CBORFault(.unexpectedType, at: offset)
        }
        position += head.length
        return CBORKey(isNegative: head.major == MajorType.negative, argument: head.argument)
    }

    /// Reads a byte string, as a view of the input.
    /// - Throws: `unexpectedType` for another item.
    public mutating func readBytes() throws(CBORFault) -> ArraySlice<UInt8> {
        let count = try readHead(MajorType.bytes)
        return try take(count)
    }

    /// Reads a text string.
    /// - Throws: `unexpectedType` for another item.
    public mutating func readText() throws(CBORFault) -> String {
        let start = offset
        let count = try readHead(MajorType.text)
        let view = try take(count)
        guard let text = String(validating: view, as: UTF8.self) else {
            throw CBORFault(.invalidText, at: start)
        }
        return text
    }

    /// Reads the head of an array; its elements follow.
    /// - Returns: the number of elements, which the input is known to hold.
    /// - Throws: `unexpectedType` for another item.
    public mutating func readArray() throws(CBORFault) -> Int {
        Int(try readHead(MajorType.array))
    }

    /// Reads the head of an array that must have exactly `count` elements.
    /// - Throws: `unexpectedType` for another item or number; the reader stays where it was.
    public mutating func readArray(count: Int) throws(CBORFault) {
        let start = position
        guard try readArray() == count else {
            position = start
            throw CBORFault(.unexpectedType, at: offset)
        }
    }

    /// Reads the head of a map; keys and values follow in turn, keys in order.
    /// - Returns: the number of pairs, which the input is known to hold.
    /// - Throws: `unexpectedType` for another item.
    public mutating func readMap() throws(CBORFault) -> Int {
        Int(try readHead(MajorType.map))
    }

    /// Reads a boolean.
    /// - Throws: `unexpectedType` for another item.
    public mutating func readBool() throws(CBORFault) -> Bool {
        let value = try readHead(MajorType.simple)
        guard value != SimpleValue.null else {
            position -= 1
            throw CBORFault(.unexpectedType, at: offset)
        }
        return value == SimpleValue.true
    }

    /// Reads a null if one comes next, and tells whether it did.
    /// - Throws: `endOfInput` if everything was read.
    public mutating func readNullIfPresent() throws(CBORFault) -> Bool {
        guard try peekType() == .null else { return false }
        position += 1
        return true
    }

    /// Reads tag 18; the item that it marks follows.
    /// - Throws: `unexpectedType` if no tag comes next.
    public mutating func readSignedObjectTag() throws(CBORFault) {
        _ = try readHead(MajorType.tag)
    }

    /// Passes over the next item, whole, and returns its encoding.
    /// - Throws: `endOfInput` if everything was read.
    public mutating func skipItem() throws(CBORFault) -> ArraySlice<UInt8> {
        let start = position
        var pending = 1
        while pending > 0 {
            pending -= 1
            let head = try CBORHead(bytes, at: position)
            position += head.length
            switch head.major {
            case MajorType.bytes, MajorType.text: position += Int(head.argument)
            case MajorType.array: pending += Int(head.argument)
            case MajorType.map: pending += 2 * Int(head.argument)
            case MajorType.tag: pending += 1
            default: break
            }
        }
        return bytes[start..<position]
    }

    private mutating func readHead(_ major: UInt8) throws(CBORFault) -> UInt64 {
        let head = try CBORHead(bytes, at: position)
        guard head.major == major else { throw CBORFault(.unexpectedType, at: offset) }
        position += head.length
        return head.argument
    }

    private mutating func take(_ count: UInt64) throws(CBORFault) -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.endIndex - position) else {
            throw CBORFault(.endOfInput, at: offset)
        }
        let end = position + Int(count)
        defer { position = end }
        return bytes[position..<end]
    }
}
