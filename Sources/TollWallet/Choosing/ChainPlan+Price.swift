public import PayWord

extension ChainPlan {
    /// How many paywords a plan makes at most for payments beyond those that were asked for: making
    /// them takes some 0.1 s.
    private static let spareMaximum: UInt64 = 1 << 20

    /// Chains worth exactly `capacity`, from which `count` payments of `price` can be made without
    /// any excess: each denomination is as long as the digits of that many prices need.
    ///
    /// What is beyond them is planned for as many more such payments as nine tenths of the capacity
    /// hold, within bounds, and the rest as change for other amounts.
    /// - Throws: `malformed` for no price or a capacity below `count` times the price, `too-large` if
    ///   eight chains cannot express it.
    public init(capacity: Amount, price: Amount, count: UInt64) throws(Refusal) {
        let needed = try price.multiplied(by: count)
        guard price > .zero, capacity > .zero, needed <= capacity else {
            throw Refusal(
                .malformed, "a capacity is at least what is to be paid, in whole units")
        }
        let digits = Self.digits(of: price)
        let spare = capacity.units / 10 * 9 / price.units
        let payments = max(count, min(spare, Self.spareMaximum / digits.reduce(0, +)))
        let rest = try capacity.subtracting(price.multiplied(by: payments))
        var lengths: [UInt64: UInt64] = [:]
        if rest > .zero {
            for chain in try ChainPlan(capacity: rest).chains {
                lengths[chain.denomination.units] = UInt64(chain.length.value)
            }
        }
        var denomination: UInt64 = 1
        for digit in digits {
            lengths[denomination, default: 0] += digit * payments
            denomination *= 10
        }
        var chains: [Chain] = []
        for (denomination, length) in lengths.sorted(by: { $0.key < $1.key }) where length > 0 {
            guard let index = UInt32(exactly: length) else {
                throw Refusal(.tooLarge, "eight chains cannot express \(capacity) units")
            }
            chains.append(
                Chain(
                    denomination: try Amount(units: denomination), length: ChainIndex(index)))
        }
        try self.init(chains: chains)
    }

    /// The decimal digits, least significant first, as many as there are chains; the last one takes
    /// all that is above it.
    private static func digits(of price: Amount) -> [UInt64] {
        var digits: [UInt64] = []
        var left = price.units
        while left > 0 {
            let isLast = digits.count == Ordinal.countMaximum - 1
            digits.append(isLast ? left : left % 10)
            left = isLast ? 0 : left / 10
        }
        return digits
    }
}
