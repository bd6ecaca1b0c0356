/// A JSON value with its keys in a given order, printed in one way only, so that the same cases give
/// the same file on every machine.
public indirect enum FixtureValue: Sendable, Equatable {
    case text(String)
    /// A number up to 2^53; above it, decimal text, since many JSON readers lose the last digits.
    case integer(UInt64)
    case bool(Bool)
    case null
    case list([FixtureValue])
    case object([Field])

    /// One key of an object.
    public struct Field: Sendable, Equatable {
        public let key: String
        public let value: FixtureValue

        public init(_ key: String, _ value: FixtureValue) {
            self.key = key
            self.value = value
        }
    }

    /// Bytes, as hexadecimal.
    public static func hex(_ bytes: some Sequence<UInt8>) -> FixtureValue {
        .text(Array(bytes).hex)
    }

    /// A number that is decimal text whatever its size: all amounts of money.
    public static func decimal(_ value: UInt64) -> FixtureValue { .text("\(value)") }

    /// The value as JSON, indented by two spaces, with a line end after it.
    public var json: String { rendered(indent: "") + "\n" }

    private func rendered(indent: String) -> String {
        switch self {
        case .text(let text): return Self.quoted(text)
        case .integer(let value): return value <= 1 << 53 ? "\(value)" : "\"\(value)\""
        case .bool(let value): return value ? "true" : "false"
        case .null: return "null"
        case .list(let items):
            guard !items.isEmpty else { return "[]" }
            return block("[", items.map { $0.rendered(indent: indent + "  ") }, "]", indent)
        case .object(let fields):
            guard !fields.isEmpty else { return "{}" }
            let lines = fields.map {
                Self.quoted($0.key) + ": " + $0.value.rendered(indent: indent + "  ")
            }
            return block("{", lines, "}", indent)
        }
    }

    private func block(
        _ open: String, _ lines: [String], _ close: String, _ indent: String
    ) -> String {
        open + "\n" + lines.map { indent + "  " + $0 }.joined(separator: ",\n") + "\n" + indent
            + close
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default:
                if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
