import PayWord
import StoreConformance
import Testing
import TollWallet

@Suite("Advance chooser")
struct AdvanceChooserTests {
    private func chain(
        _ denomination: UInt64, _ length: UInt32, _ revealed: UInt32 = 0
    ) throws -> AdvanceChooser.Chain {
        AdvanceChooser.Chain(
            denomination: try units(denomination), length: ChainIndex(length),
            revealed: ChainIndex(revealed))
    }

    private func choose(
        _ chains: [AdvanceChooser.Chain], _ amount: UInt64, credit: UInt64 = 0
    ) throws -> AdvanceChooser.Choice {
        try AdvanceChooser.choose(
            chains: chains, credit: units(credit), amount: units(amount))
    }

    @Test func takesTheFewestHashesForTheExactAmount() throws {
        let choice = try choose([chain(1, 100), chain(10, 100), chain(100, 100)], 237)
        #expect(choice.indexes.map(\.value) == [7, 3, 2])
        #expect(choice.steps == 12)
        #expect(choice.excess == .zero)
    }

    @Test func prefersAnExactSetToAShorterOne() throws {
        // 7 = 5 + 1 + 1, although 5 + 5 has fewer steps.
        let choice = try choose([chain(5, 10), chain(1, 10)], 7)
        #expect(choice.indexes.map(\.value) == [1, 2])
        // 12 = 4 × 3, where the greedy 5 + 5 leaves 2.
        #expect(try choose([chain(5, 10), chain(4, 10)], 12).indexes.map(\.value) == [0, 3])
    }

    @Test func usesCreditFirst() throws {
        let choice = try choose([chain(10, 10, 3)], 25, credit: 15)
        #expect(choice.indexes.map(\.value) == [4])
        #expect(choice.excess == .zero)
        let free = try choose([chain(10, 10, 3)], 10, credit: 15)
        #expect(free.steps == 0)
        #expect(try free.excess == units(5))
    }

    @Test func overpaysByTheLeastWhereNoExactSetIsLeft() throws {
        let choice = try choose([chain(1, 10, 10), chain(10, 10), chain(25, 10)], 31)
        #expect(choice.indexes.map(\.value) == [10, 1, 1])
        #expect(try choice.excess == units(4))
    }

    @Test func refusesWhatIsNotThere() throws {
        #expect(throws: Refusal(.insufficientFunds)) {
            _ = try choose([chain(1, 10, 5), chain(10, 1)], 16)
        }
        #expect(try choose([chain(1, 10, 5), chain(10, 1)], 15).steps == 6)
        #expect(throws: Refusal(.insufficientFunds)) { _ = try choose([], 1) }
    }

    @Test func unusualDenominationsEndInBoundedTime() throws {
        let chains = try [
            chain(1_000_003, 4_000_000_000), chain(999_983, 4_000_000_000),
            chain(999_979, 4_000_000_000), chain(2, 3),
        ]
        let choice = try choose(chains, 1_234_567_890_123)
        #expect(choice.worth >= (try units(1_234_567_890_123)))
        #expect(choice.excess < (try units(1_000_003)))
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func agreesWithBruteForce(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let chains = try (0..<Int.random(in: 1...4, using: &random)).map { _ in
                let length = UInt32.random(in: 1...6, using: &random)
                return try chain(
                    UInt64.random(in: 1...12, using: &random), length,
                    UInt32.random(in: 0...length, using: &random))
            }
            let amount = UInt64.random(in: 1...60, using: &random)
            let best = bruteForce(chains, amount)
            let choice = try? choose(chains, amount)
            #expect(choice?.excess.units == best?.excess, "seed \(seed)")
            #expect(choice?.steps == best?.steps, "seed \(seed)")
            guard let choice else { continue }
            let worth = zip(chains, choice.indexes).reduce(UInt64(0)) {
                $0 + $1.0.denomination.units * UInt64($1.1.steps(downTo: $1.0.revealed))
            }
            #expect(worth == choice.worth.units, "seed \(seed)")
            #expect(worth == amount + choice.excess.units, "seed \(seed)")
        }
    }

    private func bruteForce(
        _ chains: [AdvanceChooser.Chain], _ amount: UInt64
    ) -> (excess: UInt64, steps: UInt64)? {
        var sets: [(worth: UInt64, steps: UInt64)] = [(0, 0)]
        for chain in chains {
            sets = sets.flatMap { set in
                (0...UInt64(chain.available)).map {
                    (set.worth + $0 * chain.denomination.units, set.steps + $0)
                }
            }
        }
        return sets.filter { $0.worth >= amount }.map { ($0.worth - amount, $0.steps) }
            .min { $0 < $1 }
    }
}

@Suite("Chain plan")
struct ChainPlanTests {
    @Test(arguments: [1, 9, 2000, 2001, 12_345, 1_000_000, 987_654_321, 1 << 40] as [UInt64])
    func isWorthExactlyWhatWasWanted(capacity: UInt64) throws {
        let plan = try ChainPlan(capacity: units(capacity))
        #expect(try plan.worth == units(capacity))
        #expect(plan.chains.count <= 8)
        // Every amount can be made at once.
        let chains = plan.chains.map {
            AdvanceChooser.Chain(
                denomination: $0.denomination, length: $0.length, revealed: .zero)
        }
        let choice = try AdvanceChooser.choose(
            chains: chains, credit: .zero, amount: units(capacity / 2 + 1))
        #expect(choice.excess == .zero)
    }

    @Test func refusesWhatNoCommitmentCanCarry() throws {
        #expect(throws: Refusal(.malformed)) { _ = try ChainPlan(capacity: .zero) }
        #expect(throws: Refusal(.malformed)) {
            _ = try ChainPlan(capacity: units(15), smallest: units(10))
        }
        #expect(throws: Refusal(.tooLarge)) { _ = try ChainPlan(capacity: .maximum) }
        #expect(throws: Refusal(.malformed)) { _ = try ChainPlan(chains: []) }
        #expect(throws: Refusal(.malformed)) { _ = try plan((0, 5)) }
        #expect(throws: Refusal(.malformed)) { _ = try plan((5, 0)) }
        #expect(throws: Refusal(.amountOverflow)) {
            _ = try plan((1 << 62, 1), (1 << 62, 1))
        }
    }
}
