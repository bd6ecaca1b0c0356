internal import Metrics
private import Synchronization

/// One figure, or one distribution, under one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    func lines(_ name: String, _ labels: MetricLabels) -> [String]
}

/// A count that only grows.
final class CountSeries: MetricSeries, CounterHandler {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }

    func lines(_ name: String, _ labels: MetricLabels) -> [String] {
        [MetricText.line(name, labels, "\(count.load(ordering: .relaxed))")]
    }
}

/// A figure that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    /// Guarded, since it may be raised from any thread.
    private let value = Mutex(0.0)

    func set(_ newValue: Int64) { set(Double(newValue)) }
    func set(_ newValue: Double) { value.withLock { $0 = newValue } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ newValue: Int64) { set(newValue) }
    func record(_ newValue: Double) { set(newValue) }

    func lines(_ name: String, _ labels: MetricLabels) -> [String] {
        [MetricText.line(name, labels, value.withLock(\.self))]
    }
}

/// How often a figure fell below each of some bounds.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    /// The upper bounds of its buckets.
    struct Bounds: Sendable {
        let values: [Double]

        /// From a tenth of a millisecond, which an idle disk may take, to ten seconds.
        static let seconds = Bounds(values: [
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
            2.5, 5, 10,
        ])
        /// Powers of four.
        static let sizes = Bounds(values: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536])
    }

    private struct Figures {
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    /// Guarded, since a reader must see a sum that fits its counts.
    private let figures: Mutex<Figures>

    init(bounds: Bounds) {
        self.bounds = bounds.values
        figures = Mutex(Figures(counts: Array(repeating: 0, count: bounds.values.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        figures.withLock { figures in
            figures.counts[bucket] += 1
            figures.sum += value
        }
    }

    func lines(_ name: String, _ labels: MetricLabels) -> [String] {
        let figures = figures.withLock(\.self)
        var below: UInt64 = 0
        var lines: [String] = []
        for (position, count) in figures.counts.enumerated() {
            below += count
            let bound = position < bounds.count ? MetricText.number(bounds[position]) : "+Inf"
            lines.append(
                MetricText.line("\(name)_bucket", labels.adding("le", bound), "\(below)"))
        }
        lines.append(MetricText.line("\(name)_sum", labels, figures.sum))
        lines.append(MetricText.line("\(name)_count", labels, "\(below)"))
        return lines
    }
}
