public import Metrics
private import Synchronization

/// What a process counts, kept in memory and written as Prometheus reads it. A backend of
/// swift-metrics: what any library counts arrives here.
///
/// Names and labels come from the code, never from a stranger. Should a label ever take more values
/// than ``seriesMaximum``, the rest are counted together as `other`: memory stays bounded.
///
/// ```swift
/// let registry = MetricsRegistry(descriptions: ["tollchain_peer_connections": "Open connections."])
/// MetricsSystem.bootstrap(registry)
/// print(registry.text)
/// ```
public final class MetricsRegistry: Sendable {
    /// How many sets of labels one name may have.
    public static let seriesMaximum = 128

    private struct State {
        var families: [String: Family] = [:]
        var readings: [Reading] = []
    }

    private struct Family {
        let kind: MetricKind
        var series: [MetricLabels: any MetricSeries] = [:]
    }

    private struct Reading {
        let name: String
        let labels: MetricLabels
        let read: @Sendable () -> Double?
    }

    private let descriptions: [String: String]
    /// Guards the books; each series guards its own figures.
    private let state = Mutex(State())

    /// A registry without figures.
    /// - Parameter descriptions: what each name counts, for `# HELP`.
    public init(descriptions: [String: String] = [:]) { self.descriptions = descriptions }

    /// Adds a figure that is read when it is asked for; nil is left out.
    public func addGauge(
        _ name: String, _ labels: [(String, String)] = [],
        read: @escaping @Sendable () -> Double?
    ) {
        let reading = Reading(name: MetricText.name(name), labels: MetricLabels(labels), read: read)
        state.withLock { $0.readings.append(reading) }
    }

    /// All figures in the text format of Prometheus, version 0.0.4, in the order of their names.
    public var text: String {
        let (families, readings) = state.withLock { ($0.families, $0.readings) }
        var blocks: [String: (kind: MetricKind, lines: [String])] = [:]
        for (name, family) in families {
            let series = family.series.sorted { $0.key < $1.key }
            blocks[name] = (family.kind, series.flatMap { $1.lines(name, $0) })
        }
        // Outside the lock: a reading may take locks of its own.
        for reading in readings {
            guard let value = reading.read() else { continue }
            let line = MetricText.line(reading.name, reading.labels, value)
            blocks[reading.name, default: (.gauge, [])].lines.append(line)
        }
        var result = ""
        for (name, block) in blocks.sorted(by: { $0.key < $1.key }) {
            if let help = descriptions[name] {
                result += "# HELP \(name) \(MetricText.help(help))\n"
            }
            result += "# TYPE \(name) \(block.kind.rawValue)\n"
            for line in block.lines { result += line + "\n" }
        }
        return result
    }

    /// The series of a name and its labels, made at the first call. A name is of one kind: what
    /// would make it another is counted nowhere.
    fileprivate func series<Series: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricKind,
        _ make: () -> Series
    ) -> Series {
        let name = MetricText.name(label, kind)
        return state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            var labels = MetricLabels(dimensions)
            if let known = family.series[labels] { return known as? Series ?? make() }
            if family.series.count >= Self.seriesMaximum {
                labels = labels.folded
                if let known = family.series[labels] { return known as? Series ?? make() }
            }
            let made = make()
            guard family.kind == kind else { return made }
            family.series[labels] = made
            state.families[name] = family
            return made
        }
    }
}

/// Handlers live as long as the process: a counter that goes back to zero looks like a restart.
extension MetricsRegistry: MetricsFactory {
    /// A count that only grows.
    public func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        series(label, dimensions, .counter) { CountSeries() }
    }

    /// A figure that goes up and down.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { GaugeSeries() }
    }

    /// A distribution if it aggregates, else a figure that goes up and down.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate
            ? series(label, dimensions, .histogram) { HistogramSeries(bounds: .sizes) }
            : series(label, dimensions, .gauge) { GaugeSeries() }
    }

    /// A distribution of times, in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) { HistogramSeries(bounds: .seconds) }
    }

    /// Keeps the count.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Keeps the figure.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Keeps the distribution.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Keeps the distribution.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
