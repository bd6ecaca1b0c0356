import Foundation

/// When payments are due: a Poisson process, as of many payers who know nothing of one another. The
/// times do not depend on how fast anything is answered.
package struct Arrivals: Sendable {
    private let interval: Double
    private var time: Double = 0

    /// So many a second on average.
    package init(perSecond rate: Double) { interval = 1e9 / max(rate, 1e-3) }

    /// The next time, in nanoseconds since the start.
    package mutating func next(using random: inout some RandomNumberGenerator) -> UInt64 {
        // In (0, 1], so that its logarithm is finite.
        let share = Double((random.next() >> 11) + 1) * 0x1p-53
        time -= log(share) * interval
        return UInt64(time)
    }
}
