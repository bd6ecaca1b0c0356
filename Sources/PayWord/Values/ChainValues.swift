/// A chain's place among those of its commitment: 0 to 7.
public struct Ordinal: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How many chains a commitment may have.
    public static let countMaximum = 8

    /// The place, from 0.
    public let value: UInt8

    /// An ordinal; nil above 7.
    public init?(_ value: UInt64) {
        guard value < UInt64(Self.countMaximum) else { return nil }
        self.value = UInt8(value)
    }

    /// The ordinals of `count` chains, in order: at most eight.
    public static func all(count: Int) -> [Ordinal] {
        (0..<UInt64(min(max(count, 0), countMaximum))).compactMap(Ordinal.init)
    }

    /// The ordinal as an array index.
    public var position: Int { Int(value) }

    public static func < (left: Ordinal, right: Ordinal) -> Bool { left.value < right.value }
    public var description: String { "\(value)" }
}

/// How many units of a chain are paid: 0 at the root, the chain's length at its tip.
public struct ChainIndex: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Nothing paid.
    public static let zero = ChainIndex(0)

    /// The index.
    public let value: UInt32

    /// The index `value`.
    public init(_ value: UInt32) { self.value = value }

    /// The number of steps from this index down to `lower`; zero if `lower` is not below.
    public func steps(downTo lower: ChainIndex) -> UInt32 {
        value > lower.value ? value - lower.value : 0
    }

    public static func < (left: ChainIndex, right: ChainIndex) -> Bool { left.value < right.value }
    public var description: String { "\(value)" }
}
