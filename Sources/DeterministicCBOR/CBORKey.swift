/// A map key: an integer from -2^64 to 2^64 - 1, ordered as its encoding is.
///
/// Non-negative keys come first, by value; then negative ones, from -1 down: the bytewise order of
/// RFC 8949, section 4.2.1.
///
/// ```swift
/// let keys: [CBORKey] = [-1, 3, 0]
/// keys.sorted()  // 0, 3, -1
/// ```
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

    /// Lets a key be written as a literal: `[1: .text("a"), -1: .null]`.
    public init(integerLiteral value: Int) { self.init(value) }

    /// Whether `left` is encoded before `right`: all non-negative keys first, by value, then the
    /// negative ones from -1 down. -1 is not below 0.
    public static func < (left: CBORKey, right: CBORKey) -> Bool {
        left.isNegative == right.isNegative ? left.argument < right.argument : right.isNegative
    }

    /// The value in decimal, down to -18446744073709551616, which no `Int` holds.
    public var description: String {
        guard isNegative else { return "\(argument)" }
        let (magnitude, overflow) = argument.addingReportingOverflow(1)
        return overflow ? "-18446744073709551616" : "-\(magnitude)"
    }
}
