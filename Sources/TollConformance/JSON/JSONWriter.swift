extension JSONValue {
    /// The value on one line, without white space. A whole number above 2^53 is written as decimal
    /// text, since many readers lose its last digits.
    public var line: String {
        var result = ""
        write(to: &result)
        return result
    }

    /// The largest whole number that every reader keeps.
    private static let exactMaximum: UInt64 = 1 << 53

    private func write(to result: inout String) {
        switch self {
        case .null: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .integer(let value):
            result += value <= Self.exactMaximum ? "\(value)" : "\"\(value)\""
        case .number(let text): result += text
        case .text(let text): Self.write(text, to: &result)
        case .list(let values):
            result += "["
            for (position, value) in values.enumerated() {
                if position > 0 { result += "," }
                value.write(to: &result)
            }
            result += "]"
        case .object(let members):
            result += "{"
            for (position, member) in members.enumerated() {
                if position > 0 { result += "," }
                Self.write(member.name, to: &result)
                result += ":"
                member.value.write(to: &result)
            }
            result += "}"
        }
    }

    private static func write(_ text: String, to result: inout String) {
        result += "\""
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }) {
            result += text
        } else {
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"": result += "\\\""
                case "\\": result += "\\\\"
                case "\n": result += "\\n"
                default:
                    if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) {
                        let digits = String(scalar.value, radix: 16)
                        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    } else {
                        result.unicodeScalars.append(scalar)
                    }
                }
            }
        }
        result += "\""
    }
}
