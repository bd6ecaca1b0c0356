internal import PayWord

/// The members of a request, read by type. What is absent or of another type is `malformed`, and
/// the refusal names the member.
public struct Inputs: Sendable {
    /// How many elements a list may have.
    static let listMaximum = 65_536

    private let members: JSONValue
    /// What stands before a member's name in a refusal.
    private let place: String

    init(_ members: JSONValue, in place: String = "") {
        self.members = members
        self.place = place
    }

    /// The member; null counts as absent.
    func optional(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    func has(_ name: String) -> Bool { optional(name) != nil }

    func value(_ name: String) throws(Refusal) -> JSONValue {
        guard let value = optional(name) else { throw fault(name, "is missing") }
        return value
    }

    func fault(_ name: String, _ what: String) -> Refusal {
        Refusal(.malformed, "input \(place)\(name) \(what)")
    }

    // MARK: Texts and numbers

    func text(_ name: String) throws(Refusal) -> String {
        guard let text = try value(name).asText else { throw fault(name, "is no text") }
        return text
    }

    func bool(_ name: String, default standard: Bool) throws(Refusal) -> Bool {
        guard let value = optional(name) else { return standard }
        guard case .bool(let bool) = value else { throw fault(name, "is no boolean") }
        return bool
    }

    func integer(_ name: String) throws(Refusal) -> UInt64 {
        try integer(value(name), name, overflow: .malformed)
    }

    func integer(_ name: String, default standard: UInt64) throws(Refusal) -> UInt64 {
        try has(name) ? integer(name) : standard
    }

    private func integer(
        _ value: JSONValue, _ name: String, overflow: Reason
    ) throws(Refusal) -> UInt64 {
        let digits: String
        switch value {
        case .integer(let number): return number
        case .text(let text): digits = text
        case .number(let text): digits = text
        default: throw fault(name, "is no whole number")
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw fault(name, "is no whole number")
        }
        guard let number = UInt64(digits) else {
            throw Refusal(overflow, "input \(place)\(name) is above 2^64 - 1")
        }
        return number
    }

    /// A whole number of at most 32 bits.
    func short(_ name: String) throws(Refusal) -> UInt32 {
        guard let number = UInt32(exactly: try integer(name)) else {
            throw fault(name, "is above 2^32 - 1")
        }
        return number
    }

    func short(_ name: String, default standard: UInt32) throws(Refusal) -> UInt32 {
        try has(name) ? short(name) : standard
    }

    func time(_ name: String) throws(Refusal) -> Timestamp { Timestamp(try integer(name)) }

    func amount(_ name: String) throws(Refusal) -> Amount {
        try Amount(units: integer(value(name), name, overflow: .amountOverflow))
    }

    func amount(_ name: String, default standard: Amount) throws(Refusal) -> Amount {
        try has(name) ? amount(name) : standard
    }

    func index(_ name: String) throws(Refusal) -> ChainIndex {
        try index(try value(name), name)
    }

    private func index(_ value: JSONValue, _ name: String) throws(Refusal) -> ChainIndex {
        guard let index = UInt32(exactly: try integer(value, name, overflow: .indexPastEnd))
        else { throw Refusal(.indexPastEnd, "input \(place)\(name) is above 2^32 - 1") }
        return ChainIndex(index)
    }

    func indexes(_ name: String) throws(Refusal) -> [ChainIndex] {
        var indexes: [ChainIndex] = []
        for value in try list(name) { indexes.append(try index(value, name)) }
        return indexes
    }

    func ordinal(_ name: String) throws(Refusal) -> Ordinal {
        let number = try integer(value(name), name, overflow: .unknownChain)
        guard let ordinal = Ordinal(number) else {
            throw Refusal(.unknownChain, "input \(place)\(name) is above 7")
        }
        return ordinal
    }

    // MARK: Bytes

    func bytes(_ name: String) throws(Refusal) -> [UInt8] { try bytes(value(name), name) }

    private func bytes(_ value: JSONValue, _ name: String) throws(Refusal) -> [UInt8] {
        guard let text = value.asText, let bytes = Hex.decode(text) else {
            throw fault(name, "is no hexadecimal")
        }
        return bytes
    }

    func byteStrings(_ name: String, default standard: [[UInt8]]? = nil) throws(Refusal)
        -> [[UInt8]]
    {
        if let standard, !has(name) { return standard }
        var strings: [[UInt8]] = []
        for value in try list(name) { strings.append(try bytes(value, name)) }
        return strings
    }

    func fixed<Value: FixedBytes>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(Refusal) -> Value {
        try fixed(value(name), name)
    }

    private func fixed<Value: FixedBytes>(
        _ value: JSONValue, _ name: String
    ) throws(Refusal) -> Value {
        guard let fixed = Value(try bytes(value, name)) else {
            throw fault(name, "has not \(Value.byteCount) bytes")
        }
        return fixed
    }

    func optionalFixed<Value: FixedBytes>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(Refusal) -> Value? {
        try has(name) ? fixed(name) : nil
    }

    func fixedList<Value: FixedBytes>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(Refusal) -> [Value] {
        var values: [Value] = []
        for value in try list(name) { values.append(try fixed(value, name)) }
        return values
    }

    func seed(_ name: String) throws(Refusal) -> SigningKey {
        let bytes = try bytes(name)
        guard bytes.count == SigningKey.seedByteCount else {
            throw fault(name, "has not \(SigningKey.seedByteCount) bytes")
        }
        return try SigningKey(seed: SecretBytes(bytes))
    }

    // MARK: Lists, objects and values made of several

    func list(_ name: String) throws(Refusal) -> [JSONValue] {
        guard let values = try value(name).asList else { throw fault(name, "is no list") }
        guard values.count <= Self.listMaximum else {
            throw Refusal(.tooLarge, "input \(place)\(name) has more than \(Self.listMaximum)")
        }
        return values
    }

    func object(_ name: String) throws(Refusal) -> Inputs {
        try object(value(name), name)
    }

    private func object(_ value: JSONValue, _ name: String) throws(Refusal) -> Inputs {
        guard case .object = value else { throw fault(name, "is no object") }
        return Inputs(value, in: "\(place)\(name).")
    }

    func objects(_ name: String, areOptional: Bool = false) throws(Refusal) -> [Inputs] {
        if areOptional, !has(name) { return [] }
        var objects: [Inputs] = []
        for value in try list(name) { objects.append(try object(value, name)) }
        return objects
    }

    func asset(_ name: String) throws(Refusal) -> Asset { try asset(value(name), name) }

    func assets(_ name: String) throws(Refusal) -> [Asset] {
        var assets: [Asset] = []
        for value in try list(name) { assets.append(try asset(value, name)) }
        return assets
    }

    private func asset(_ value: JSONValue, _ name: String) throws(Refusal) -> Asset {
        guard case .list(let parts) = value, parts.count == 2, let code = parts[0].asText else {
            throw fault(name, "is no [code, scale]")
        }
        guard let scale = UInt8(exactly: try integer(parts[1], name, overflow: .malformed)) else {
            throw fault(name, "has a scale above 18")
        }
        return try Asset(code: code, scale: scale)
    }

    func claims(_ name: String, areOptional: Bool = false) throws(Refusal) -> PaywordClaims {
        var claims = PaywordClaims()
        for claim in try objects(name, areOptional: areOptional) {
            claims.append(
                PaywordClaim(
                    ordinal: try claim.ordinal("ordinal"), index: try claim.index("index"),
                    payword: try claim.fixed("payword")))
        }
        return claims
    }
}
