import PayWord
import StoreConformance
import Testing
import TollMerchant

/// A broker that counts other amounts than were claimed, without refusing anything.
@Suite struct DiscrepancyTests {
    private func root(_ bench: MerchantBench) -> PublicKey { bench.broker.root.publicKey }

    /// A channel with 300 settled and as much due.
    private func bench() async throws -> (MerchantBench, PayingChannel) {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        _ = try await bench.redeemer(seed: 1).redeem(at: root(bench))
        try await bench.pay(channel, [channel.claim(0, 6)], 300)
        return (bench, channel)
    }

    @Test(arguments: [(TestBroker.Cheat.less, 200), (.more, 400)] as [(TestBroker.Cheat, UInt64)])
    func anotherAmountIsKeptAndTold(cheat: TestBroker.Cheat, counted: UInt64) async throws {
        let (bench, channel) = try await bench()
        bench.broker.set(\.cheat, cheat)
        let report = try await bench.redeemer(seed: 2).redeem(at: root(bench))
        let found = try #require(report.discrepancies.first)
        #expect(report.discrepancies.count == 1)
        #expect(found.commitmentID == channel.id)
        #expect((found.expected.units, found.counted.units) == (300, counted))
        // What came is booked, and what did not come is not lost track of.
        #expect(try report.totals().gross.units == counted)
        let balance = try await bench.store.balance(of: bench.euro)
        #expect(balance.short.units == (cheat == .less ? 100 : 0))
        #expect(balance.inFlight == .zero)
        // What the broker signed is kept, whole.
        let kept = try #require(try await bench.store.keptAnswer(found.batchID))
        let redemption = try SignedObject<Redemption>(decoding: kept.redemption).verified().object
        let answer = try SettlementAnswer(decoding: kept.answer)
        #expect(try answer.verified(for: redemption).settlement.payload.gross.units == counted)
        // Nothing is claimed twice for it, and what grows is claimed as before.
        bench.broker.set(\.cheat, .none)
        #expect(try await bench.redeemer(seed: 3).redeem(at: root(bench)) == RedemptionReport())
        try await bench.pay(channel, [channel.claim(0, 7)], 100)
        let next = try await bench.redeemer(seed: 4).redeem(at: root(bench))
        #expect(next.discrepancies.isEmpty)
        #expect(try next.totals().gross.units == 100)
    }

    @Test func anAnswerThatContradictsItselfIsKeptAndNotTaken() async throws {
        let (bench, channel) = try await bench()
        bench.broker.set(\.cheat, .falseSum)
        for seed: UInt64 in 2...3 {
            await expectRefusal(.amountMismatch) {
                _ = try await bench.redeemer(seed: seed).redeem(at: root(bench))
            }
        }
        let waiting = try await bench.store.unansweredBatches(at: root(bench))
        #expect(waiting.count == 1)
        #expect(try await bench.stored(channel).settledWorth.units == 300)
        #expect(try await bench.store.settlements(before: nil, limit: 9).count == 1)
        let kept = try #require(try await bench.store.keptAnswer(waiting[0].id))
        #expect(kept.redemption == waiting[0].redemption)
        let answer = try SettlementAnswer(decoding: kept.answer)
        #expect(answer.settlement.payload.gross.units == 299)
    }

    @Test func threat37AnOlderCopyIsToldThatTheBrokerIsAhead() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        // The broker has settled two paywords for a store that was lost since.
        var redeemed = channel.commitment.object.chainVerifiers
        redeemed[0].accept(channel.claim(0, 2).position)
        let (id, verifiers) = (channel.id, redeemed)
        bench.broker.set(\.redeemed, [id: verifiers])
        let report = try await bench.redeemer().redeem(at: root(bench))
        #expect(report.discrepancies.map(\.counted.units) == [100])
        #expect(bench.broker.gross == 100)
        #expect(try await bench.store.balance(of: bench.euro).short.units == 200)
    }
}
