import Metrics
import Testing
import TollOperator

struct MetricsRegistryTests {
    @Test func countsAreWrittenWithTheirLabelsInOrder() {
        let registry = MetricsRegistry(descriptions: ["payments_total": "Payments\nof all kinds."])
        let stale = registry.makeCounter(label: "payments", dimensions: [("reason", "stale-index")])
        stale.increment(by: 2)
        registry.makeCounter(label: "payments", dimensions: [("reason", "busy")]).increment(by: 1)
        registry.makeCounter(label: "payments", dimensions: [("reason", "busy")]).increment(by: 1)
        #expect(
            registry.text == """
                # HELP payments_total Payments of all kinds.
                # TYPE payments_total counter
                payments_total{reason="busy"} 2
                payments_total{reason="stale-index"} 2

                """)
    }

    @Test func aTimerIsAHistogramInSeconds() {
        let registry = MetricsRegistry()
        let timer = registry.makeTimer(label: "commit_seconds", dimensions: [])
        timer.recordNanoseconds(3_000_000)
        timer.recordNanoseconds(20_000_000_000)
        let lines = registry.text.split(separator: "\n")
        #expect(lines.first == "# TYPE commit_seconds histogram")
        #expect(lines.contains(#"commit_seconds_bucket{le="0.0025"} 0"#))
        #expect(lines.contains(#"commit_seconds_bucket{le="0.005"} 1"#))
        #expect(lines.contains(#"commit_seconds_bucket{le="10"} 1"#))
        #expect(lines.contains(#"commit_seconds_bucket{le="+Inf"} 2"#))
        #expect(lines.contains("commit_seconds_count 2"))
        #expect(lines.contains { $0.hasPrefix("commit_seconds_sum 20.003") })
    }

    @Test func figuresAreReadWhenTheyAreAskedFor() {
        let registry = MetricsRegistry()
        registry.addGauge("waiting") { 7 }
        registry.addGauge("unknown") { nil }
        registry.makeMeter(label: "open", dimensions: []).set(Int64(3))
        #expect(registry.text == "# TYPE open gauge\nopen 3\n# TYPE waiting gauge\nwaiting 7\n")
    }

    @Test func aStrangersTextCanEndNoLineAndNoQuotes() {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "a-b.c", dimensions: [("x", "\"} 1\nfake 2\u{1b}\\")])
            .increment(by: 1)
        #expect(
            registry.text
                == "# TYPE a_b_c_total counter\na_b_c_total{x=\"\\\"} 1\\nfake 2\\\\\"} 1\n")
    }

    @Test func labelsCannotGrowWithoutBound() {
        let registry = MetricsRegistry()
        let count = 3 * MetricsRegistry.seriesMaximum
        for number in 0..<count {
            registry.makeCounter(label: "x", dimensions: [("n", "\(number)")]).increment(by: 1)
        }
        let lines = registry.text.split(separator: "\n").dropFirst()
        #expect(lines.count == MetricsRegistry.seriesMaximum + 1)
        let rest = count - MetricsRegistry.seriesMaximum
        #expect(lines.contains("x_total{n=\"other\"} \(rest)"))
    }

    @Test func aNameHasOneKind() {
        let registry = MetricsRegistry()
        registry.makeMeter(label: "x_total", dimensions: []).set(Int64(1))
        registry.makeCounter(label: "x", dimensions: []).increment(by: 5)
        #expect(registry.text == "# TYPE x_total gauge\nx_total 1\n")
    }
}
