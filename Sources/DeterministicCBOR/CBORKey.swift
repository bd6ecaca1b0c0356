/// A map key: an integer from -2^64 to 2^64 - 1, ordered as its encoding is.
///
/// Non-negative keys come first, by value; then negative ones, from -1 down: the bytewise order of
/// RFC 8949, section 4.2.1.
public struct CBORKey: Hashable, Comparable, Sendable, CustomStringConvertible,
    ExpressibleByIntegerLiteral
{
    /// Whether the key is below zero.
    public let isNegative: Bool
    /// The value of a non-negative key; of a negative key *k*, -1 - *k*.
    public let argument: UInt64

    /// A key from its sign and its encoded argument.
    public init(isNegative: Bool, argument: UInt64) {
        self.isNegative = isNegative
        self.argument = argument
    }

    /// The key with this value.
    public init(_ value: Int) {
        self.init(isNegative: value < 0, argument: UInt64(value < 0 ? ~value : value))
    }

    public init(integerLiteral value: Int) { self.init(value) }

    public static func < (left: CBORKey, right: CBORKey) -> Bool {
        left.isNegative == right.isNegative ? left.argument < right.argument : right.isNegative
    }

    public var description: String {
        guard isNegative else { return "\(argument)" }
        let (magnitude, overflow) = argument.addingReportingOverflow(1)
        return overflow ? "-18446744073709551616" : "-\(magnitude)"
    }
}
