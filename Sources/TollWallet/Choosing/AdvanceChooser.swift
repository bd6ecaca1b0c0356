public import PayWord

/// Chooses which chains to advance so that a payment's exact amount is there.
///
/// The rule, in this order:
/// 1. Credit that is already on the channel is used first.
/// 2. Of all sets of advances that make the rest, those with the least excess: an exact one where
///    one exists. An excess is not lost, it stays as credit on the channel.
/// 3. Of these, the one with the fewest steps in total, which is what the merchant hashes.
/// 4. Of these, the one that takes most of the larger denominations, lower ordinals first.
///
/// It is a branch-and-bound search over at most eight chains. Denominations of which each divides
/// the next are solved in a few nodes; for unusual ones the search stops after
/// ``nodesMaximum`` nodes with the best set that it has found.
///
/// ```swift
/// let choice = try AdvanceChooser.choose(chains: chains, credit: .zero, amount: price)
/// choice.indexes  // where each chain will stand
/// ```
public enum AdvanceChooser {
    /// How many nodes the search visits at most.
    public static let nodesMaximum = 1 << 16

    /// A chain as the chooser sees it.
    public struct Chain: Sendable, Equatable {
        /// What one payword is worth.
        public let denomination: Amount
        /// How many paywords there are.
        public let length: ChainIndex
        /// How many were revealed.
        public let revealed: ChainIndex

        /// A chain and how far it is revealed.
        public init(denomination: Amount, length: ChainIndex, revealed: ChainIndex) {
            self.denomination = denomination
            self.length = length
            self.revealed = revealed
        }

        /// How many paywords are left.
        public var available: UInt32 { length.steps(downTo: revealed) }
    }

    /// What was chosen.
    public struct Choice: Sendable, Equatable {
        /// Where each chain stands afterwards, in order of ordinal.
        public let indexes: [ChainIndex]
        /// What the advances are worth.
        public let worth: Amount
        /// What is left as credit beyond the amount.
        public let excess: Amount
        /// How many steps the merchant walks.
        public let steps: UInt64
    }

    /// The cheapest set of advances for `amount`, which will be charged.
    ///
    /// Chains are in order of ordinal; `credit` is what was revealed and not charged.
    /// - Throws: `insufficient-funds` if all that is left is worth less, `amount-overflow`.
    public static func choose(
        chains: [Chain], credit: Amount, amount: Amount
    ) throws(Refusal) -> Choice {
        let wanted = amount.subtractingOrZero(credit)
        guard wanted > .zero else {
            return Choice(
                indexes: chains.map(\.revealed), worth: .zero,
                excess: try credit.subtracting(amount), steps: 0)
        }
        var left = Amount.zero
        for chain in chains {
            left = try left.adding(
                chain.denomination.multiplied(by: UInt64(chain.available)))
        }
        guard left >= wanted else {
            throw Refusal(
                .insufficientFunds,
                "\(amount) units wanted, \(credit) of credit and \(left) in paywords are left")
        }
        var search = AdvanceSearch(chains)
        let best = search.run(wanted: wanted.units)
        return try choice(chains, counts: best.counts, wanted: wanted)
    }

    private static func choice(
        _ chains: [Chain], counts: [Int: UInt64], wanted: Amount
    ) throws(Refusal) -> Choice {
        var worth = Amount.zero
        var indexes: [ChainIndex] = []
        for (ordinal, chain) in chains.enumerated() {
            let count = counts[ordinal] ?? 0
            worth = try worth.adding(chain.denomination.multiplied(by: count))
            indexes.append(
                ChainIndex(chain.revealed.value + UInt32(truncatingIfNeeded: count)))
        }
        return Choice(
            indexes: indexes, worth: worth, excess: try worth.subtracting(wanted),
            steps: counts.values.reduce(0, +))
    }
}
