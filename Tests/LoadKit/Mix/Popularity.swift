/// Which channel pays next: the one in place n, from 1, pays in proportion to 1/n (Zipf's law), so
/// that few are hot.
package struct Popularity: Sendable {
    /// The sum of the weights up to each place.
    private let sums: [UInt64]

    /// How often `count` channels pay, from place 0 on, every `stride`th of a longer list.
    package init(count: Int, first: Int = 0, stride: Int = 1) {
        var sum: UInt64 = 0
        sums = (0..<count).map { place in
            sum += Self.weight(first + place * stride)
            return sum
        }
    }

    /// All weights together.
    package var total: UInt64 { sums.last ?? 0 }

    /// How many payments of `payments` fall to a place on average, and no fewer than it gets in all
    /// but one of a million runs.
    package func payments(at place: Int, of payments: UInt64) -> UInt64 {
        guard total > 0 else { return 0 }
        let weight = sums[place] - (place > 0 ? sums[place - 1] : 0)
        let mean = Double(payments) * Double(weight) / Double(total)
        return UInt64(mean + 6 * mean.squareRoot() + 16)
    }

    /// A place.
    package func place(using random: inout some RandomNumberGenerator) -> Int {
        let aim = UInt64.random(in: 0..<max(1, total), using: &random)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > aim { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private static func weight(_ place: Int) -> UInt64 { (1 << 32) / UInt64(place + 1) }
}
