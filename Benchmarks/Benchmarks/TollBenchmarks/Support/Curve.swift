import Benchmark

/// Registers a growth curve: what a unit costs at each of some sizes, all of them in turn in every
/// iteration.
///
/// `curves.toml` says how it is drawn. `make` gives one side for each series and size.
func curve(
    _ name: String, series: [String], sizes: [Int], seconds quick: Double = 2, full: Double = 8,
    iterations: Int = 2000,
    _ make: @escaping (_ series: String, _ size: Int) async throws -> Sides.Side
) {
    func metric(_ series: String, _ size: Int) -> BenchmarkMetric {
        .custom("\(name): \(series) at \(size)", useScalingFactor: false)
    }
    let points = series.flatMap { series in sizes.map { (series, $0) } }
    var sides: [Sides.Side] = []
    _ = Benchmark(
        "curve: \(name)",
        configuration: .init(
            metrics: [.throughput] + points.map { metric($0, $1) }, warmupIterations: 1,
            maxDuration: Effort.duration(quick, full), maxIterations: iterations)
    ) { (benchmark: Benchmark) async throws in
        if sides.isEmpty {
            for (series, size) in points { sides.append(try await make(series, size)) }
        }
        for ((series, size), side) in zip(points, sides) {
            let time = try await side.time()
            benchmark.measurement(metric(series, size), Int((time * 1000).rounded()))
        }
        endIteration(benchmark)
    }
}
