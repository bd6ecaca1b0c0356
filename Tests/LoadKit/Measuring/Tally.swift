/// What became of the payments that were due in one run.
package struct Tally: Sendable {
    /// How many were due.
    package var due: UInt64 = 0
    /// How many were acknowledged.
    package var acknowledged: UInt64 = 0
    /// What those spent together, in units.
    package var units: UInt64 = 0
    /// How many of those bore a reference.
    package var references: UInt64 = 0
    /// How many the merchant refused, by reason.
    package var refused: [String: UInt64] = [:]
    /// How many were never sent, by why.
    package var unsent: [String: UInt64] = [:]
    /// How many were sent, and nobody knows what became of them.
    package var unanswered: UInt64 = 0
    /// From the time at which a payment was due to the time at which its answer was read.
    package var latency = LatencyHistogram(significantDigits: 3)
    /// How late payments were handed to their connection: the generator's own share of the latency.
    package var lag = LatencyHistogram(significantDigits: 3)
    /// What was answered in each second since the start.
    package var seconds: [Second] = []
    /// When the last answer came, in nanoseconds since the start.
    package var lastAnswer: UInt64 = 0

    /// One second of a run.
    package struct Second: Sendable {
        package var acknowledged: UInt64 = 0
        package var refused: UInt64 = 0
        package var latency = LatencyHistogram(significantDigits: 2)
    }

    /// Payments that the merchant refused.
    package var refusedCount: UInt64 { refused.values.reduce(0, +) }
    /// Payments that were never sent.
    package var unsentCount: UInt64 { unsent.values.reduce(0, +) }
    /// Acknowledged payments a second, from the start to the last answer.
    package var perSecond: UInt64 {
        guard lastAnswer > 0 else { return 0 }
        // In microseconds, so that nothing overflows in years.
        return acknowledged * 1_000_000 / max(1, lastAnswer / 1000)
    }

    package static let second: UInt64 = 1_000_000_000

    package init() {}

    /// Counts an acknowledged payment, `latency` after it was due and `time` after the start.
    mutating func acknowledge(latency: UInt64, at time: UInt64, units: UInt64, _ hasReference: Bool)
    {
        acknowledged += 1
        self.units += units
        references += hasReference ? 1 : 0
        self.latency.record(latency)
        let place = reach(time)
        seconds[place].acknowledged += 1
        seconds[place].latency.record(latency)
    }

    /// Counts a payment that the merchant refused.
    mutating func refuse(_ reason: String, at time: UInt64) {
        refused[reason, default: 0] += 1
        seconds[reach(time)].refused += 1
    }

    private mutating func reach(_ time: UInt64) -> Int {
        lastAnswer = max(lastAnswer, time)
        let place = Int(time / Self.second)
        while seconds.count <= place { seconds.append(Second()) }
        return place
    }

    /// Adds what another lane, or another run, has counted.
    package mutating func merge(_ other: Tally) {
        due += other.due
        acknowledged += other.acknowledged
        units += other.units
        references += other.references
        refused.merge(other.refused, uniquingKeysWith: +)
        unsent.merge(other.unsent, uniquingKeysWith: +)
        unanswered += other.unanswered
        latency.merge(other.latency)
        lag.merge(other.lag)
        while seconds.count < other.seconds.count { seconds.append(Second()) }
        for (place, second) in other.seconds.enumerated() {
            seconds[place].acknowledged += second.acknowledged
            seconds[place].refused += second.refused
            seconds[place].latency.merge(second.latency)
        }
        lastAnswer = max(lastAnswer, other.lastAnswer)
    }
}
