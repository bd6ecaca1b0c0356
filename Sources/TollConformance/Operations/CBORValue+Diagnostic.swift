public import DeterministicCBOR
internal import PayWord

extension CBORValue {
    /// The item in diagnostic notation (RFC 8949, section 8), on one line.
    public var diagnostic: String {
        switch self {
        case .unsigned(let value): return "\(value)"
        case .negative(let argument):
            return CBORKey(isNegative: true, argument: argument).description
        case .bytes(let bytes): return "h'\(Hex.encode(bytes))'"
        case .text(let text):
            let escaped = text.unicodeScalars.map { scalar in
                scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : "\(scalar)"
            }
            return "\"\(escaped.joined())\""
        case .array(let items): return "[\(items.map(\.diagnostic).joined(separator: ", "))]"
        case .map(let pairs):
            let sorted = pairs.sorted { $0.key < $1.key }
            return "{\(sorted.map { "\($0.key): \($0.value.diagnostic)" }.joined(separator: ", "))}"
        case .bool(let value): return "\(value)"
        case .null: return "null"
        case .signedObject(let item): return "18(\(item.diagnostic))"
        }
    }
}
