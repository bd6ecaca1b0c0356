import LoadKit
import StoreConformance
import Testing

struct MixTests {
    private let seed = UInt64.random(in: 0...UInt64.max)

    @Test func halfAsManyAmountsReachEachDoubling() {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let amounts = (0..<200_000).map { _ in HeavyTail.amount(bits: 16, using: &random) }
        #expect(amounts.allSatisfy { (1...65_535).contains($0) }, "seed \(seed)")
        for bits in 1...8 {
            let wanted = 200_000 >> bits
            let found = amounts.count { $0 >= 1 << UInt64(bits) }
            // Six times the deviation of a count with this mean, at most.
            let slack = Int(6 * Double(wanted).squareRoot())
            #expect(abs(found - wanted) <= slack, "seed \(seed): 2^\(bits)")
        }
    }

    @Test func aChannelPaysInInverseProportionToItsPlace() {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let popularity = Popularity(count: 100)
        var counts = Array(repeating: 0, count: 100)
        for _ in 0..<100_000 { counts[popularity.place(using: &random)] += 1 }
        #expect(counts.reduce(0, +) == 100_000)
        for (place, count) in counts.enumerated() {
            let bound = popularity.payments(at: place, of: 100_000)
            #expect(UInt64(count) <= bound, "seed \(seed): place \(place)")
        }
        #expect(counts[0] > 5 * counts[9], "seed \(seed)")
    }

    @Test func lanesShareThePopularityOfAll() {
        let whole = Popularity(count: 10)
        let lanes = (0..<3).map { Popularity(count: (12 - $0) / 3, first: $0, stride: 3) }
        #expect(lanes.reduce(0) { $0 + $1.total } == whole.total)
    }

    @Test func arrivalsComeInOrderAtTheRate() {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var arrivals = Arrivals(perSecond: 1_000)
        var last: UInt64 = 0
        for _ in 0..<100_000 {
            let next = arrivals.next(using: &random)
            #expect(next >= last)
            last = next
        }
        // 100 s on average, with a deviation of a third of a second.
        #expect((98_000_000_000...102_000_000_000).contains(last), "seed \(seed): \(last)")
    }

    @Test func chainsAreLongEnoughForWhatAKindPays() {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for kind in [ChannelKind.stream, .calls, .shop] {
            for payments in [1, 100, 20_000] as [UInt64] {
                var needed = kind.denominations.map { _ in UInt64(0) }
                for _ in 0..<payments {
                    var units = kind.amount(using: &random)
                    for place in needed.indices.reversed() {
                        needed[place] += units / kind.denominations[place]
                        units %= kind.denominations[place]
                    }
                }
                let lengths = kind.lengths(payments: payments)
                for (length, need) in zip(lengths, needed) {
                    #expect(UInt64(length) >= need, "seed \(seed): \(kind), \(payments)")
                }
            }
        }
    }
}
