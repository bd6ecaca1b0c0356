public import PayWord

/// A JSON value (RFC 8259) whose members keep their order, for output that reads well and is the
/// same on every run.
///
/// Amounts are decimal strings: a JSON number may lose digits on its way through other software.
///
/// ```swift
/// let value: JSONText = ["payments": 20_000, "gross": .amount(gross, asset), "settlements": 1]
/// print(value.text)   // {"payments":20000,"gross":"12.50","settlements":1}
/// ```
public enum JSONText: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number of either sign. Counts only: amounts are text.
    case integer(Int64)
    /// A whole number that an `Int64` may not hold, such as a time.
    case unsigned(UInt64)
    /// A string; what could move a terminal's cursor is written as `\u` escapes.
    case text(String)
    /// Values in order.
    case array([JSONText])
    /// Members in the order in which they are written. Names should not repeat: the first is found.
    case object([Member])

    /// One line of an object: a name and its value.
    public struct Member: Sendable, Equatable {
        /// The name as it is written, escaped like any text.
        public let name: String
        /// What stands after the colon.
        public let value: JSONText

        /// A member of an ``object(_:)``.
        public init(_ name: String, _ value: JSONText) {
            self.name = name
            self.value = value
        }
    }

    /// An amount as a decimal string with all places of its asset.
    public static func amount(_ amount: Amount, _ asset: Asset) -> JSONText {
        .text(asset.text(amount))
    }

    /// The text of `value`, or null.
    public static func optional(_ value: String?) -> JSONText { value.map { .text($0) } ?? .null }

    /// The first member of this name; nil if there is none, or this is no object.
    public subscript(name: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// On one line, without white space.
    public var text: String {
        var result = ""
        write(to: &result, indent: nil, depth: 0)
        return result
    }

    /// On many lines, two spaces a level.
    public var prettyText: String {
        var result = ""
        write(to: &result, indent: 2, depth: 0)
        return result
    }
}

extension JSONText {
    private func write(to result: inout String, indent: Int?, depth: Int) {
        switch self {
        case .null: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .integer(let value): result += String(value)
        case .unsigned(let value): result += String(value)
        case .text(let value): Self.writeString(value, to: &result)
        case .array(let values):
            Self.writeList(values, "[", "]", to: &result, indent, depth) { value, result in
                value.write(to: &result, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            Self.writeList(members, "{", "}", to: &result, indent, depth) { member, result in
                Self.writeString(member.name, to: &result)
                result += indent == nil ? ":" : ": "
                member.value.write(to: &result, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], _ opening: String, _ closing: String, to result: inout String,
        _ indent: Int?, _ depth: Int, _ writeElement: (Element, inout String) -> Void
    ) {
        result += opening
        for (position, element) in elements.enumerated() {
            if position > 0 { result += "," }
            breakLine(&result, indent, depth + 1)
            writeElement(element, &result)
        }
        if !elements.isEmpty { breakLine(&result, indent, depth) }
        result += closing
    }

    private static func breakLine(_ result: inout String, _ indent: Int?, _ depth: Int) {
        guard let indent else { return }
        result += "\n" + String(repeating: " ", count: indent * depth)
    }

    /// Whatever could move a terminal's cursor or turn text around is written as `\u`, so JSON is
    /// as safe to look at as text.
    private static func writeString(_ value: String, to result: inout String) {
        result += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if isPlain(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    for unit in String(scalar).utf16 { result += escape(unit) }
                }
            }
        }
        result += "\""
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension JSONText: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// Lets a string literal stand for a ``text(_:)``.
    public init(stringLiteral value: String) { self = .text(value) }
    /// Lets an integer literal stand for an ``integer(_:)``.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Lets `true` and `false` stand for a ``bool(_:)``.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Lets `nil` stand for ``null``.
    public init(nilLiteral: ()) { self = .null }
    /// Lets an array literal stand for an ``array(_:)``.
    public init(arrayLiteral elements: JSONText...) { self = .array(elements) }
    /// Lets a dictionary literal stand for an ``object(_:)``, whose members keep the literal's
    /// order.
    public init(dictionaryLiteral elements: (String, JSONText)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
