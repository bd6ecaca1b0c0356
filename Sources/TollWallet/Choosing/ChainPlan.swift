public import PayWord

/// The denominations and lengths of a new commitment's chains.
///
/// ```swift
/// let plan = try ChainPlan(capacity: Amount(units: 12_345))  // 1, 10, 100 …: exact, 12,345 in all
/// ```
public struct ChainPlan: Sendable, Equatable {
    /// One chain to make.
    public struct Chain: Sendable, Equatable {
        /// What one payword is worth.
        public let denomination: Amount
        /// How many paywords there are.
        public let length: ChainIndex

        /// A chain of `length` paywords worth `denomination` each.
        public init(denomination: Amount, length: ChainIndex) {
            self.denomination = denomination
            self.length = length
        }
    }

    /// How many paywords of each denomination but the largest a plan provides as change.
    public static let changeLength: UInt64 = 1000

    /// The chains, smallest denomination first.
    public let chains: [Chain]

    /// Chains that the caller has chosen: 1 to 8, none empty, denominations from 1.
    /// - Throws: `malformed`, or `amount-overflow` if they are worth more than fits.
    public init(chains: [Chain]) throws(Refusal) {
        guard (1...Ordinal.countMaximum).contains(chains.count) else {
            throw Refusal(.malformed, "a commitment has 1 to \(Ordinal.countMaximum) chains")
        }
        guard chains.allSatisfy({ $0.denomination > .zero && $0.length > .zero }) else {
            throw Refusal(.malformed, "denominations and lengths of chains are at least 1")
        }
        self.chains = chains
        _ = try worth
    }

    /// Chains worth exactly `capacity`, in steps of ten from `smallest`, so that any amount costs a
    /// bounded number of hashes.
    ///
    /// Each denomination but the largest gets at most half of what is left, and about
    /// ``changeLength`` paywords; the largest gets the rest. The capacity must be a multiple of
    /// `smallest`, which is 1 unless given.
    /// - Throws: `malformed` for no capacity, or one that is no multiple; `too-large` if eight
    ///   chains cannot express it.
    public init(capacity: Amount, smallest: Amount? = nil) throws(Refusal) {
        var denomination = smallest?.units ?? 1
        guard denomination > 0, capacity.units > 0, capacity.units % denomination == 0 else {
            throw Refusal(
                .malformed, "a capacity is at least one unit, and a multiple of the smallest")
        }
        var left = capacity.units
        var chains: [Chain] = []
        while left > 0 {
            let next = denomination.multipliedReportingOverflow(by: 10)
            let isLast =
                left / denomination <= 2 * Self.changeLength || next.overflow
                || chains.count == Ordinal.countMaximum - 1
            var length = isLast ? left / denomination : Self.changeLength
            if !isLast {
                // What is left for the next one must be a multiple of its denomination.
                length += (left - length * denomination) % next.partialValue / denomination
            }
            guard let index = UInt32(exactly: length) else {
                throw Refusal(.tooLarge, "eight chains cannot express \(capacity) units")
            }
            chains.append(
                Chain(
                    denomination: try Amount(units: denomination), length: ChainIndex(index)))
            left -= length * denomination
            denomination = next.partialValue
        }
        try self.init(chains: chains)
    }

    /// What all chains are worth.
    /// - Throws: `amount-overflow`, which no plan can meet that was made: its making checks that.
    public var worth: Amount {
        get throws(Refusal) {
            var total = Amount.zero
            for chain in chains {
                total = try total.adding(
                    chain.denomination.multiplied(by: UInt64(chain.length.value)))
            }
            return total
        }
    }
}
