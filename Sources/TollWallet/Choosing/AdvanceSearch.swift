internal import PayWord

/// The search behind ``AdvanceChooser``: least excess first, then fewest steps.
///
/// Levels go from the largest denomination to the smallest. All that is left is known to suffice, so
/// the first descent finds a set; the rest only improves it.
struct AdvanceSearch {
    struct Best {
        var excess = UInt64.max
        var steps = UInt64.max
        var counts: [Int: UInt64] = [:]
    }

    private struct Level {
        let denomination: UInt64
        let available: UInt64
        let ordinal: Int
    }

    private let levels: [Level]
    /// What the levels from each one on are worth together.
    private let worthFrom: [UInt64]
    /// The greatest common divisor of the denominations from each level on.
    private let divisorFrom: [UInt64]
    private var best = Best()
    private var chosen: [UInt64]
    private var nodesLeft = AdvanceChooser.nodesMaximum
    /// No set has less excess than this.
    private var excessMinimum: UInt64 = 0

    init(_ chains: [AdvanceChooser.Chain]) {
        levels = chains.enumerated().filter { $0.element.available > 0 }.map {
            Level(
                denomination: $0.element.denomination.units,
                available: UInt64($0.element.available), ordinal: $0.offset)
        }.sorted { ($1.denomination, $0.ordinal) < ($0.denomination, $1.ordinal) }
        var worth: [UInt64] = [0]
        var divisor: [UInt64] = [0]
        for level in levels.reversed() {
            // Below 2^64: the caller has added up all chains as an amount.
            worth.append((worth.last ?? 0) &+ level.denomination &* level.available)
            divisor.append(Self.greatestDivisor(level.denomination, divisor.last ?? 0))
        }
        worthFrom = worth.reversed()
        divisorFrom = divisor.reversed()
        chosen = Array(repeating: 0, count: levels.count)
    }

    /// The best set of advances worth `wanted` or more. All levels together are worth that.
    mutating func run(wanted: UInt64) -> Best {
        guard let divisor = divisorFrom.first, divisor > 0 else { return best }
        excessMinimum = Self.excess(of: wanted, divisor)
        visit(0, wanted: wanted, steps: 0)
        return best
    }

    private mutating func visit(_ position: Int, wanted: UInt64, steps: UInt64) {
        guard position < levels.count, worthFrom[position] >= wanted else { return }
        let level = levels[position]
        let least = Self.excess(of: wanted, divisorFrom[position])
        guard improves(least, steps + Self.quotientUp(wanted, level.denomination)) else { return }
        var count = min(level.available, Self.quotientUp(wanted, level.denomination))
        while nodesLeft > 0 {
            nodesLeft -= 1
            chosen[position] = count
            let worth = count * level.denomination
            if worth >= wanted {
                offer(excess: worth - wanted, steps: steps + count)
            } else {
                // Fewer of this level leave more for the levels below, which are not worth it.
                guard worthFrom[position + 1] >= wanted - worth else { break }
                visit(position + 1, wanted: wanted - worth, steps: steps + count)
            }
            guard count > 0 else { break }
            count -= 1
            if isSettled(position, wanted: wanted, count: count, steps: steps) { break }
        }
        chosen[position] = 0
    }

    /// Whether no smaller count at this level can improve on what was found: the excess is the least
    /// possible, and the steps only grow as the count falls.
    private func isSettled(
        _ position: Int, wanted: UInt64, count: UInt64, steps: UInt64
    ) -> Bool {
        guard best.excess == excessMinimum, position + 1 < levels.count else { return false }
        let worth = count * levels[position].denomination
        let rest = wanted > worth ? wanted - worth : 0
        return steps + count + Self.quotientUp(rest, levels[position + 1].denomination)
            >= best.steps
    }

    private func improves(_ excess: UInt64, _ steps: UInt64) -> Bool {
        (excess, steps) < (best.excess, best.steps)
    }

    private mutating func offer(excess: UInt64, steps: UInt64) {
        guard improves(excess, steps) else { return }
        best.excess = excess
        best.steps = steps
        best.counts = [:]
        for (level, count) in zip(levels, chosen) where count > 0 {
            best.counts[level.ordinal] = count
        }
    }

    private static func excess(of wanted: UInt64, _ divisor: UInt64) -> UInt64 {
        let over = wanted % divisor
        return over == 0 ? 0 : divisor - over
    }

    private static func quotientUp(_ dividend: UInt64, _ divisor: UInt64) -> UInt64 {
        dividend / divisor + (dividend % divisor == 0 ? 0 : 1)
    }

    private static func greatestDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}
