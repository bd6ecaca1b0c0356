/// A chain's place among those of its commitment: 0 to 7.
public struct Ordinal: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How many chains a commitment may have.
    public static let countMaximum = 8

    /// The place in the commitment's list of chains, 0 to 7; one byte where keys and tips are
    /// derived.
    public let value: UInt8

    /// The first chain of a commitment, which each has.
    public static let first = Ordinal(trusted: 0)

    private init(trusted value: UInt8) { self.value = value }

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

    /// Whether `left` stands before `right` in its commitment's list.
    public static func < (left: Ordinal, right: Ordinal) -> Bool { left.value < right.value }
    /// The place in decimal, from 0.
    public var description: String { "\(value)" }
}

/// How many units of a chain are paid: 0 at the root, the chain's length at its tip.
///
/// ```swift
/// ChainIndex(10).steps(downTo: ChainIndex(7))  // 3 hashes, and 3 units paid
/// ```
public struct ChainIndex: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The root's index: nothing is paid.
    public static let zero = ChainIndex(0)

    /// Units paid, 0 to 2^32 - 1; four bytes, most significant first, in a step's input (TC-03.3).
    public let value: UInt32

    /// The index `value`.
    public init(_ value: UInt32) { self.value = value }

    /// The number of steps from this index down to `lower`; zero if `lower` is not below.
    public func steps(downTo lower: ChainIndex) -> UInt32 {
        value > lower.value ? value - lower.value : 0
    }

    /// Whether fewer units are paid at `left`.
    public static func < (left: ChainIndex, right: ChainIndex) -> Bool { left.value < right.value }
    /// The index in decimal.
    public var description: String { "\(value)" }
}
