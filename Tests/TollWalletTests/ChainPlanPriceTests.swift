import PayWord
import Testing
import TollWallet

@Suite("Chain plan for a price")
struct ChainPlanPriceTests {
    @Test(
        "As many payments as were planned leave no credit behind",
        arguments: [
            // capacity, price, count
            (2_500_000, 2500, 1000), (4_975_000, 2500, 1000), (25_000_000, 2500, 1000),
            (25_000, 2500, 1), (9999 * 300, 9999, 300), (1_234_567, 777, 1500), (7, 7, 1),
            (1, 1, 1), (123_456_789_012, 12_345_678_901, 3),
        ] as [(UInt64, UInt64, UInt64)])
    func paysThePriceExactly(capacity: UInt64, price: UInt64, count: UInt64) throws {
        let plan = try ChainPlan(
            capacity: Amount(units: capacity), price: Amount(units: price), count: count)
        #expect(try plan.worth.units == capacity)
        #expect(plan.chains.count <= 8)
        var revealed = plan.chains.map { _ in ChainIndex.zero }
        for number in 1...count {
            let choice = try AdvanceChooser.choose(
                chains: zip(plan.chains, revealed).map {
                    AdvanceChooser.Chain(
                        denomination: $0.denomination, length: $0.length, revealed: $1)
                }, credit: .zero, amount: Amount(units: price))
            #expect(choice.excess == .zero, "payment \(number)")
            revealed = choice.indexes
        }
    }

    @Test func laterPaymentsOfThePriceAndOtherAmountsAreExactToo() throws {
        let plan = try ChainPlan(
            capacity: Amount(units: 25_000_000), price: Amount(units: 2500), count: 1000)
        var revealed = plan.chains.map { _ in ChainIndex.zero }
        for number in 1...9000 as ClosedRange<UInt64> {
            let amount: UInt64 = number % 100 == 0 ? number % 977 + 1 : 2500
            let choice = try AdvanceChooser.choose(
                chains: zip(plan.chains, revealed).map {
                    AdvanceChooser.Chain(
                        denomination: $0.denomination, length: $0.length, revealed: $1)
                }, credit: .zero, amount: Amount(units: amount))
            #expect(choice.excess == .zero, "payment \(number) of \(amount)")
            revealed = choice.indexes
        }
    }

    @Test func aHugeCapacityMakesNoChainThatTakesMinutes() throws {
        let plan = try ChainPlan(
            capacity: Amount(units: 999_999_000_000), price: Amount(units: 999_999), count: 10)
        let paywords = plan.chains.reduce(0) { $0 + UInt64($1.length.value) }
        #expect(paywords < 1 << 22)
    }

    @Test func refusesWhatCannotBePaid() {
        #expect(throws: Refusal(.malformed)) {
            _ = try ChainPlan(capacity: Amount(units: 99), price: Amount(units: 10), count: 10)
        }
        #expect(throws: Refusal(.malformed)) {
            _ = try ChainPlan(capacity: Amount(units: 99), price: .zero, count: 10)
        }
        #expect(throws: Refusal(.malformed)) {
            _ = try ChainPlan(capacity: .zero, price: .zero, count: 0)
        }
    }
}
