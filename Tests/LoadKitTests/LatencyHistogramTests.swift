import LoadKit
import StoreConformance
import Testing

struct LatencyHistogramTests {
    private static let shares: [UInt64] = [
        0, 1, 100_000, 500_000, 900_000, 990_000, 999_000, 999_900, 1_000_000,
    ]

    @Test(arguments: [(1, 16), (2, 128), (3, 1024)])
    func percentilesAreTheExactOnesToTheDigitsPromised(digits: Int, octave: UInt64) {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var histogram = LatencyHistogram(significantDigits: digits)
            var values: [UInt64] = []
            for _ in 0..<Int.random(in: 1...3_000, using: &random) {
                // Of every size, from nanoseconds to hours.
                let value = random.next() >> UInt64.random(in: 20...64, using: &random)
                values.append(value)
                histogram.record(value)
            }
            values.sort()
            #expect(histogram.count == UInt64(values.count))
            #expect(histogram.maximum == values.last)
            for share in Self.shares {
                let product = UInt64(values.count) * share
                let rank = max(1, (product + 999_999) / 1_000_000)
                let exact = values[Int(rank) - 1]
                let found = histogram.value(at: .init(millionths: share))
                #expect(found >= exact, "seed \(seed)")
                #expect(found - exact <= exact / octave, "seed \(seed): \(found) for \(exact)")
            }
        }
    }

    @Test func smallValuesAreExact() {
        var histogram = LatencyHistogram(significantDigits: 3)
        for value in UInt64(0)..<2048 { histogram.record(value) }
        for rank in UInt64(1)...2048 { #expect(histogram.value(atRank: rank) == rank - 1) }
    }

    @Test func mergingIsCountingTogether() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var parts = Array(repeating: LatencyHistogram(significantDigits: 3), count: 3)
        var whole = LatencyHistogram(significantDigits: 3)
        for place in 0..<5_000 {
            let value = random.next() >> UInt64.random(in: 24...60, using: &random)
            parts[place % 3].record(value)
            whole.record(value)
        }
        var merged = parts[0]
        merged.merge(parts[1])
        merged.merge(parts[2])
        #expect(merged == whole, "seed \(seed)")
    }

    @Test func whatIsTooLongForItIsCountedAndStillTheMaximum() {
        var histogram = LatencyHistogram(significantDigits: 3)
        let bytes = histogram.byteCount
        histogram.record(1)
        histogram.record(UInt64.max)
        #expect(histogram.count == 2)
        #expect(histogram.maximum == UInt64.max)
        #expect(histogram.value(at: .p50) == 1)
        #expect(histogram.value(at: .p99) == UInt64.max)
        #expect(histogram.byteCount == bytes)
    }

    @Test func withoutValuesEverythingIsNothing() {
        let histogram = LatencyHistogram(significantDigits: 2)
        #expect(histogram.count == 0)
        #expect(histogram.value(at: .p999) == 0)
        #expect(histogram.maximum == 0)
    }
}
