import PayWord
import PeerProtocol
import StoreConformance
import Synchronization
import Testing
import TollWallet

@Suite("Resuming")
struct ResumingTests {
    private let world: World
    private let merchant: SimulatedMerchant

    init() throws {
        world = try World()
        merchant = SimulatedMerchant(key: try key(2))
    }

    private func channel(
        _ wallet: Wallet, _ plan: ChainPlan? = nil
    ) async throws -> CommitmentID {
        try await world.channel(
            wallet, merchant, try plan ?? TollWalletTests.plan((1, 1000), (10, 1000)))
    }

    private func spent(_ id: CommitmentID) throws -> UInt64 {
        try #require(merchant.channel(id)).spent.units
    }

    @Test(arguments: 0...4)
    func whatWasCountedIsNotSentAgainAndTheRestIs(framesLeft: Int) async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        try await wallet.connect(id, over: SimulatedLink(merchant, framesLeft: framesLeft))
        let outcomes = try await wallet.pay(id, intents(3, 14, 15, 92))
        let isCut = framesLeft < 4
        #expect(outcomes == [PaymentOutcome](repeating: .unanswered, count: 4) || !isCut)
        // Started again, from what is on disk.
        let again = try world.wallet(seed: 8)
        let link = SimulatedLink(merchant)
        let report = try await again.connect(id, over: link)
        #expect(report.resent == 4 - framesLeft)
        #expect(report.counted == (isCut ? 4 : 0))
        #expect(report.refused == 0)
        #expect(link.seen.count == 4 - framesLeft)
        #expect(try spent(id) == 124)
        #expect(try await again.summary(id).counts == [.acknowledged: 4])
        #expect(try await again.pay(id, intents(1)[0]).isAcknowledged)
        #expect(try spent(id) == 125)
    }

    /// A store that fails while it commits does not know whether it has. A payment that was called
    /// refused for that, and had counted, would be made again.
    @Test(arguments: [true, false], [true, false])
    func aFailingStoreMayHaveCountedThePayment(counted: Bool, hasReference: Bool) async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        try await wallet.connect(id, over: SimulatedLink(merchant))
        merchant.state.withLock { state in
            if counted { state.uncertain = 1 } else { state.refusals = [Refusal(.storageFailed)] }
        }
        var intent = try intents(7)[0]
        if hasReference { intent.reference = [1] }
        #expect(try await wallet.pay(id, intent) == .unanswered)
        #expect(try await wallet.summary(id).counts == [.pending: 1])
        #expect(try await wallet.pay(id, intents(1)[0]) == .notSent(Refusal(.storageFailed)))
        try await wallet.connect(id, over: SimulatedLink(merchant))
        #expect(try await wallet.summary(id).counts == [.acknowledged: 1])
        #expect(try await wallet.pay(id, intents(1)[0]).isAcknowledged)
        #expect(try spent(id) == 8)
        #expect(try await wallet.channel(id).progress.spent == units(8))
    }

    @Test func paymentsWithReferencesAreSentAgainAndCountOnce() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        try await wallet.connect(id, over: SimulatedLink(merchant, framesLeft: 2))
        let batch = try (1...3).map {
            PaymentIntent(amount: try units(5), reference: [UInt8($0)])
        }
        _ = try await wallet.pay(id, batch)
        let link = SimulatedLink(merchant)
        let report = try await wallet.connect(id, over: link)
        #expect(report.resent == 3)
        #expect(try spent(id) == 15)
        #expect(areAcknowledged(try await wallet.pay(id, batch)))
        #expect(link.seen.count == 3)
    }

    @Test func creditThatWasUnderWayIsSpentOnce() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet, plan((10, 100)))
        let first = SimulatedLink(merchant, framesLeft: 2)
        try await wallet.connect(id, over: first)
        // The second and the third reveal nothing: they use the excess of the first.
        _ = try await wallet.pay(id, intents(4, 3, 3))
        #expect(try spent(id) == 7)
        try await wallet.connect(id, over: SimulatedLink(merchant))
        first.deliverLate()
        #expect(try spent(id) == 10)
        #expect(try merchant.channel(id)?.accepted == units(10))
    }

    @Test func framesOfALostConnectionThatComeInLateCountOnce() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        let first = SimulatedLink(merchant, framesLeft: 1)
        try await wallet.connect(id, over: first)
        _ = try await wallet.pay(id, intents(5, 6, 7))
        try await wallet.connect(id, over: SimulatedLink(merchant))
        first.deliverLate()
        #expect(try spent(id) == 18)
    }

    @Test func aFailedCommitInTheMiddleIsFoundOut() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        // Three frames come in; the second is refused, and no answer gets back.
        merchant.state.withLock { $0.refusals = [] }
        let first = SimulatedLink(merchant, framesLeft: 1)
        try await wallet.connect(id, over: first)
        _ = try await wallet.pay(id, intents(5, 6, 7))
        let late = first.state.withLock { $0.late }
        _ = merchant.pay(id, late[1].1)
        #expect(try merchant.channel(id)?.accepted == units(18))
        #expect(try spent(id) == 12)
        let report = try await wallet.connect(id, over: SimulatedLink(merchant))
        #expect(report.counted == 2)
        #expect(report.refused == 1)
        let payments = try await wallet.payments(id)
        #expect(payments.map(\.state) == [.acknowledged, .refused, .acknowledged])
        // Its paywords are credit: paying again reveals nothing more.
        #expect(try await wallet.pay(id, intents(6)[0]).isAcknowledged)
        #expect(try merchant.channel(id)?.accepted == units(18))
        #expect(try spent(id) == 18)
    }

    @Test func answersThatCouldNotBeStoredAreFoundOut() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        try await wallet.connect(id, over: SimulatedLink(merchant))
        let before = world.store.snapshot()
        _ = try await wallet.pay(id, intents(5))
        let between = world.store.snapshot()
        world.store.restore(before)
        _ = between
        // As if the process had died between the write-ahead and the record of the answer.
        let again = try world.wallet(seed: 8)
        let report = try await again.connect(id, over: SimulatedLink(merchant))
        #expect(report.isAdopted)
        #expect(try spent(id) == 5)
    }

    @Test func aRefundIsNotTakenForAnUncountedPayment() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        try await wallet.connect(id, over: SimulatedLink(merchant, framesLeft: 2))
        _ = try await wallet.pay(id, intents(5, 6))
        merchant.refund(id, try units(4))
        let report = try await wallet.connect(id, over: SimulatedLink(merchant))
        #expect(report.resent == 0)
        #expect(try report.spent == units(7))
        // The refund is credit.
        #expect(try await wallet.pay(id, intents(4)[0]).isAcknowledged)
        #expect(try merchant.channel(id)?.accepted == units(11))
    }

    @Test func aMerchantThatRestoredAnOlderStateIsMadeWhole() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        try await wallet.connect(id, over: SimulatedLink(merchant))
        _ = try await wallet.pay(id, intents(5, 6))
        let older = merchant.state.withLock { $0.channels }
        _ = try await wallet.pay(id, intents(20, 30))
        merchant.state.withLock { $0.channels = older }
        let report = try await wallet.connect(id, over: SimulatedLink(merchant))
        #expect(try report.repaired == units(50))
        #expect(try spent(id) == 61)
        #expect(try merchant.channel(id)?.accepted == units(61))
        #expect(try await wallet.pay(id, intents(1)[0]).isAcknowledged)
    }

    @Test func threat38AnOlderCopyOfTheWalletResumesAtTheMerchantsIndex() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        try await wallet.connect(id, over: SimulatedLink(merchant))
        _ = try await wallet.pay(id, intents(5))
        let copy = world.store.snapshot()
        _ = try await wallet.pay(id, intents(20, 33))
        world.store.restore(copy)
        let older = try world.wallet(seed: 8)
        let link = SimulatedLink(merchant)
        let report = try await older.connect(id, over: link)
        #expect(report.isAdopted)
        #expect(try report.spent == units(58))
        #expect(try await older.channel(id).progress.revealed.map(\.value) == [8, 5])
        #expect(try await older.pay(id, intents(2)[0]).isAcknowledged)
        #expect(try spent(id) == 60)
        #expect(link.seen.first?.paywords.map(\.index.value) == [10])
    }

    @Test func threat17TwoCopiesOfOneWalletPayNothingTwice() async throws {
        let first = try await world.fundedWallet()
        let id = try await channel(first)
        let otherStore = MemoryWalletStore()
        otherStore.restore(world.store.snapshot())
        let second = try world.wallet(store: otherStore, seed: 9)
        var total: UInt64 = 0
        for round in 0..<6 as Range<UInt64> {
            let wallet = round % 2 == 0 ? first : second
            let report = try await wallet.connect(id, over: SimulatedLink(merchant))
            #expect(report.isAdopted == (round > 0))
            #expect(try await wallet.pay(id, intents(7 + round)[0]).isAcknowledged)
            total += 7 + round
            #expect(try spent(id) == total)
            #expect(try merchant.channel(id)?.accepted == units(total))
        }
        // The one that was not told in time is refused, learns, and goes on.
        let late = try await first.pay(id, intents(3)[0])
        #expect(!late.isAcknowledged)
        #expect(try spent(id) == total)
        try await first.connect(id, over: SimulatedLink(merchant))
        let before = try spent(id)
        #expect(try await first.pay(id, intents(100)[0]).isAcknowledged)
        #expect(try spent(id) == before + 100)
        #expect(try await first.channel(id).stage == .ready)
    }

    @Test func twoProgramsOnOneStoreTakeTurns() async throws {
        let first = try await world.fundedWallet()
        let id = try await channel(first)
        try await first.connect(id, over: SimulatedLink(merchant))
        let second = try world.wallet(seed: 9)
        try await second.connect(id, over: SimulatedLink(merchant))
        #expect(try await second.pay(id, intents(5)[0]).isAcknowledged)
        #expect(try await first.pay(id, intents(6)[0]).isAcknowledged)
        #expect(try await second.pay(id, intents(7)[0]).isAcknowledged)
        #expect(try spent(id) == 18)
        #expect(try await first.receipt(id).payload.spent.units == 18)
        // One stops with payments under way; the other finds out what became of them.
        let lost = SimulatedLink(merchant, framesLeft: 1)
        try await first.connect(id, over: lost)
        #expect(try await first.pay(id, intents(20, 30)).allSatisfy { $0 == .unanswered })
        #expect(try await second.pay(id, intents(3)[0]).isAcknowledged)
        #expect(try spent(id) == 71)
        lost.deliverLate()
        #expect(try spent(id) == 71)
        #expect(try await second.summary(id).counts == [.acknowledged: 6])
        try await second.close(id, at: nil)
        await #expect(throws: Refusal(.channelClosed)) {
            try await first.connect(id, over: SimulatedLink(merchant))
        }
    }

    @Test func programsOnOneStoreThatPayAtOnceAllPay() async throws {
        let first = try await world.fundedWallet()
        let id = try await channel(first)
        var wallets = [first]
        for seed in 9...11 as ClosedRange<UInt64> { wallets.append(try world.wallet(seed: seed)) }
        for wallet in wallets { try await wallet.connect(id, over: SimulatedLink(merchant)) }
        let outcomes = try await withThrowingTaskGroup(of: [PaymentOutcome].self) { group in
            for wallet in wallets {
                group.addTask {
                    var outcomes: [PaymentOutcome] = []
                    for amount in 1...20 as ClosedRange<UInt64> {
                        outcomes += try await wallet.pay(id, intents(amount, amount))
                    }
                    return outcomes
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes.count == 160)
        #expect(areAcknowledged(outcomes))
        #expect(try spent(id) == 4 * 2 * 210)
        #expect(try await first.channel(id).progress.charged.units == 4 * 2 * 210)
    }

    @Test func pendingPaymentsOfAnExpiredCommitmentLapse() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        let link = SimulatedLink(merchant, framesLeft: 1)
        try await wallet.connect(id, over: link)
        _ = try await wallet.pay(id, intents(5, 6))
        world.pass(.day)
        let again = SimulatedLink(merchant)
        let report = try await wallet.connect(id, over: again)
        #expect(again.seen.isEmpty)
        #expect(report.counted == 1)
        #expect(report.refused == 1)
        #expect(
            try await wallet.payments(id).map(\.reason) == [nil, .commitmentExpired])
    }

    @Test func threat15OnlyThePayersKeyResumesOrCloses() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        try await wallet.connect(id, over: SimulatedLink(merchant))
        _ = try await wallet.pay(id, intents(5))
        let thief = try world.wallet(secret: secret(66), seed: 9)
        await #expect(throws: Refusal(.badSignature)) {
            try await thief.connect(id, over: SimulatedLink(merchant))
        }
        // A proof for one connection is worth nothing on another.
        let commitment = try await wallet.channel(id).commitment
        let payer = try secret().payerKey(
            broker: world.broker.root, merchant: merchant.key.publicKey, generation: 0)
        let proof = try OpenProof.sign(SimulatedLink(merchant).transcript, id, by: payer)
        #expect(throws: Refusal(.badSignature)) {
            _ = try merchant.open(commitment, proof: proof, transcript: .zero)
        }
        let request = try key(66).sign(
            CloseRequest(
                commitmentID: id, merchant: merchant.key.publicKey, createdAt: start))
        #expect(throws: Refusal(.badSignature)) { _ = try merchant.close(id, request) }
        #expect(merchant.channel(id)?.isClosed == false)
    }

    @Test func anotherMerchantAtTheSameAddressIsRefused() async throws {
        let wallet = try await world.fundedWallet()
        let id = try await channel(wallet)
        let impostor = SimulatedMerchant(key: try key(5))
        await #expect(throws: Refusal(.wrongMerchant)) {
            try await wallet.connect(id, over: SimulatedLink(impostor))
        }
    }
}
