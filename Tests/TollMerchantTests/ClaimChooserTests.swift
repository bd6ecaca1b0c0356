import PayWord
import StoreConformance
import Testing
import TollMerchant

@Suite struct ClaimChooserTests {
    typealias Chain = ClaimChooser.Chain

    private func chain(_ denomination: UInt64, _ range: ClosedRange<UInt32>) throws -> Chain {
        Chain(
            denomination: try Amount(units: denomination), lower: ChainIndex(range.lowerBound),
            upper: ChainIndex(range.upperBound))
    }

    private func worth(_ chains: [Chain], _ indexes: [ChainIndex]) -> UInt64 {
        zip(chains, indexes).reduce(0) { $0 + $1.0.denomination.units * UInt64($1.1.value) }
    }

    @Test func theMostThatIsNotAbove() throws {
        let chains = [try chain(1000, 0...2), try chain(1, 0...300)]
        let found = try #require(
            try ClaimChooser.most(notAbove: Amount(units: 1250), chains))
        #expect(found.map(\.value) == [1, 250])
        let less = try #require(try ClaimChooser.most(notAbove: Amount(units: 1999), chains))
        #expect(less.map(\.value) == [1, 300])
        let none = try #require(try ClaimChooser.most(notAbove: .zero, chains))
        #expect(none.map(\.value) == [0, 0])
    }

    @Test func greedyWouldMissIt() throws {
        let chains = [try chain(7, 0...10), try chain(5, 0...10)]
        let found = try #require(try ClaimChooser.most(notAbove: Amount(units: 15), chains))
        #expect(worth(chains, found) == 15)  // three fives, where two sevens come first
    }

    @Test func nothingGoesBack() throws {
        let chains = [try chain(100, 3...9), try chain(1, 40...50)]
        let found = try #require(try ClaimChooser.most(notAbove: Amount(units: 470), chains))
        #expect(found.map(\.value) == [4, 50])
        #expect(try ClaimChooser.most(notAbove: Amount(units: 339), chains) == nil)
    }

    @Test func theLeastThatIsNotBelow() throws {
        let chains = [try chain(100, 0...9), try chain(10, 0...3)]
        let found = try #require(try ClaimChooser.least(notBelow: Amount(units: 215), chains))
        #expect(found.map(\.value) == [2, 2])
        let rounded = try #require(try ClaimChooser.least(notBelow: Amount(units: 231), chains))
        #expect(rounded.map(\.value) == [3, 0])
        #expect(try ClaimChooser.least(notBelow: Amount(units: 931), chains) == nil)
    }

    @Test func overflowIsRefused() throws {
        let chains = [try chain(UInt64(Int64.max), 0...2)]
        #expect(throws: Refusal(.amountOverflow)) {
            try ClaimChooser.most(notAbove: .maximum, chains)
        }
        #expect(throws: Refusal(.amountOverflow)) {
            try ClaimChooser.least(notBelow: .zero, chains)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func noChoiceIsBetter(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var chains: [Chain] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let lower = UInt32.random(in: 0...3, using: &random)
                chains.append(
                    try chain(
                        UInt64.random(in: 1...30, using: &random),
                        lower...(lower + UInt32.random(in: 0...6, using: &random))))
            }
            let target = UInt64.random(in: 0...600, using: &random)
            let all = everyWorth(chains)
            let most = try ClaimChooser.most(notAbove: Amount(units: target), chains)
            #expect(most.map { worth(chains, $0) } == all.filter { $0 <= target }.max())
            let least = try ClaimChooser.least(notBelow: Amount(units: target), chains)
            #expect(least.map { worth(chains, $0) } == all.filter { $0 >= target }.min())
            for found in [most, least].compactMap(\.self) {
                #expect(zip(chains, found).allSatisfy { ($0.lower...$0.upper).contains($1) })
            }
        }
    }

    private func everyWorth(_ chains: [Chain]) -> Set<UInt64> {
        chains.reduce([0]) { sums, chain in
            Set(
                sums.flatMap { sum in
                    (chain.lower.value...chain.upper.value).map {
                        sum + chain.denomination.units * UInt64($0)
                    }
                })
        }
    }

    /// A payer may choose denominations for which the best is hard to find: the work is bounded, and
    /// what is found is still within the limits and near the target.
    @Test func awkwardDenominationsCostBoundedWork() throws {
        let most = UInt32.max / 16
        let chains = try [999_983, 999_979, 999_961, 999_959, 999_953, 999_931, 999_917, 999_907]
            .map { try chain($0, 0...most) }
        let target = try Amount(units: 1_234_567_890_123_457)
        for _ in 0..<50 {
            let found = try #require(try ClaimChooser.most(notAbove: target, chains))
            let short = target.units - worth(chains, found)
            #expect(short < 999_983)
        }
    }
}
