/// What amounts count: a code and the decimal scale of its smallest unit. `EUR` at scale 6 counts
/// millionths of a euro.
///
/// ```swift
/// let asset = try Asset(code: "EUR", scale: 6)
/// asset.text(try Amount(units: 1_250_000))  // "1.250000"
/// try asset.amount("0.0005").units          // 500
/// ```
public struct Asset: Hashable, Sendable, CustomStringConvertible {
    /// The longest code, in bytes.
    public static let codeBytesMaximum = 12
    /// The largest scale: 10^-18 is the smallest unit there is.
    public static let scaleMaximum: UInt8 = 18

    /// 3 to 12 characters of printable ASCII, without space.
    public let code: String
    /// The smallest unit is 10^-scale.
    public let scale: UInt8

    /// What amounts of `10^-scale` of `code` count; two assets are the same if both are.
    /// - Throws: `malformed` for a code that is not 3 to 12 printable ASCII characters, or a scale
    ///   above 18 (TC-04.1).
    public init(code: String, scale: UInt8) throws(Refusal) {
        let bytes = code.utf8
        guard (3...Self.codeBytesMaximum).contains(bytes.count),
            bytes.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw Refusal(.malformed, "an asset's code has 3 to 12 printable ASCII characters")
        }
        guard scale <= Self.scaleMaximum else {
            throw Refusal(.malformed, "an asset's scale is at most \(Self.scaleMaximum)")
        }
        self.code = code
        self.scale = scale
    }

    /// The amount as a decimal with all of the asset's places: exact, never rounded.
    public func text(_ amount: Amount) -> String {
        let digits = String(amount.units)
        guard scale > 0 else { return digits }
        let padded = Self.zeros(Int(scale) + 1 - digits.count) + digits
        let point = padded.index(padded.endIndex, offsetBy: -Int(scale))
        return "\(padded[..<point]).\(padded[point...])"
    }

    /// The amount as people write it: `1.250000 EUR`.
    public func textWithCode(_ amount: Amount) -> String { "\(text(amount)) \(code)" }

    /// The amount of a decimal such as `12`, `0.5` or `.25`.
    /// - Throws: `malformed` for anything else or for more places than the asset has (nothing is
    ///   rounded), `amount-overflow` for more than fits.
    public func amount(_ text: some StringProtocol) throws(Refusal) -> Amount {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = parts.first.map { String($0) } ?? ""
        let places = parts.count == 2 ? String(parts[1]) : ""
        let digits = whole + places
        guard !digits.isEmpty, parts.count == 1 || !places.isEmpty,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            throw Refusal(.malformed, "‘\(text.prefix(40))’ is no decimal amount")
        }
        guard places.utf8.count <= Int(scale) else {
            throw Refusal(
                .malformed, "\(code) has \(scale) decimal places; ‘\(text.prefix(40))’ has more")
        }
        let padding = Self.zeros(Int(scale) - places.utf8.count)
        guard let units = UInt64(digits + padding) else {
            throw Refusal(.amountOverflow, "‘\(text.prefix(40))’ is more than fits")
        }
        return try Amount(units: units)
    }

    private static func zeros(_ count: Int) -> String {
        String(repeating: "0" as Character, count: max(0, count))
    }

    /// `CODE/SCALE`, such as `EUR/6` (TC-02.8).
    public var description: String { "\(code)/\(scale)" }
}
