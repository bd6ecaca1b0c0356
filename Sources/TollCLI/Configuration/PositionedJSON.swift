/// A JSON value (RFC 8259) that knows on which line it stands, so that whoever wrote it can be told
/// where a mistake is.
///
/// ```swift
/// let value = try PositionedJSON(parsing: Array(#"{"listen": "127.0.0.1:7600"}"#.utf8))
/// ```
public struct PositionedJSON: Sendable, Equatable {
    /// How many bytes a text may have: room for 10,000 prices with long names.
    public static let bytesMaximum = 4 * 1024 * 1024
    /// How many lists and objects may stand inside one another.
    public static let depthMaximum = 16

    /// What a value is.
    public enum Content: Sendable, Equatable {
        /// `null`.
        case null
        /// `true` or `false`.
        case flag(Bool)
        /// A whole number from 0 to 2^64 - 1.
        case whole(UInt64)
        /// Any other number, as it was written.
        case number(String)
        /// A string.
        case text(String)
        /// Values in order.
        case list([PositionedJSON])
        /// Members in order; a name may stand twice, which is for the caller to refuse.
        case object([Member])
    }

    /// A name with its value.
    public struct Member: Sendable, Equatable {
        /// The name.
        public let name: String
        /// The line of the name, from 1.
        public let line: Int
        /// What stands after the colon.
        public let value: PositionedJSON
    }

    /// What it is.
    public let content: Content
    /// The line on which it begins, from 1.
    public let line: Int

    /// Reads one value, strictly: one item, valid UTF-8, nothing after it.
    /// - Throws: what is wrong first, and where.
    public init(parsing bytes: [UInt8]) throws(JSONSyntaxFault) {
        var reader = PositionedJSONReader(bytes)
        self = try reader.readWhole()
    }

    init(_ content: Content, line: Int) {
        self.content = content
        self.line = line
    }
}

/// Why a text is no JSON value.
public struct JSONSyntaxFault: Error, Sendable, Equatable {
    /// The line, from 1.
    public let line: Int
    /// The column in bytes, from 1.
    public let column: Int
    /// What is wrong there.
    public let problem: String
    /// What to do about it.
    public let fix: String
}
