import PayWord
import StoreConformance
import Synchronization
import Testing
import TollWallet

@Suite("Opening channels")
struct OpeningTests {
    @Test func accountsMoneyAndStatement() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet(500)
        let root = world.broker.root
        let reference = RequestReference([UInt8](repeating: 5, count: 16))
        for _ in 0..<2 {
            try await wallet.withdraw(
                units(100), at: world.broker, root: root, asset: world.asset,
                reference: reference)
        }
        let statement = try await wallet.statement(
            at: world.broker, root: root, asset: world.asset)
        #expect(try statement.available == units(400))
        #expect(try await wallet.accounts().map(\.broker) == [root])
        await #expect(throws: Refusal(.wrongBroker)) {
            _ = try await wallet.enrol(
                at: world.broker, root: try key(9).publicKey, address: "", asset: world.asset)
        }
        await #expect(throws: Refusal(.wrongAsset)) {
            _ = try await wallet.enrol(
                at: world.broker, root: root, address: "",
                asset: try Asset(code: "USD", scale: 2))
        }
    }

    @Test func reservesTheWholeWorth() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet(1000)
        let merchant = SimulatedMerchant(key: try key(2))
        let record = try await wallet.openChannel(
            world.terms(merchant, try plan((1, 100), (10, 50))), at: world.broker)
        #expect(record.stage == .ready)
        #expect(try record.spendable == units(600))
        let reservation = try SignedObject<Reservation>(
            decoding: try #require(record.funding.first)
        ).verified()
        #expect(try reservation.payload.amount == units(600))
        let statement = try await wallet.statement(
            at: world.broker, root: world.broker.root, asset: world.asset)
        #expect(try statement.available == units(400))
        await #expect(throws: Refusal(.insufficientFunds)) {
            _ = try await wallet.openChannel(
                world.terms(merchant, try plan((1, 401))), at: world.broker)
        }
    }

    @Test func resumesWithTheSameBytesWhenTheAnswerWasLost() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet(1000)
        let merchant = SimulatedMerchant(key: try key(2))
        world.broker.state.withLock { $0.answersLost = 1 }
        await #expect(throws: Refusal(.timedOut)) {
            _ = try await wallet.openChannel(
                world.terms(merchant, try plan((1, 100))), at: world.broker)
        }
        let stored = try #require(try await wallet.channels().first)
        #expect(stored.stage == .committed)
        await #expect(throws: Refusal(.notReserved)) {
            try await wallet.connect(stored.id, over: SimulatedLink(merchant))
        }
        let again = try await world.wallet().resumeFunding(stored.id, at: world.broker)
        #expect(again.stage == .ready)
        let requests = world.broker.state.withLock { $0.requests }
        #expect(requests.count == 2)
        #expect(requests[0] == requests[1])
        #expect(world.broker.reservations == 1)
    }

    @Test func everyUnfundedChannelIsResumedAtStart() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet(150)
        let merchant = SimulatedMerchant(key: try key(2))
        for _ in 0..<2 {
            world.broker.state.withLock { $0.refusals = [Refusal(.busy)] }
            await #expect(throws: Refusal(.busy)) {
                _ = try await wallet.openChannel(
                    world.terms(merchant, try plan((1, 100))), at: world.broker)
            }
        }
        let payable = try await wallet.payableChannels(
            to: merchant.key.publicKey, asset: world.asset)
        #expect(payable.isEmpty)
        let results = try await world.wallet().resumeFunding(
            of: world.broker.root, at: world.broker)
        #expect(results.count == 2)
        #expect(results.values.filter { (try? $0.get())?.stage == .ready }.count == 1)
        #expect(
            try await wallet.payableChannels(to: merchant.key.publicKey, asset: world.asset)
                .count == 1)
        world.pass(.day)
        #expect(
            try await wallet.payableChannels(to: merchant.key.publicKey, asset: world.asset)
                .isEmpty)
    }

    @Test func nothingIsSentWhenTheDiskFails() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet(1000)
        let merchant = SimulatedMerchant(key: try key(2))
        world.store.failNext(1)
        await #expect(throws: Refusal(.storageFailed)) {
            _ = try await wallet.openChannel(
                world.terms(merchant, try plan((1, 100))), at: world.broker)
        }
        #expect(world.broker.reservations == 0)
    }

    @Test func aRequestThatIsTooOldIsMadeAnewForTheSameCommitment() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet(1000)
        let merchant = SimulatedMerchant(key: try key(2))
        world.broker.state.withLock { $0.refusals = [Refusal(.busy), Refusal(.staleRequest)] }
        await #expect(throws: Refusal(.busy)) {
            _ = try await wallet.openChannel(
                world.terms(merchant, try plan((1, 100))), at: world.broker)
        }
        let stored = try #require(try await wallet.channels().first)
        world.pass(3600)
        let ready = try await wallet.resumeFunding(stored.id, at: world.broker)
        #expect(ready.stage == .ready)
        #expect(ready.id == stored.id)
        #expect(ready.request != stored.request)
    }

    @Test func threat16TopUpSentTwiceIsOneChannel() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet(1000)
        let merchant = SimulatedMerchant(key: try key(2))
        let terms = world.terms(
            merchant, try plan((1, 100)),
            reference: RequestReference([UInt8](repeating: 1, count: 16)))
        world.broker.state.withLock { $0.answersLost = 1 }
        await #expect(throws: Refusal(.timedOut)) {
            _ = try await wallet.openChannel(terms, at: world.broker)
        }
        let first = try await wallet.openChannel(terms, at: world.broker)
        let second = try await world.wallet(seed: 99).openChannel(terms, at: world.broker)
        #expect(first.id == second.id)
        #expect(world.broker.reservations == 1)
        #expect(try await wallet.channels().count == 1)
        var other = terms
        other.merchant = try key(8).publicKey
        await #expect(throws: Refusal(.referenceConflict)) {
            _ = try await wallet.openChannel(other, at: world.broker)
        }
    }

    @Test func moneyIsNotLockedForLongerThanTheCeiling() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet()
        let merchant = SimulatedMerchant(key: try key(2))
        var terms = world.terms(merchant, try plan((1, 100)))
        terms.redeemBy = start.adding(30 * .day + 1)
        await #expect(throws: Refusal(.lockTooLong)) {
            _ = try await wallet.openChannel(terms, at: world.broker)
        }
        #expect(try await wallet.channels().isEmpty)
        #expect(world.broker.reservations == 0)
        terms.redeemBy = start.adding(30 * .day)
        _ = try await wallet.openChannel(terms, at: world.broker)
    }

    @Test func aCommitmentAboveTheBudgetIsNotMade() async throws {
        let world = try World(
            policy: WalletPolicy(defaultBudget: Budget(perCommitment: try units(99))))
        let wallet = try await world.fundedWallet()
        let merchant = SimulatedMerchant(key: try key(2))
        await #expect(throws: Refusal(.budgetExceeded)) {
            _ = try await wallet.openChannel(
                world.terms(merchant, try plan((1, 100))), at: world.broker)
        }
    }

    @Test func aReservationByAnotherKeyIsRefused() async throws {
        let world = try World(brokerSigner: try key(77))
        let wallet = try await world.fundedWallet()
        let merchant = SimulatedMerchant(key: try key(2))
        await #expect(throws: Refusal(.badSignature)) {
            _ = try await wallet.openChannel(
                world.terms(merchant, try plan((1, 100))), at: world.broker)
        }
        #expect(try await wallet.channels().first?.stage == .committed)
    }

    @Test func creditIsCertifiedUpToItsLimit() async throws {
        let world = try World(creditLimit: 100)
        let wallet = try world.wallet()
        let merchant = SimulatedMerchant(key: try key(2))
        await #expect(throws: Refusal(.limitExceeded)) {
            _ = try await wallet.openChannel(
                world.terms(merchant, try plan((1, 101))), at: world.broker, mode: .credit)
        }
        #expect(try await wallet.channels().isEmpty)
        let record = try await wallet.openChannel(
            world.terms(merchant, try plan((1, 100))), at: world.broker, mode: .credit)
        #expect(record.stage == .ready)
        let certificate = try SignedObject<Certificate>(
            decoding: try #require(record.funding.first)
        ).payload
        #expect(certificate.subject == record.commitment.payload.payer)
        try await wallet.connect(record.id, over: SimulatedLink(merchant))
        #expect(try await wallet.pay(record.id, intents(5)[0]).isAcknowledged)
    }

    @Test func twoPartyChannelsNeedNoBroker() async throws {
        let world = try World()
        let wallet = try world.wallet()
        let merchant = SimulatedMerchant(key: try key(2))
        var terms = world.terms(merchant, try plan((1, 100)))
        await #expect(throws: Refusal(.wrongBroker)) {
            _ = try await wallet.openTwoPartyChannel(terms)
        }
        terms.broker = merchant.key.publicKey
        let record = try await wallet.openTwoPartyChannel(terms)
        #expect(record.stage == .ready)
        #expect(record.funding.isEmpty)
        try await wallet.connect(record.id, over: SimulatedLink(merchant))
        #expect(try await wallet.pay(record.id, intents(5)[0]).isAcknowledged)
        await #expect(throws: Refusal(.wrongBroker)) {
            _ = try await wallet.openChannel(terms, at: world.broker)
        }
    }

    @Test func offersBindAndStayPrivateFromTheBroker() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet()
        let merchant = SimulatedMerchant(key: try key(2))
        let offer = try merchant.key.sign(
            Offer(
                merchant: merchant.key.publicKey, brokers: [world.broker.root],
                asset: world.asset, unit: "page", price: units(5),
                validUntil: start.adding(.day), resource: "/page"))
        let record = try await wallet.openChannel(
            world.terms(merchant, try plan((1, 100)), offer: offer), at: world.broker)
        let salt = try #require(record.salt)
        #expect(record.commitment.payload.termsDigest == offer.object.termsDigest(salt: salt))
        let request = try #require(world.broker.state.withLock { $0.requests.first })
        #expect(!request.contains(salt.bytes))
        var elsewhere = world.terms(merchant, try plan((1, 100)), offer: offer)
        elsewhere.merchant = try key(8).publicKey
        await #expect(throws: Refusal(.wrongMerchant)) {
            _ = try await wallet.openChannel(elsewhere, at: world.broker)
        }
        world.pass(2 * .day)
        await #expect(throws: Refusal(.amountMismatch)) {
            _ = try await wallet.openChannel(
                world.terms(merchant, try plan((1, 100)), offer: offer), at: world.broker)
        }
    }

    @Test func threat06PaywordsAreWorthNothingAtAnotherMerchant() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet()
        let first = SimulatedMerchant(key: try key(2))
        let second = SimulatedMerchant(key: try key(4))
        let one = try await world.channel(wallet, first, plan((1, 100)))
        let two = try await world.channel(wallet, second, plan((1, 100)))
        let records = try await [wallet.channel(one), wallet.channel(two)]
        #expect(
            records[0].commitment.payload.payer != records[1].commitment.payload.payer,
            "two merchants find no key in common")
        let link = SimulatedLink(first)
        try await wallet.connect(one, over: link)
        _ = try await wallet.pay(one, intents(10))
        let shown = try #require(link.seen.first)
        try await wallet.connect(two, over: SimulatedLink(second))
        #expect(second.pay(two, shown) == .failure(Refusal(.badPayword)))
        #expect(second.channel(two)?.accepted == .zero)
        // The same nonce, chains and dates to another merchant make other chains.
        let sameSeed = try World()
        let again = try await sameSeed.fundedWallet()
        let other = try await sameSeed.channel(again, second, plan((1, 100)))
        let roots = try await (
            records[0].commitment.payload.chains[0].root,
            again.channel(other).commitment.payload.chains[0].root
        )
        #expect(roots.0 != roots.1)
        #expect(
            try await again.channel(other).commitment.payload.nonce
                == records[0].commitment.payload.nonce)
    }

    @Test func keysRotateByGeneration() async throws {
        let world = try World()
        let wallet = try await world.fundedWallet()
        let merchant = SimulatedMerchant(key: try key(2))
        let first = try await world.channel(wallet, merchant, plan((1, 10)))
        let second = try await world.channel(wallet, merchant, plan((1, 10)))
        try await wallet.rotatePayerKey(
            broker: world.broker.root, merchant: merchant.key.publicKey)
        let third = try await world.channel(wallet, merchant, plan((1, 10)))
        let payers = try await [
            wallet.channel(first), wallet.channel(second), wallet.channel(third),
        ].map(\.commitment.payload.payer)
        #expect(payers[0] == payers[1])
        #expect(payers[1] != payers[2])
    }
}

extension [UInt8] {
    fileprivate func contains(_ other: [UInt8]) -> Bool {
        guard !other.isEmpty, count >= other.count else { return false }
        return (0...(count - other.count)).contains {
            Array(self[$0..<($0 + other.count)]) == other
        }
    }
}
