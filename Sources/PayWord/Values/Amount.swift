/// A count of the smallest units of an asset: 0 to 2^63 - 1. What does not fit is
/// `amount-overflow`, never a trap and never a wrap.
///
/// ```swift
/// let price = try Amount(units: 250)
/// let three = try price.multiplied(by: 3)   // 750
/// try three.subtracting(price)              // 500
/// ```
public struct Amount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The count of the asset's smallest unit, at most 2^63 - 1. What a unit is, ``Asset/scale``
    /// says.
    public let units: UInt64

    /// 2^63 - 1 units: the largest amount, of which all are also an `Int64`.
    public static let maximum = Amount(unchecked: UInt64(Int64.max))
    /// 0 units.
    public static let zero = Amount(unchecked: 0)

    private init(unchecked units: UInt64) { self.units = units }

    /// The amount of `units`.
    /// - Throws: `amount-overflow` above 2^63 - 1.
    public init(units: UInt64) throws(Refusal) {
        guard units <= Self.maximum.units else {
            throw Refusal(.amountOverflow, "\(units) units are more than 2^63 - 1")
        }
        self.units = units
    }

    /// This amount and `other` together.
    /// - Throws: `amount-overflow` above 2^63 - 1.
    public func adding(_ other: Amount) throws(Refusal) -> Amount {
        try Amount(units: units + other.units)  // below 2^64: both are below 2^63
    }

    /// What is left of this amount without `other`.
    /// - Throws: `insufficient-funds` if `other` is more.
    public func subtracting(_ other: Amount) throws(Refusal) -> Amount {
        guard other.units <= units else {
            throw Refusal(.insufficientFunds, "\(other.units) units are more than \(units)")
        }
        return Amount(unchecked: units - other.units)
    }

    /// The difference, or nothing if `other` is more.
    public func subtractingOrZero(_ other: Amount) -> Amount {
        Amount(unchecked: units > other.units ? units - other.units : 0)
    }

    /// So many times this amount, taken in 128 bits: the price of `factor` units, or a chain's
    /// worth.
    /// - Throws: `amount-overflow` above 2^63 - 1.
    public func multiplied(by factor: UInt64) throws(Refusal) -> Amount {
        let (high, low) = units.multipliedFullWidth(by: factor)
        guard high == 0 else {
            throw Refusal(.amountOverflow, "\(units) × \(factor) is more than 2^63 - 1")
        }
        return try Amount(units: low)
    }

    /// The share of this amount in basis points (1/10,000), rounded down: the one rounding rule of
    /// fees and splits. A share of the whole or less never overflows.
    public func share(basisPoints: BasisPoints) -> Amount {
        let product = units.multipliedFullWidth(by: UInt64(basisPoints.value))
        let (quotient, _) = UInt64(BasisPoints.whole).dividingFullWidth(product)
        return Amount(unchecked: quotient)
    }

    /// The signed form that ledger entries use. Every amount has one.
    public var signed: Int64 { Int64(units) }

    /// Whether `left` is fewer units. Amounts of two assets are not comparable; nothing here tells
    /// them apart.
    public static func < (left: Amount, right: Amount) -> Bool { left.units < right.units }
    /// The units in decimal, without the asset; ``Asset/text(_:)`` puts the point where it belongs.
    public var description: String { "\(units)" }
}

extension Sequence where Element == Amount {
    /// The sum of all.
    /// - Throws: `amount-overflow`.
    public func sum() throws(Refusal) -> Amount {
        var total = Amount.zero
        for amount in self { total = try total.adding(amount) }
        return total
    }
}

/// A share in hundredths of a percent: 0 to 10,000.
public struct BasisPoints: Hashable, Sendable, CustomStringConvertible {
    /// The number of basis points in the whole.
    public static let whole: UInt16 = 10_000
    /// No share: 0 basis points.
    public static let zero = BasisPoints(unchecked: 0)

    /// Hundredths of a percent, 0 to 10,000.
    public let value: UInt16

    private init(unchecked value: UInt16) { self.value = value }

    /// A share in hundredths of a percent; nil above 10,000, which is the whole.
    public init?(_ value: UInt64) {
        guard value <= UInt64(Self.whole) else { return nil }
        self.init(unchecked: UInt16(value))
    }

    /// The number and `bp`: `250 bp` is 2.5 %.
    public var description: String { "\(value) bp" }
}
