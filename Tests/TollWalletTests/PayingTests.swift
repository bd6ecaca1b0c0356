import PayWord
import PeerProtocol
import StoreConformance
import Synchronization
import Testing
import TollWallet

@Suite("Paying")
struct PayingTests {
    private struct Scene {
        let world: World
        let wallet: Wallet
        let merchant: SimulatedMerchant
        let link: SimulatedLink
        let id: CommitmentID

        func state() throws -> SimulatedMerchant.Channel {
            try #require(merchant.channel(id))
        }
    }

    private func scene(
        _ plan: ChainPlan? = nil, policy: WalletPolicy = WalletPolicy(),
        jumpMaximum: UInt32 = 1 << 16, tampering: Tampering = Tampering()
    ) async throws -> Scene {
        let world = try World(policy: policy)
        let wallet = try await world.fundedWallet()
        let merchant = SimulatedMerchant(key: try key(2), jumpMaximum: jumpMaximum)
        let link = SimulatedLink(merchant, tampering: tampering)
        let id = try await world.channel(
            wallet, merchant, plan ?? TollWalletTests.plan((1, 1000), (10, 1000)))
        try await wallet.connect(id, over: link)
        return Scene(world: world, wallet: wallet, merchant: merchant, link: link, id: id)
    }

    @Test func paysExactAmountsInOnePipelinedBatch() async throws {
        let scene = try await scene()
        let outcomes = try await scene.wallet.pay(scene.id, intents(5, 12, 100, 1))
        #expect(areAcknowledged(outcomes))
        #expect(try scene.state().spent == units(118))
        #expect(try scene.state().accepted == units(118))
        let progress = try await scene.wallet.channel(scene.id).progress
        #expect(progress.revealed == progress.accepted)
        #expect(try progress.spent == units(118))
        #expect(try progress.charged == units(118))
        let summary = try await scene.wallet.summary(scene.id)
        #expect(summary.counts == [.acknowledged: 4])
        let payments = try await scene.wallet.payments(scene.id)
        #expect(payments.map(\.total.units) == [5, 17, 117, 118])
    }

    @Test func nothingIsShownBeforeItIsOnDisk() async throws {
        let scene = try await scene()
        scene.world.store.failNext(1)
        let outcome = try await scene.wallet.pay(scene.id, intents(5)[0])
        #expect(outcome == .notSent(Refusal(.storageFailed)))
        #expect(scene.link.seen.isEmpty)
        #expect(try await scene.wallet.channel(scene.id).progress.revealed == [.zero, .zero])
        #expect(try await scene.wallet.pay(scene.id, intents(5)[0]).isAcknowledged)
    }

