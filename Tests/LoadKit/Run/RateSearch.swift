/// A search for the highest rate that is held: it doubles while it holds, and then halves the gap
/// between what was held and what was not.
package struct RateSearch: Sendable {
    /// How often the gap is halved.
    private static let halvings = 3

    /// A rate that was tried.
    package struct Step: Sendable {
        package let rate: UInt64
        package let tally: Tally
        package let isHeld: Bool
    }

    package private(set) var steps: [Step] = []
    private let search: LoadPlan.Search
    private var low: UInt64 = 0
    private var high: UInt64?
    private var halvingsLeft = Self.halvings + 1

    /// The rate to try next; nil at the end.
    package private(set) var next: UInt64?

    package init(_ search: LoadPlan.Search, from rate: UInt64) {
        self.search = search
        next = min(rate, search.rateMaximum)
    }

    /// The highest rate that was held; nil if none was.
    package var held: Step? { steps.filter(\.isHeld).max { $0.rate < $1.rate } }

    /// Takes in what came of the rate that was next.
    package mutating func take(_ tally: Tally) {
        guard let rate = next else { return }
        let isHeld = isHeld(tally)
        steps.append(Step(rate: rate, tally: tally, isHeld: isHeld))
        if isHeld { low = max(low, rate) } else { high = min(high ?? rate, rate) }
        guard let high else {
            next = rate < search.rateMaximum ? min(rate * 2, search.rateMaximum) : nil
            return
        }
        // Until something is held there is no gap: only a lower rate.
        if low > 0 { halvingsLeft -= 1 }
        next = halvingsLeft >= 0 && high - low > 1 ? low + (high - low) / 2 : nil
    }

    /// Held is a rate at which all payments were acknowledged, and nearly all of them soon.
    private func isHeld(_ tally: Tally) -> Bool {
        tally.due > 0 && tally.acknowledged == tally.due
            && tally.latency.value(at: .p99) <= search.p99Maximum
    }
}
