import Benchmark
import Scenes

/// What one row measures. Each side is run as often as the others, in turn.
struct Sides {
    /// What a run does, and how many of the row's units (steps, paywords, rows) that is.
    struct Side {
        let units: Int
        /// What has to be done before each run, and is not measured.
        let prepare: () async throws -> Void
        let run: () async throws -> Void

        init(
            units: Int, prepare: @escaping () async throws -> Void = {},
            _ run: @escaping () async throws -> Void
        ) {
            self.units = units
            self.prepare = prepare
            self.run = run
        }

        /// Runs once.
        /// - Returns: nanoseconds a unit.
        func time() async throws -> Double {
            try await prepare()
            let start = ContinuousClock.now
            try await run()
            return start.duration(to: .now) / .nanoseconds(1) / Double(units)
        }
    }

    let ours: Side
    /// What cannot be beaten, or by little: run twice, so that its own noise is known.
    var limit: Side?
    /// What another scheme does for as much.
    var rival: Side?
}

/// How long rows are measured.
enum Effort {
    /// `QUICK=1`: all rows together in three minutes.
    static let isQuick = environment("QUICK") == "1"

    static func duration(_ quick: Double, _ full: Double) -> Duration {
        .milliseconds(Int64(1000 * (isQuick ? quick : full)))
    }
}

/// Registers a row. Its name is that in `rows.toml`.
///
/// An iteration runs ours, the limit, and the limit again; every other one begins with the limit.
/// What is recorded is each side's time a unit in picoseconds, and their ratios in millionths: a
/// ratio of two neighbours in time is hurt less by what else the machine does than that of two
/// medians.
func row(
    _ name: String, seconds quick: Double = 1, full: Double = 4, iterations: Int = 100_000,
    warmUp: Int = 2, _ make: @escaping () async throws -> Sides
) {
    let metrics = RowMetrics(name)
    var made: Sides?
    _ = Benchmark(
        name,
        configuration: .init(
            metrics: metrics.all, warmupIterations: warmUp,
            maxDuration: Effort.duration(quick, full), maxIterations: iterations)
    ) { (benchmark: Benchmark) async throws in
        let sides: Sides
        if let made { sides = made } else { sides = try await make() }
        made = sides
        let beginsWithOurs = benchmark.currentIteration.isMultiple(of: 2)
        var ours = beginsWithOurs ? try await sides.ours.time() : 0
        let limit = try await sides.limit?.time()
        let again = try await sides.limit?.time()
        if !beginsWithOurs { ours = try await sides.ours.time() }
        let rival = try await sides.rival?.time()
        metrics.record(ours: ours, limit: limit, again: again, rival: rival, in: benchmark)
    }
}

/// Registers a row whose figure is a count and not a time, with the most that it may be if there is
/// such a thing.
func countRow(
    _ name: String, maximum: Double?, _ count: @escaping () async throws -> Double
) {
    let metrics = RowMetrics(name)
    _ = Benchmark(
        name,
        configuration: .init(
            metrics: metrics.all, warmupIterations: 0, maxDuration: .seconds(60),
            maxIterations: 1)
    ) { (benchmark: Benchmark) async throws in
        let count = try await count()
        metrics.record(count: count, maximum: maximum, in: benchmark)
    }
}

/// The library's metrics of one row. They bear its name, because the library's export mixes up
/// those that are called alike.
struct RowMetrics {
    private let name: String
    init(_ name: String) { self.name = name }

    private func metric(_ what: String) -> BenchmarkMetric {
        .custom("\(name): \(what)", polarity: .prefersSmaller, useScalingFactor: false)
    }

    /// The export asks for the throughput of each benchmark; nobody reads it.
    var all: [BenchmarkMetric] {
        [.throughput]
            + ["ours", "limit", "ratio", "noise", "rival", "times", "count", "maximum"].map(metric)
    }

    func record(
        ours: Double, limit: Double?, again: Double?, rival: Double?, in benchmark: Benchmark
    ) {
        func record(_ what: String, _ value: Double) {
            benchmark.measurement(metric(what), Int(value.rounded()))
        }
        record("ours", ours * 1000)
        if let limit, let again {
            let mean = (limit + again) / 2
            record("limit", mean * 1000)
            record("ratio", ours / mean * 1e6)
            record("noise", abs(again - limit) / mean * 1e6)
        }
        if let rival {
            record("rival", rival * 1000)
            record("times", rival / ours * 1000)
        }
        endIteration(benchmark)
    }

    func record(count: Double, maximum: Double?, in benchmark: Benchmark) {
        benchmark.measurement(metric("count"), Int((count * 1000).rounded()))
        if let maximum {
            benchmark.measurement(metric("maximum"), Int((maximum * 1000).rounded()))
        }
        endIteration(benchmark)
    }
}

/// The library drops a benchmark whose iterations take longer than two seconds: it rounds their
/// throughput to none. What is measured here is in the custom metrics, so its own measurement is
/// kept short.
func endIteration(_ benchmark: Benchmark) {
    benchmark.startMeasurement()
    benchmark.stopMeasurement()
}