    @Test func aLongJumpGoesThroughIntermediatePaywords() async throws {
        let scene = try await scene(try plan((1, 1000)), jumpMaximum: 100)
        #expect(try await scene.wallet.pay(scene.id, intents(250)[0]).isAcknowledged)
        #expect(
            scene.link.seen.map { $0.paywords.first?.index.value } == [100, 200, 250])
        #expect(scene.link.seen.map(\.amount.units) == [0, 0, 250])
        #expect(try scene.state().spent == units(250))
        #expect(try await scene.wallet.payments(scene.id).count == 1)
    }

    @Test func anEndlessJumpIsRefused() async throws {
        let scene = try await scene(try plan((1, 5000)), jumpMaximum: 1)
        let outcome = try await scene.wallet.pay(scene.id, intents(4000)[0])
        #expect(outcome == .notSent(Refusal(.jumpTooLong)))
        #expect(scene.link.seen.isEmpty)
    }

    @Test func anExcessStaysAsCredit() async throws {
        let scene = try await scene(try plan((10, 100)))
        #expect(try await scene.wallet.pay(scene.id, intents(13)[0]).isAcknowledged)
        #expect(try scene.state().accepted == units(20))
        #expect(try scene.state().spent == units(13))
        #expect(try await scene.wallet.pay(scene.id, intents(7)[0]).isAcknowledged)
        #expect(try scene.state().accepted == units(20))
        #expect(try scene.state().spent == units(20))
        // What reveals nothing bears a reference, so that it is safe to send again.
        #expect(scene.link.seen.last?.paywords.isEmpty == true)
        #expect(scene.link.seen.last?.reference?.count == 16)
    }

    @Test func refusedPaywordsAreCredit() async throws {
        let scene = try await scene()
        scene.merchant.state.withLock { $0.refusals = [Refusal(.busy)] }
        let outcome = try await scene.wallet.pay(scene.id, intents(7)[0])
        #expect(outcome == .refused(Refusal(.busy)))
        var progress = try await scene.wallet.channel(scene.id).progress
        #expect(progress.revealed.map(\.value) == [7, 0])
        #expect(progress.charged == .zero)
        #expect(try await scene.wallet.pay(scene.id, intents(7)[0]).isAcknowledged)
        progress = try await scene.wallet.channel(scene.id).progress
        #expect(progress.revealed.map(\.value) == [7, 0])
        #expect(try scene.state().spent == units(7))
    }

    @Test func aBatchStopsAtTheFirstThatIsNotAcknowledged() async throws {
        let scene = try await scene(
            policy: WalletPolicy(unansweredMaximum: try units(10)))
        scene.merchant.state.withLock { $0.refusals = [Refusal(.busy)] }
        let outcomes = try await scene.wallet.pay(scene.id, intents(10, 10, 10))
        #expect(outcomes[0] == .refused(Refusal(.busy)))
        #expect(outcomes[1] == .notSent(Refusal(.busy)))
        #expect(outcomes[2] == .notSent(Refusal(.busy)))
        #expect(scene.link.seen.count == 1)
    }

    @Test func threat23TheWalletStopsAndLosesAtMostWhatWasUnanswered() async throws {
        let scene = try await scene(
            policy: WalletPolicy(unansweredMaximum: try units(20)))
        // The merchant takes the first payment, answers nothing, and is gone.
        scene.link.state.withLock { $0.framesLeft = 1 }
        let outcomes = try await scene.wallet.pay(scene.id, intents(10, 10, 10, 10))
        #expect(outcomes[0] == .unanswered)
        #expect(outcomes[1] == .unanswered)
        #expect(outcomes[2] == .notSent(Refusal(.timedOut)))
        #expect(outcomes[3] == .notSent(Refusal(.timedOut)))
        let progress = try await scene.wallet.channel(scene.id).progress
        let worth = try await scene.wallet.channel(scene.id).commitment.payload.worth(
            at: progress.revealed)
        #expect(try worth == units(20))
        #expect(try await scene.wallet.pay(scene.id, intents(1)[0]).isAcknowledged == false)
        try await scene.wallet.stop(scene.id, because: "took 20 and served nothing")
        await #expect(throws: Refusal(.overclaimed)) {
            try await scene.wallet.connect(scene.id, over: SimulatedLink(scene.merchant))
        }
        #expect(
            try await scene.wallet.channel(scene.id).dispute == "took 20 and served nothing")
        #expect(try await scene.wallet.history().count == 2)
    }

    @Test func threat24MoreThanTheOfferIsRefusedAndBothAmountsNamed() async throws {
        let scene = try await scene()
        let offer = try scene.merchant.key.sign(
            Offer(
                merchant: scene.merchant.key.publicKey, brokers: [scene.world.broker.root],
                asset: scene.world.asset, unit: "page", price: units(5), maximum: units(20),
                validUntil: start.adding(.day), resource: "/page"))
        let asked = PaymentIntent(
            amount: try units(12), resource: "/page", units: 2, offer: offer)
        let outcome = try await scene.wallet.pay(scene.id, asked)
        #expect(outcome == .notSent(Refusal(.amountMismatch)))
        #expect(outcome.refusal?.detail.contains("12") == true)
        #expect(outcome.refusal?.detail.contains("10") == true)
        let above = PaymentIntent(amount: try units(21), resource: "/page", offer: offer)
        #expect(try await scene.wallet.pay(scene.id, above).refusal?.reason == .amountMismatch)
        let right = PaymentIntent(
            amount: try units(10), resource: "/page", units: 2, offer: offer)
        #expect(try await scene.wallet.pay(scene.id, right).isAcknowledged)
        scene.world.pass(.day - 400)
        #expect(try await scene.wallet.pay(scene.id, right).isAcknowledged)
        #expect(scene.link.seen.count == 2)
        #expect(try scene.state().spent == units(20))
    }

    @Test func quotesMustBeTheMerchantsOwn() async throws {
        let world = try World()
        let merchant = SimulatedMerchant(key: try key(2))
        let wallet = try world.wallet()
        func offer(_ signer: SigningKey, _ resource: String) throws -> SignedObject<Offer> {
            try signer.sign(
                Offer(
                    merchant: signer.publicKey, brokers: [world.broker.root],
                    asset: world.asset, unit: "page", price: units(5),
                    validUntil: start.adding(.day), resource: resource)
            ).object
        }
        let good = SimulatedLink(
            merchant, tampering: Tampering(offer: try offer(merchant.key, "/page")))
        #expect(try await wallet.quote("/page", over: good).payload.price == units(5))
        await #expect(throws: Refusal(.unknownResource)) {
            _ = try await wallet.quote("/other", over: good)
        }
        let foreign = SimulatedLink(
            merchant, tampering: Tampering(offer: try offer(try key(9), "/page")))
        await #expect(throws: Refusal(.wrongMerchant)) {
            _ = try await wallet.quote("/page", over: foreign)
        }
    }

    @Test func theWalletStopsBeforeTheCommitmentEnds() async throws {
        let scene = try await scene()
        scene.world.pass(.day - 361)
        #expect(try await scene.wallet.pay(scene.id, intents(1)[0]).isAcknowledged)
        scene.world.pass(1)
        #expect(
            try await scene.wallet.pay(scene.id, intents(1)[0])
                == .notSent(Refusal(.commitmentExpired)))
        #expect(scene.link.seen.count == 1)
    }

    @Test func budgetsHoldAcrossChannelsAndRestarts() async throws {
        let scene = try await scene(
            policy: WalletPolicy(
                defaultBudget: Budget(perPayment: try units(60), perDay: try units(100))))
        #expect(
            try await scene.wallet.pay(scene.id, intents(61)[0])
                == .notSent(Refusal(.budgetExceeded)))
        let outcomes = try await scene.wallet.pay(scene.id, intents(60, 39, 2, 1))
        #expect(outcomes.map(\.isAcknowledged) == [true, true, false, false])
        #expect(outcomes[2].refusal?.reason == .budgetExceeded)
        let other = SimulatedMerchant(key: try key(4))
        let restarted = try scene.world.wallet(seed: 8)
        let second = try await scene.world.channel(restarted, other, plan((1, 100)))
        try await restarted.connect(second, over: SimulatedLink(other))
        #expect(
            try await restarted.pay(second, intents(2)[0])
                == .notSent(Refusal(.budgetExceeded)))
        #expect(try await restarted.pay(second, intents(1)[0]).isAcknowledged)
        #expect(try await restarted.revealedToday(asset: scene.world.asset) == units(100))
        scene.world.pass(.day / 2)
        scene.world.pass(.day / 2 - 400)
        #expect(try await restarted.pay(second, intents(2)[0]).isAcknowledged)
    }

    @Test func aReferenceIsPaidOnce() async throws {
        let scene = try await scene()
        let intent = PaymentIntent(amount: try units(5), reference: [1, 2, 3])
        let outcomes = try await scene.wallet.pay(scene.id, [intent, intent])
        #expect(areAcknowledged(outcomes))
        #expect(try await scene.wallet.pay(scene.id, intent).isAcknowledged)
        #expect(try scene.state().spent == units(5))
        #expect(scene.link.seen.count == 1)
        let other = PaymentIntent(amount: try units(6), reference: [1, 2, 3])
        #expect(
            try await scene.wallet.pay(scene.id, other)
                == .notSent(Refusal(.referenceConflict)))
    }

    @Test func impossibleIntentsAreRefused() async throws {
        let scene = try await scene()
        let wrong = [
            (PaymentIntent(amount: .zero), Reason.malformed),
            (PaymentIntent(amount: try units(1), reference: []), .malformed),
            (
                PaymentIntent(
                    amount: try units(1), reference: [UInt8](repeating: 0, count: 65)),
                .malformed
            ),
            (
                PaymentIntent(amount: try units(1), memo: String(repeating: "m", count: 1025)),
                .tooLarge
            ),
            (PaymentIntent(amount: try units(1), memo: "a\u{0}b"), .malformed),
            (PaymentIntent(amount: try units(11_001)), .insufficientFunds),
            (PaymentIntent(amount: .maximum), .insufficientFunds),
        ]
        for (intent, reason) in wrong {
            #expect(
                try await scene.wallet.pay(scene.id, intent).refusal?.reason == reason)
        }
        #expect(scene.link.seen.isEmpty)
        await #expect(throws: Refusal(.unknownHandle)) {
            _ = try await scene.wallet.pay(.zero, intents(1))
        }
    }

    @Test func threat40AMemoIsStoredAsData() async throws {
        let scene = try await scene()
        let memo = "\u{1b}[31m'; DROP TABLE channels; -- <script>\n"
        let intent = PaymentIntent(amount: try units(1), memo: memo, resource: "/\u{1b}]0;x")
        #expect(try await scene.wallet.pay(scene.id, intent).isAcknowledged)
        let entry = try #require(try await scene.wallet.history().first)
        #expect(entry.payment.memo == memo)
        #expect(entry.payment.resource == "/\u{1b}]0;x")
    }

    @Test func twoHundredChannelsPayAtOnce() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet(10_000_000)
        let merchant = SimulatedMerchant(key: try key(2))
        let link = SimulatedLink(merchant)
        var ids: [CommitmentID] = []
        for _ in 0..<200 {
            ids.append(try await world.channel(wallet, merchant, plan((1, 50), (10, 20))))
        }
        let opened = await wallet.connect(ids, over: link)
        #expect(opened.count == 200)
        for result in opened.values { _ = try result.get() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                group.addTask {
                    for _ in 0..<3 {
                        let outcomes = try await wallet.pay(id, intents(3, 14, 7))
                        #expect(areAcknowledged(outcomes))
                    }
                }
            }
            try await group.waitForAll()
        }
        for id in ids { #expect(try merchant.channel(id)?.spent == units(72)) }
    }

    @Test func concurrentPaymentsOnOneChannelAreMadeInTurn() async throws {
        let scene = try await scene()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let outcome = try await scene.wallet.pay(scene.id, intents(3)[0])
                    #expect(outcome.isAcknowledged)
                }
            }
            try await group.waitForAll()
        }
        #expect(try scene.state().spent == units(60))
        #expect(try scene.state().accepted == units(60))
    }
}
