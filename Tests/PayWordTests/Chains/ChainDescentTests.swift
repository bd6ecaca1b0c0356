import FixtureKit
import PayWord
import Testing

/// Many walks over spans and arrays, against one walk at a time.
@Suite struct ChainDescentTests {
    @Test func manyWalksLeadWhereEachLeadsAlone() {
        let seed = TestSeed.choose(for: "manyWalksLeadWhereEachLeadsAlone")
        var random = SeededRandom(seed: seed)
        for count in 0...40 {
            let descents = (0..<count).map { _ in descent(using: &random) }
            let results = ChainDescent.walk(descents)
            #expect(results == descents.map(alone).map(\.payword), "seed \(seed), \(count) walks")
        }
    }

    @Test func resultsGoWhereThereIsRoom() {
        let seed = TestSeed.choose(for: "resultsGoWhereThereIsRoom")
        var random = SeededRandom(seed: seed)
        let descents = (0..<20).map { _ in descent(using: &random) }
        for room in [0, 1, 19, 20, 25] {
            var results = [Payword](repeating: .zero, count: room)
            var span = results.mutableSpan
            ChainDescent.walk(descents.span, into: &span)
            let taken = descents.prefix(room).map { alone($0).payword }
            let untouched = [Payword](repeating: .zero, count: room - taken.count)
            #expect(results == taken + untouched, "seed \(seed), room for \(room)")
        }
    }

    @Test func moreStepsThanTheIndexLeadToTheRoot() {
        let from = ChainPosition(index: ChainIndex(3), payword: .zero)
        let descent = ChainDescent(key: .zero, from: from, steps: .max)
        #expect(descent.steps == 3)
        #expect(descent.end == .zero)
        #expect(
            ChainDescent.walk([descent]) == [ChainKey.zero.walk(from: from, steps: 3).payword])
    }

    private func descent(using random: inout SeededRandom) -> ChainDescent {
        let index = UInt32.random(in: 0...90, using: &random)
        return ChainDescent(
            key: .random(using: &random),
            from: ChainPosition(index: ChainIndex(index), payword: .random(using: &random)),
            steps: UInt32.random(in: 0...index, using: &random))
    }

    private func alone(_ descent: ChainDescent) -> ChainPosition {
        descent.key.walk(
            from: ChainPosition(index: descent.index, payword: descent.payword),
            steps: descent.steps)
    }
}
