import PayWord
import StoreConformance
import Testing

@testable import TollBroker

@Suite struct ChainWalkTests {
    /// A walk of `steps` steps that is right, or ends one step beside what was redeemed.
    private func walk(
        _ number: Int, steps: UInt32, isRight: Bool,
        using generator: inout some RandomNumberGenerator
    ) -> ChainWalk {
        let key = ChainKey.random(using: &generator)
        let redeemed = ChainIndex(UInt32.random(in: 0...1000, using: &generator))
        let from = ChainPosition(
            index: ChainIndex(redeemed.value + steps), payword: .random(using: &generator))
        let end = key.walk(from: from, steps: isRight ? steps : steps - 1)
        return ChainWalk(
            claim: number, key: key, from: from,
            to: ChainPosition(index: redeemed, payword: end.payword))
    }

    @Test(arguments: [0, 1, 2, 17, 200])
    func wrongWalksAreFoundAmongRightOnes(count: Int) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        // A heavy tail: some are longer than what one turn of their task takes.
        let expected = (0..<count).map { _ in Bool.random(using: &generator) }
        let walks = expected.enumerated().map { number, isRight in
            let longest: UInt32 = number % 16 == 7 ? 80_000 : 300
            return walk(
                number, steps: UInt32.random(in: 1...longest, using: &generator),
                isRight: isRight, using: &generator)
        }
        #expect(await ChainWalk.leadDown(walks) == expected, "seed \(seed)")
    }
}

@Suite struct CostedWorkTests {
    @Test func tasksAreAsLargeAsAskedAndKeepTheOrder() async {
        let items = Array(1...100)
        let sizes = await CostedWork.map(
            items, CostedWork.Tasks(cost: 50, count: 4), cost: { UInt64($0) }
        ) { slice in slice.map { ($0, slice.count, slice.reduce(0, +)) } }
        #expect(sizes.map(\.0) == items)
        #expect(sizes.dropLast(4).allSatisfy { $0.1 >= 4 && $0.2 >= 50 })
        #expect(Set(sizes.map(\.1)).count > 1)
        let none = await CostedWork.map([Int](), cost: { _ in 1 }) { $0 }
        #expect(none.isEmpty)
    }
}
