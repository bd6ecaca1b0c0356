import Foundation

extension Chart {
    static func logarithm(_ value: Double) -> Double { log10(value) }
}

extension LoadReport {
    /// Latency by percentile: the share that is slower falls to a tenth from mark to mark.
    package var latencyChart: Chart {
        let latency = measured.latency
        let steps = 20
        var points: [(x: Double, y: Double)] = []
        // A tenth of what is slower, in twentieths of the way, as far as there are payments.
        for step in 0...(5 * steps) {
            let slower = pow(10, -Double(step) / Double(steps))
            guard slower * Double(latency.count) >= 1 else { break }
            let share = UInt64((1 - slower) * Double(LatencyHistogram.Share.whole))
            points.append(
                (1 / slower, Double(latency.value(at: .init(millionths: share)))))
        }
        let decades = max(1, Int(Chart.logarithm(points.last?.x ?? 10).rounded(.up)))
        let names = ["0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"]
        let across = Chart.Axis(
            ticks: (0...decades).map {
                (Double($0) / Double(decades), names[min($0, names.count - 1)])
            }, place: { Chart.logarithm($0) / Double(decades) })
        let up = Chart.Axis.powers(
            from: points.first?.y ?? 1, to: Double(max(latency.maximum, 1)),
            label: { DurationText.of(UInt64($0)) })
        return Chart(
            title: "Latency from when a payment was due, by percentile", note: note,
            across: across,
            panels: [
                Chart.Panel(
                    up: up,
                    series: [Chart.Series(name: "\(latency.count) payments", points: points)])
            ])
    }

    /// Throughput, latency and the merchant's memory over time.
    package var runChart: Chart {
        let seconds = measured.seconds
        func points(_ value: (Tally.Second) -> UInt64) -> [(x: Double, y: Double)] {
            seconds.enumerated().map { (Double($0), Double(value($1))) }
        }
        // A second without an answer has no latency.
        let median = points { $0.latency.value(at: .p50) }.filter { $0.y > 0 }
        let slow = points { $0.latency.value(at: .p99) }.filter { $0.y > 0 }
        let rates = points(\.acknowledged)
        let memory = self.memory.samples.enumerated().map { (x: Double($0), y: Double($1)) }
        return Chart(
            title: "Payments, latency and resident memory over time", note: note,
            across: .linear(
                to: Double(max(1, seconds.count, memory.count)), label: { "\(Int($0)) s" }),
            panels: [
                Chart.Panel(
                    up: .linear(to: rates.map(\.y).max() ?? 1, label: { "\(Int($0))" }),
                    series: [Chart.Series(name: "payments a second", points: rates)]),
                Chart.Panel(
                    up: .powers(
                        from: median.map(\.y).min() ?? 1,
                        to: slow.map(\.y).max() ?? 1,
                        label: { DurationText.of(UInt64($0)) }),
                    series: [
                        Chart.Series(name: "p50", points: median),
                        Chart.Series(name: "p99", points: slow),
                    ]),
                Chart.Panel(
                    up: .linear(
                        to: memory.map { $0.y / 1_048_576 }.max() ?? 1,
                        label: { "\(Int($0)) MiB" }),
                    series: [
                        Chart.Series(
                            name: "merchant’s resident memory",
                            points: memory.map { ($0.x, $0.y / 1_048_576) })
                    ]),
            ])
    }

    private var note: String {
        "\(plan.store); \(plan.channels) channels, \(plan.active) active, "
            + "\(plan.connections) connections; \(plan.rate) a second due; \(Self.build) build"
    }
}
