import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct RedeemerServiceTests {
    private let root: PublicKey
    private let bench: MerchantBench
    private let second: TestBroker

    init() throws {
        let second = try TestBroker(seed: 6, asset: try Asset(code: "EUR", scale: 6))
        self.second = second
        bench = try MerchantBench {
            $0.brokers[second.root.publicKey] = BrokerIdentity(root: second.root.publicKey)
        }
        root = bench.broker.root.publicKey
    }

    private func redeemer() -> Redeemer {
        Redeemer(
            key: bench.key, asset: bench.euro, store: bench.store,
            brokers: [root: bench.broker, second.root.publicKey: second],
            clock: { [bench] in bench.now })
    }

    /// Opens a channel at a broker and pays 300 on it.
    @discardableResult
    private func paid(at broker: TestBroker, nonce: UInt64) async throws -> PayingChannel {
        let channel = try bench.channel(nonce: nonce, broker: broker.root.publicKey)
        _ = try await bench.merchant.open(
            channel.commitment.object, funding: try broker.reserve(channel.commitment.object),
            salt: nil)
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        return channel
    }

    private func schedule(
        _ change: (inout RedemptionSchedule) throws -> Void
    ) rethrows -> RedemptionSchedule {
        var schedule = RedemptionSchedule()
        try change(&schedule)
        return schedule
    }

    @Test func aTurnComesAtTheAmountAndNotBefore() async throws {
        let schedule = try schedule { $0.amount = try Amount(units: 600) }
        var turns = BrokerTurns(root, redeemer(), schedule)
        try await paid(at: bench.broker, nonce: 1)
        #expect(await turns.step(random: 0).result == nil)
        #expect(bench.broker.received.isEmpty)
        try await paid(at: bench.broker, nonce: 2)
        let step = await turns.step(random: 0)
        #expect(step.trigger == .amount)
        #expect(try step.result?.get().claimsAccepted == 2)
        #expect(await turns.step(random: 0).result == nil)
        #expect(bench.broker.gross == 600)
    }

    @Test func whatMustBeRedeemedSoonIs() async throws {
        let schedule = schedule { $0.beforeRedeemBy = 3 * .day }
        var turns = BrokerTurns(root, redeemer(), schedule)
        try await paid(at: bench.broker, nonce: 1)
        bench.now = TestTime.start.adding(34 * .day - 1)
        #expect(await turns.step(random: 0).result == nil)
        bench.now = TestTime.start.adding(34 * .day)
        #expect(await turns.step(random: 0).trigger == .expiry)
        #expect(bench.broker.gross == 300)
    }

    @Test func theIntervalCountsFromTheLastSettlementAcrossRestarts() async throws {
        let schedule = schedule { $0.interval = 3600 }
        try await paid(at: bench.broker, nonce: 1)
        _ = try await redeemer().redeem(at: root)
        try await paid(at: bench.broker, nonce: 2)
        bench.now = bench.now.adding(3599)
        var early = BrokerTurns(root, redeemer(), schedule)
        #expect(await early.step(random: 0).result == nil)
        bench.now = bench.now.adding(1)
        var restarted = BrokerTurns(root, redeemer(), schedule)
        #expect(await restarted.step(random: 0).trigger == .interval)
        #expect(bench.broker.gross == 600)
    }

    @Test func aBatchWithoutAnAnswerIsSentAgainAtOnceAndIsTheSame() async throws {
        try await paid(at: bench.broker, nonce: 1)
        bench.broker.set(\.lostAnswers, 1)
        await expectRefusal(.timedOut) { _ = try await redeemer().redeem(at: root) }
        // Another process, with a schedule on which nothing else is due.
        var turns = BrokerTurns(root, redeemer(), RedemptionSchedule())
        let step = await turns.step(random: 0)
        #expect(step.trigger == .unanswered)
        #expect(bench.broker.received.count == 2)
        #expect(bench.broker.received[0] == bench.broker.received[1])
        #expect(try await bench.store.balance(of: bench.euro).settled.units == 300)
        #expect(await turns.step(random: 0).result == nil)
    }

    @Test func threat27ABrokerThatIsAwayIsAskedLaterAndLaterAndThenPays() async throws {
        var schedule = try schedule { $0.amount = try Amount(units: 1) }
        schedule.firstPause = 60
        schedule.pauseMaximum = 3600
        var turns = BrokerTurns(root, redeemer(), schedule)
        try await paid(at: bench.broker, nonce: 1)
        bench.broker.set(\.isAway, true)
        var pauses: [Duration] = []
        for nonce: UInt64 in 2...9 {
            let step = await turns.step(random: 0)
            #expect(throws: Refusal(.timedOut)) { try step.result?.get() }
            pauses.append(step.pause)
            try await paid(at: bench.broker, nonce: nonce)
        }
        #expect(
            pauses.map(\.components.seconds) == [30, 60, 120, 240, 480, 960, 1800, 1800])
        bench.broker.set(\.isAway, false)
        let back = await turns.step(random: 0)
        #expect(try back.result?.get().claimsAccepted == 9)
        #expect(back.pause == .seconds(60))
        #expect(bench.broker.gross == 2700)
        let balance = try await bench.store.balance(of: bench.euro)
        #expect((balance.settled.units, balance.unclaimed.units) == (2700, 0))
    }

    @Test func aStoreThatFailsIsTriedAgainToo() async throws {
        let schedule = try schedule { $0.amount = try Amount(units: 1) }
        var turns = BrokerTurns(root, redeemer(), schedule)
        try await paid(at: bench.broker, nonce: 1)
        bench.store.fault = .before
        for _ in 1...3 {
            let step = await turns.step(random: 0)
            #expect(throws: Refusal(.storageFailed)) { try step.result?.get() }
        }
        #expect(bench.broker.received.isEmpty)
        bench.store.fault = .none
        #expect(try await turns.step(random: 0).result?.get().claimsAccepted == 1)
        #expect(bench.broker.gross == 300)
    }

    @Test func brokersAreTendedSideBySide() async throws {
        try await paid(at: bench.broker, nonce: 1)
        try await paid(at: second, nonce: 2)
        // The first of them never answers; in their order it comes first.
        let stuck = StuckBroker()
        let (first, other) =
            root < second.root.publicKey
            ? (bench.broker, second) : (second, bench.broker)
        let redeemer = Redeemer(
            key: bench.key, asset: bench.euro, store: bench.store,
            brokers: [first.root.publicKey: stuck, other.root.publicKey: other],
            clock: { [bench] in bench.now })
        let (turns, said) = AsyncStream.makeStream(of: PublicKey.self)
        let service = RedeemerService(
            redeemer: redeemer, schedule: try schedule { $0.amount = try Amount(units: 1) },
            pacing: RedeemerService.Pacing(
                sleep: { [stuck] _ in
                    await stuck.gate.pass()
                    try Task.checkCancellation()
                }, random: { 0 }),
            onTurn: { broker, _ in said.yield(broker) })
        let run = Task { try await service.run() }
        var turn = turns.makeAsyncIterator()
        #expect(await turn.next() == other.root.publicKey)
        #expect(other.gross == 300)
        run.cancel()
        stuck.gate.open()
        try await run.value
    }

    @Test func whatATurnCannotExpressDoesNotKeepItBusy() async throws {
        let schedule = try schedule { $0.amount = try Amount(units: 50) }
        var turns = BrokerTurns(root, redeemer(), schedule)
        let channel = try await bench.opened(nonce: 1)
        try await bench.pay(channel, [channel.claim(0, 3)], 290)
        #expect(try await turns.step(random: 0).result?.get().totals().gross.units == 200)
        // 90 are due, more than 50, and cannot be claimed.
        for _ in 1...3 { #expect(await turns.step(random: 0).result == nil) }
        try await bench.pay(channel, [channel.claim(0, 4)], 60)
        #expect(await turns.step(random: 0).trigger == .amount)
        #expect(bench.broker.gross == 300)
    }

    @Test func aPlanSendsAndWritesNothing() async throws {
        let first = try await paid(at: bench.broker, nonce: 1)
        bench.broker.set(\.lostAnswers, 1)
        await expectRefusal(.timedOut) { _ = try await redeemer().redeem(at: root) }
        try await bench.pay(first, [first.claim(0, 4)], 100)
        let next = try await bench.opened(nonce: 2)
        try await bench.pay(next, [next.claim(0, 3)], 290)
        _ = try await bench.merchant.close(next.id, request: try next.closeRequest())
        let low = try await bench.opened(nonce: 3)
        try await bench.pay(low, [low.claim(0, 1)], 40)
        let memory = try #require(bench.store.base as? MemoryChannelStore)
        let (before, sent) = (memory.transactions, bench.broker.received.count)

        let plan = try await redeemer().plan(at: root)
        #expect((memory.transactions, bench.broker.received.count) == (before, sent))
        #expect(plan.unanswered.map(\.claims.count) == [1])
        #expect(plan.claims.map(\.channel) == [next.id])
        #expect(plan.claims.map(\.expected.units) == [300])
        #expect(plan.claims.map(\.redeemBy) == [next.commitment.payload.redeemBy])
        #expect((plan.waitingChannels, plan.waiting.units, plan.closes) == (1, 40, 1))
        // What it said is what is done: the batch again, and the claim.
        let report = try await redeemer().redeem(at: root)
        #expect(report.settlements.map(\.gross.units) == [300, 400])
        let empty = try await redeemer().plan(at: second.root.publicKey)
        #expect(empty == RedemptionPlan())
        await expectRefusal(.untrustedBroker) { _ = try await redeemer().plan(at: .zero) }
    }
}

/// A broker that answers nothing until a gate is opened.
private final class StuckBroker: RedeemingBroker {
    let gate = Gate()

    private func refuse() async -> Refusal {
        await gate.pass()
        return Refusal(.timedOut)
    }

    func describe() async throws(Refusal) -> BrokerDescription { throw await refuse() }
    func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        throw await refuse()
    }
    func redeem(_ redemption: Verified<Redemption>) async throws(Refusal) -> SettlementAnswer {
        throw await refuse()
    }
    func deliver(_ close: Verified<Close>) async throws(Refusal) { throw await refuse() }
}
