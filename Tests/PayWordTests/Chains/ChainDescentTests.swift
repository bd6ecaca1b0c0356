import FixtureKit
import PayWord
import Testing

/// Walks and trails over spans and arrays, against one walk at a time.
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

    @Test func aTrailKeepsWhatLiesOnTheWay() {
        let seed = TestSeed.choose(for: "aTrailKeepsWhatLiesOnTheWay")
        var random = SeededRandom(seed: seed)
        let key = ChainKey.random(using: &random)
        let tip = ChainPosition(index: ChainIndex(64), payword: .random(using: &random))
        let wanted = [64, 63, 32, 32, 16, 1, 0].map(ChainIndex.init)
        let trail = key.walk(from: tip, steps: 64, keeping: wanted)
        #expect(trail.reached == key.walk(from: tip, steps: 64))
        #expect(trail.kept.map(\.index) == wanted)
        for position in trail.kept {
            #expect(
                key.payword(at: position.index, from: tip) == position.payword, "seed \(seed)")
        }
    }

    @Test func aTrailLeavesOutWhatIsNotOnTheWay() {
        let key = ChainKey.zero
        let tip = ChainPosition(index: ChainIndex(10), payword: .zero)
        let wanted = [11, 9, .max, 7, 8, 6, 2].map(ChainIndex.init)
        let trail = key.walk(from: tip, steps: 4, keeping: wanted)
        #expect(trail.kept.map(\.index.value) == [9, 7, 6])
        #expect(key.walk(from: tip, steps: 0, keeping: []).kept.isEmpty)
        #expect(key.walk(from: tip, steps: 0, keeping: [tip.index]).kept == [tip])
    }

    @Test func manyTrailsAreAsEachAlone() {
        let seed = TestSeed.choose(for: "manyTrailsAreAsEachAlone")
        var random = SeededRandom(seed: seed)
        let descents = (0..<30).map { _ in descent(using: &random) }
        var wanted = descents.map { descent in
            (0..<Int.random(in: 0...6, using: &random)).map { _ in
                ChainIndex(
                    UInt32.random(in: descent.end.value...descent.index.value, using: &random))
            }.sorted(by: >)
        }
        wanted.removeLast(3)
        let trails = ChainDescent.walk(descents, keeping: wanted)
        #expect(trails.count == descents.count)
        for (place, descent) in descents.enumerated() {
            let alone = descent.key.walk(
                from: start(descent), steps: descent.steps,
                keeping: place < wanted.count ? wanted[place] : [])
            #expect(trails[place] == alone, "seed \(seed), trail \(place)")
            #expect(alone.reached == self.alone(descent), "seed \(seed)")
        }
    }

    private func descent(using random: inout SeededRandom) -> ChainDescent {
        let index = UInt32.random(in: 0...90, using: &random)
        return ChainDescent(
            key: .random(using: &random),
            from: ChainPosition(index: ChainIndex(index), payword: .random(using: &random)),
            steps: UInt32.random(in: 0...index, using: &random))
    }

    private func start(_ descent: ChainDescent) -> ChainPosition {
        ChainPosition(index: descent.index, payword: descent.payword)
    }

    private func alone(_ descent: ChainDescent) -> ChainPosition {
        descent.key.walk(from: start(descent), steps: descent.steps)
    }
}
