/// How many values there were of each size, in constant memory: the buckets of an HDR histogram
/// (G. Tene, "HdrHistogram"), exact below the first octave and as wide as a fixed share of the value
/// above it.
///
/// ```swift
/// var latencies = LatencyHistogram(significantDigits: 3)
/// latencies.record(1_250_000)
/// latencies.value(at: .p99)      // at most 0.1 % above the exact percentile, never below it
/// ```
package struct LatencyHistogram: Sendable, Equatable {
    /// What is above this is counted in the last bucket: near five hours, in nanoseconds.
    package static let valueMaximum: UInt64 = 1 << 44 - 1

    /// Each octave has 2 to this power buckets.
    private let octaveBits: Int
    private var counts: [UInt64]
    /// How many values there are.
    package private(set) var count: UInt64 = 0
    /// The greatest value, exactly; 0 if there is none.
    package private(set) var maximum: UInt64 = 0

    /// An empty histogram, whose answers have 1 to 3 significant digits.
    package init(significantDigits: Int) {
        octaveBits = [4, 7, 10][min(max(significantDigits, 1), 3) - 1]
        counts = Array(
            repeating: 0, count: Self.bucket(of: Self.valueMaximum, octaveBits) + 1)
    }

    /// How many bytes the counts take, however many values there are.
    package var byteCount: Int { counts.count * MemoryLayout<UInt64>.stride }

    /// Counts a value.
    package mutating func record(_ value: UInt64) {
        counts[Self.bucket(of: min(value, Self.valueMaximum), octaveBits)] += 1
        count += 1
        maximum = max(maximum, value)
    }

    /// Adds what another has counted. Both must have as many digits.
    package mutating func merge(_ other: LatencyHistogram) {
        precondition(octaveBits == other.octaveBits, "histograms of different widths")
        for place in counts.indices { counts[place] += other.counts[place] }
        count += other.count
        maximum = max(maximum, other.maximum)
    }

    /// The least value that has this share of all values at or below it, to the digits that the
    /// histogram has; 0 if there is no value.
    package func value(at share: Share) -> UInt64 {
        value(atRank: share.rank(of: count))
    }

    /// The value that is the `rank`th by size, from 1.
    package func value(atRank rank: UInt64) -> UInt64 {
        guard count > 0 else { return 0 }
        var passed: UInt64 = 0
        for (place, here) in counts.enumerated() where here > 0 {
            passed += here
            if passed >= rank {
                // What does not fit a bucket is known exactly only if it is the greatest.
                return place == counts.count - 1 ? maximum : min(highest(place), maximum)
            }
        }
        return maximum
    }

    private static func bucket(of value: UInt64, _ octaveBits: Int) -> Int {
        let octave = max(0, 63 - (value | 1).leadingZeroBitCount - octaveBits)
        return octave << octaveBits + Int(value >> UInt64(octave))
    }

    private func highest(_ bucket: Int) -> UInt64 {
        let octave = max(0, bucket >> octaveBits - 1)
        return UInt64(bucket - octave << octaveBits + 1) << UInt64(octave) - 1
    }
}

extension LatencyHistogram {
    /// A part of all values, in millionths.
    package struct Share: Sendable, Hashable {
        package static let whole: UInt64 = 1_000_000
        package static let p50 = Share(millionths: 500_000)
        package static let p90 = Share(millionths: 900_000)
        package static let p99 = Share(millionths: 990_000)
        package static let p999 = Share(millionths: 999_000)

        package let millionths: UInt64

        package init(millionths: UInt64) { self.millionths = min(millionths, Self.whole) }

        /// Which value of `count` by size is the least that has this share at or below it, from 1.
        package func rank(of count: UInt64) -> UInt64 {
            let product = count.multipliedFullWidth(by: millionths)
            let (quotient, remainder) = Self.whole.dividingFullWidth(product)
            return max(1, quotient + (remainder > 0 ? 1 : 0))
        }
    }
}
