public import PayWord

/// Chooses the indexes that a claim or a close names: chains pay in steps of their denominations, so
/// what is spent cannot always be expressed to the unit.
///
/// The rule: among the indexes between `lower` and `upper`, those that are worth the most and no more
/// than the amount (or, for a close, the least and no less). It is a bounded knapsack of at most
/// eight kinds. The search goes through the chains from the greatest denomination to the least,
/// tries the most paywords of each first, and leaves a branch when what is left of it cannot beat
/// the best so far; the greedy choice is its first leaf. It ends after ``nodesMaximum`` nodes with
/// the best found, so a payer who picks awkward denominations delays some units to a later claim and
/// costs no more work than that.
///
/// ```swift
/// // Chains of 1000 and of 1, of which 2 and 300 units were accepted; 1,250 is spent.
/// try ClaimChooser.most(notAbove: spent, chains)   // [1, 250]
/// ```
public struct ClaimChooser: Sendable {
    /// One chain that a choice is made for.
    public struct Chain: Hashable, Sendable {
        /// What one payword is worth; at least 1.
        public let denomination: Amount
        /// The least index that may be chosen.
        public let lower: ChainIndex
        /// The greatest index that may be chosen; not below the least.
        public let upper: ChainIndex

        /// A chain to choose from. An upper index below the lower is raised to it.
        public init(denomination: Amount, lower: ChainIndex, upper: ChainIndex) {
            self.denomination = denomination
            self.lower = lower
            self.upper = max(lower, upper)
        }

        fileprivate var room: UInt64 { UInt64(upper.value - lower.value) }
    }

    /// How many nodes a search visits at most.
    public static let nodesMaximum = 4096

    /// The indexes that are worth the most, and no more than `amount`; nil if even the lower ones
    /// are worth more.
    /// - Throws: `amount-overflow` for chains that are worth more than fits.
    public static func most(
        notAbove amount: Amount, _ chains: [Chain]
    ) throws(Refusal) -> [ChainIndex]? {
        let least = try worth(chains, \.lower)
        _ = try worth(chains, \.upper)
        guard least <= amount else { return nil }
        let counts = search(chains, target: amount.units - least.units)
        return zip(chains, counts).map { ChainIndex($0.lower.value + UInt32($1)) }
    }

    /// The indexes that are worth the least, and no less than `amount`; nil if even the upper ones
    /// are worth less.
    /// - Throws: `amount-overflow` for chains that are worth more than fits.
    public static func least(
        notBelow amount: Amount, _ chains: [Chain]
    ) throws(Refusal) -> [ChainIndex]? {
        // What is left out of everything is worth the most, and no more than the surplus.
        let greatest = try worth(chains, \.upper)
        guard greatest >= amount else { return nil }
        let counts = search(chains, target: greatest.units - amount.units)
        return zip(chains, counts).map { ChainIndex($0.upper.value - UInt32($1)) }
    }

    private static func worth(
        _ chains: [Chain], _ index: (Chain) -> ChainIndex
    ) throws(Refusal) -> Amount {
        var total = Amount.zero
        for chain in chains {
            total = try total.adding(
                chain.denomination.multiplied(by: UInt64(index(chain).value)))
        }
        return total
    }

    /// How many paywords of each chain, up to its room, are worth the most and at most `target`.
    private static func search(_ chains: [Chain], target: UInt64) -> [UInt64] {
        var search = KnapsackSearch(
            denominations: chains.map(\.denomination.units), rooms: chains.map(\.room),
            target: target, nodesMaximum: nodesMaximum)
        return search.run()
    }
}

/// The search itself. All sums are below 2^63, because everything that the chains could pay is.
private struct KnapsackSearch {
    private struct Kind {
        let position: Int
        let denomination: UInt64
        let room: UInt64
        /// What this kind and those after it are worth together.
        var worthLeft: UInt64 = 0
        /// What the worth of any choice among these is a multiple of.
        var divisor: UInt64 = 0
    }

    private var kinds: [Kind]
    private let target: UInt64
    private var nodesLeft: Int
    private var counts: [UInt64]
    private var best: [UInt64]
    private var bestWorth: UInt64?
    /// What no choice can beat.
    private var goal: UInt64 = 0

    init(denominations: [UInt64], rooms: [UInt64], target: UInt64, nodesMaximum: Int) {
        kinds = zip(denominations, rooms).enumerated()
            .map { Kind(position: $0, denomination: $1.0, room: $1.1) }
            .filter { $0.room > 0 && $0.denomination > 0 }
            .sorted { ($1.denomination, $0.position) < ($0.denomination, $1.position) }
        self.target = target
        nodesLeft = nodesMaximum
        counts = Array(repeating: 0, count: denominations.count)
        best = counts
        var (worth, divisor) = (UInt64(0), UInt64(0))
        for index in kinds.indices.reversed() {
            worth += kinds[index].denomination * kinds[index].room
            divisor = Self.greatestCommonDivisor(divisor, kinds[index].denomination)
            (kinds[index].worthLeft, kinds[index].divisor) = (worth, divisor)
        }
    }

    mutating func run() -> [UInt64] {
        goal = bound(0, target)
        descend(0, paid: 0)
        return best
    }

    /// The most that the kinds from `depth` on can add within `rest`.
    private func bound(_ depth: Int, _ rest: UInt64) -> UInt64 {
        guard depth < kinds.count else { return 0 }
        let kind = kinds[depth]
        return min(kind.worthLeft, rest - rest % kind.divisor)
    }

    private mutating func descend(_ depth: Int, paid: UInt64) {
        guard depth < kinds.count else {
            if bestWorth.map({ paid > $0 }) ?? true { (best, bestWorth) = (counts, paid) }
            return
        }
        let kind = kinds[depth]
        var count = min(kind.room, (target - paid) / kind.denomination)
        while true {
            nodesLeft -= 1
            let worth = paid + count * kind.denomination
            let reachable = worth + bound(depth + 1, target - worth)
            if bestWorth.map({ reachable > $0 }) ?? true {
                counts[kind.position] = count
                descend(depth + 1, paid: worth)
            } else if worth + (depth + 1 < kinds.count ? kinds[depth + 1].worthLeft : 0)
                <= bestWorth ?? 0
            {
                break  // all that is left of it is too little, and fewer paywords make it less
            }
            guard count > 0, nodesLeft > 0, bestWorth != goal else { break }
            count -= 1
        }
        counts[kind.position] = 0
    }

    private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
