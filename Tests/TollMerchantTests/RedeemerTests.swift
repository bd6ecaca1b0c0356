import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct RedeemerTests {
    private func root(_ bench: MerchantBench) -> PublicKey { bench.broker.root.publicKey }

    @Test func whatIsSpentIsSettled() async throws {
        let bench = try MerchantBench()
        let first = try await bench.opened()
        let second = try await bench.opened(payer: 2, nonce: 2)
        try await bench.pay(first, [first.claim(0, 5), first.claim(1, 30)], 330)
        try await bench.pay(second, [second.claim(0, 2)], 130)
        let report = try await bench.redeemer().redeem(at: root(bench))
        // Of the second, 30 wait: its chain of 1s has not begun.
        #expect(report.settlements.count == 1)
        #expect(try report.totals().gross.units == 430)
        #expect(
            (report.claimsAccepted, report.claimsRefused, report.paywordsRedeemed) == (2, 0, 34))
        let balance = try await bench.store.balance(of: bench.euro)
        #expect(
            (balance.settled.units, balance.unclaimed.units, balance.inFlight) == (430, 30, .zero))
        #expect(bench.broker.gross == 430)
        #expect(try await bench.store.settlements(before: nil, limit: 9) == report.settlements)
        // Nothing has grown: nothing is sent.
        #expect(try await bench.redeemer(seed: 4).redeem(at: root(bench)) == RedemptionReport())
        #expect(bench.broker.received.count == 1)
        // What grows is the difference.
        try await bench.pay(second, [second.claim(1, 40)], 10)
        let more = try await bench.redeemer(seed: 5).redeem(at: root(bench))
        #expect(try more.totals().gross.units == 40)
        #expect(try await bench.store.balance(of: bench.euro).unclaimed == .zero)
    }

    @Test func threat19AnUnansweredBatchIsSentAgainByteForByte() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 5)], 300)
        bench.broker.set(\.lostAnswers, 2)
        for seed: UInt64 in 1...2 {
            await expectRefusal(.timedOut) {
                _ = try await bench.redeemer(seed: seed).redeem(at: root(bench))
            }
            // What grows meanwhile waits for a batch of its own.
            try await bench.pay(channel, [], 100)
        }
        let balance = try await bench.store.balance(of: bench.euro)
        #expect((balance.inFlight.units, balance.unclaimed.units) == (300, 200))
        let report = try await bench.redeemer(seed: 3).redeem(at: root(bench))
        #expect(report.settlements.map(\.gross.units) == [300, 200])
        let received = bench.broker.received
        #expect(received.count == 4)
        #expect(received[0] == received[1] && received[1] == received[2])
        #expect(received[3] != received[2])
        #expect(bench.broker.gross == 500)
    }

    @Test func threat19ClaimsOfTwoRedeemersAreCountedOnce() async throws {
        let bench = try MerchantBench()
        var channels: [PayingChannel] = []
        for nonce: UInt64 in 1...10 { channels.append(try await bench.opened(nonce: nonce)) }
        for channel in channels { try await bench.pay(channel, [channel.claim(0, 3)], 300) }
        let root = root(bench)
        await withTaskGroup(of: Void.self) { group in
            for seed: UInt64 in 1...4 {
                let redeemer = bench.redeemer(seed: seed)
                group.addTask { _ = try? await redeemer.redeem(at: root) }
            }
        }
        _ = try await bench.redeemer(seed: 9).redeem(at: root)
        #expect(bench.broker.gross == 3000)
        #expect(try await bench.store.balance(of: bench.euro).settled.units == 3000)
    }

    @Test func threat27AnAbsentBrokerCostsNothing() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        bench.broker.set(\.isAway, true)
        for day: UInt32 in 1...6 {
            // The merchant goes on accepting, and opening, without asking anyone.
            try await bench.pay(channel, [channel.claim(0, day)], 100)
            let late = try bench.channel(nonce: UInt64(day) + 1, issuedAt: bench.now)
            try await bench.open(late)
            try await bench.pay(late, [late.claim(0, 1)], 100)
            await expectRefusal(.timedOut) {
                _ = try await bench.redeemer(seed: UInt64(day)).redeem(at: root(bench))
            }
            bench.now = bench.now.adding(.day)
        }
        bench.broker.set(\.isAway, false)
        _ = try await bench.redeemer().redeem(at: root(bench))
        let balance = try await bench.store.balance(of: bench.euro)
        #expect(balance.settled.units == 1200 && balance.settled == balance.spent)
        #expect(bench.broker.gross == 1200)
    }

    @Test func refusalsAreTriedAgainOrFiled() async throws {
        let bench = try MerchantBench()
        var channels: [PayingChannel] = []
        for nonce: UInt64 in 1...3 { channels.append(try await bench.opened(nonce: nonce)) }
        for channel in channels { try await bench.pay(channel, [channel.claim(0, 3)], 300) }
        bench.broker.set(\.refusals, [channels[0].id: .held, channels[1].id: .redeemWindowClosed])
        let report = try await bench.redeemer().redeem(at: root(bench))
        #expect((report.claimsAccepted, report.claimsRefused) == (1, 2))
        let balance = try await bench.store.balance(of: bench.euro)
        #expect(
            (balance.settled.units, balance.unclaimed.units, balance.refused.units) == (
                300, 300, 300
            ))
        let filed = try await bench.store.refusedChannels(after: nil, limit: 9)
        #expect(filed.map(\.terms.id) == [channels[1].id])
        #expect(filed.first?.state.refusedReason == .redeemWindowClosed)
        // The first goes into a later batch, the second only when a person says so.
        bench.broker.set(\.refusals, [:])
        let later = try await bench.redeemer(seed: 4).redeem(at: root(bench))
        #expect(try later.totals().gross.units == 300)
        try await bench.store.claimAgain(channels[1].id)
        _ = try await bench.redeemer(seed: 5).redeem(at: root(bench))
        #expect(try await bench.store.balance(of: bench.euro).settled.units == 900)
    }

    @Test func aCommitmentThatTheBrokerLacksIsSentWhole() async throws {
        let bench = try MerchantBench {
            $0.credit = CreditLimits(
                perPayer: .maximum, unguaranteedPerPayer: .zero, perBroker: .maximum)
        }
        // On credit the broker may not have it, so it goes along at once.
        let channel = try bench.channel()
        _ = try await bench.merchant.open(
            channel.commitment.object,
            funding: try bench.broker.credit(
                channel.payer.publicKey, limit: 9999, guarantee: 9999), salt: nil)
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        let redeemer = bench.redeemer()
        #expect(try await redeemer.redeem(at: root(bench)).claimsAccepted == 1)
        // One that was reserved is named by its id, and sent when the broker asks for it.
        let reserved = try await bench.opened(nonce: 2)
        try await bench.pay(reserved, [reserved.claim(0, 3)], 300)
        bench.broker.set(\.commitments, [:])
        #expect(try await redeemer.redeem(at: root(bench)).claimsRefused == 1)
        #expect(try await redeemer.redeem(at: root(bench)).claimsAccepted == 1)
    }

    @Test func batchesStayWithinTheirLimits() async throws {
        let bench = try MerchantBench()
        for nonce: UInt64 in 1...7 {
            let channel = try await bench.opened(nonce: nonce)
            try await bench.pay(channel, [channel.claim(0, 40), channel.claim(1, 100)], 4100)
        }
        // By count: 3, 3, 1.
        let counted = bench.redeemer(
            limits: RedemptionLimits(claimsMaximum: 3, stepsMaximum: .max))
        bench.broker.set(\.isAway, false)
        let first = try await counted.redeem(at: root(bench))
        #expect(first.settlements.map(\.claimsAccepted) == [3, 3, 1])
        // By the broker's steps: a claim of 100 steps in batches of 30, and never more than is due.
        let long = try await bench.opened(nonce: 20)
        try await bench.pay(long, [long.claim(1, 100)], 95)
        bench.broker.set(\.stepsMaximum, 30)
        let second = try await bench.redeemer(seed: 8).redeem(at: root(bench))
        #expect(second.settlements.map(\.paywordsRedeemed) == [30, 30, 30, 5])
        #expect(bench.broker.gross == 7 * 4100 + 95)
    }

    @Test func batchesAreSplitByBytes() async throws {
        let bench = try MerchantBench()
        for nonce: UInt64 in 1...40 {
            let channel = try await bench.opened(nonce: nonce)
            try await bench.pay(channel, [channel.claim(0, 1)], 100)
        }
        let redeemer = bench.redeemer(
            limits: RedemptionLimits(bytesMaximum: 4096 + 1500, stepsMaximum: .max))
        let report = try await redeemer.redeem(at: root(bench))
        #expect(report.settlements.count > 1 && report.claimsAccepted == 40)
        #expect(bench.broker.received.allSatisfy { $0.count <= 4096 + 1500 })
    }

    @Test func aRefusedBatchIsMadeAnew() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        bench.broker.set(\.batchRefusal, .unknownAccount)
        await expectRefusal(.unknownAccount) {
            _ = try await bench.redeemer(seed: 1).redeem(at: root(bench))
        }
        #expect(try await bench.store.unansweredBatches(at: root(bench)).isEmpty)
        bench.broker.set(\.batchRefusal, nil)
        let report = try await bench.redeemer(seed: 2).redeem(at: root(bench))
        #expect(try report.totals().gross.units == 300)
    }

    @Test func aWrongAnswerIsNotBelieved() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        bench.broker.set(\.tampersWithAnswers, true)
        await expectRefusal(.batchConflict) {
            _ = try await bench.redeemer(seed: 1).redeem(at: root(bench))
        }
        // Nothing is marked, and the batch waits.
        #expect(try await bench.stored(channel).settledWorth == .zero)
        #expect(try await bench.store.unansweredBatches(at: root(bench)).count == 1)
        let stranger = try bench.payer(3).publicKey
        await expectRefusal(.untrustedBroker) {
            _ = try await bench.redeemer().redeem(at: stranger)
        }
    }

    @Test func anOutcomeOfAnotherClaimIsAmountMismatch() throws {
        let id = try #require(CommitmentID([UInt8](repeating: 1, count: 16)))
        let ordinal = Ordinal.all(count: 1)[0]
        var generator = SeededGenerator(seed: 1)
        let key = try SigningKey.generate(using: &generator)
        let redemption = try key.sign(
            Redemption(
                batchID: .zero, merchant: key.publicKey, broker: key.publicKey,
                asset: Asset(code: "EUR", scale: 6), createdAt: TestTime.start,
                claims: [
                    RedemptionClaim(
                        commitment: .id(id),
                        paywords: [
                            PaywordClaim(ordinal: ordinal, index: ChainIndex(3), payword: .zero)
                        ])
                ])
        ).object
        let batch = RedemptionBatch(
            id: .zero, broker: key.publicKey, asset: redemption.payload.asset,
            createdAt: TestTime.start,
            claims: [
                RedemptionBatch.Claim(
                    id: id, indexes: [ChainIndex(3)], expected: try Amount(units: 300))
            ], redemption: redemption.encoded)
        let check = SettlementCheck(batch: batch, redemption: redemption)
        func outcome(_ id: CommitmentID, to index: UInt32) -> ClaimOutcome {
            ClaimOutcome(
                position: 0, commitmentID: id,
                advances: [
                    ClaimOutcome.Advance(ordinal: ordinal, from: .zero, to: ChainIndex(index))
                ], amount: batch.claims[0].expected)
        }
        let gross = batch.claims[0].expected
        let right = try check.results([outcome(id, to: 3)], gross: gross)
        #expect(right.results == [.settled] && right.odd.isEmpty)
        #expect(throws: Refusal(.amountMismatch)) {
            _ = try check.results([outcome(id, to: 3)], gross: Amount(units: 299))
        }
        for wrong in [[outcome(.zero, to: 3)], [outcome(id, to: 4)], [outcome(id, to: 2)], []] {
            #expect(throws: Refusal(.amountMismatch)) { _ = try check.results(wrong, gross: gross) }
        }
    }

    @Test func closesAreDelivered() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 3)], 250)
        _ = try await bench.merchant.close(channel.id, request: try channel.closeRequest())
        let report = try await bench.redeemer().redeem(at: root(bench))
        #expect(try report.totals().gross.units == 300)
        #expect(report.closesDelivered == 1)
        #expect(bench.broker.closes.map(\.commitmentID) == [channel.id])
        #expect(try await bench.redeemer(seed: 4).redeem(at: root(bench)) == RedemptionReport())
    }

    @Test func twoPartyChannelsSettleInOwnBooks() async throws {
        let bench = try MerchantBench { $0.twoPartyMaximum = try Amount(units: 9000) }
        let channel = try bench.channel(broker: bench.key.publicKey)
        _ = try await bench.merchant.open(channel.commitment.object, funding: [], salt: nil)
        try await bench.pay(channel, [channel.claim(0, 5), channel.claim(1, 50)], 345)
        let report = try await bench.redeemer().redeem(at: bench.key.publicKey)
        #expect(try report.totals().net.units == 345)
        let payer = channel.payer.publicKey
        func owed() async throws -> UInt64? {
            try await bench.store.debts(in: bench.euro, after: nil, limit: 9).first?.owed.units
        }
        #expect(try await owed() == 345)
        try await bench.store.recordPayment(
            of: try bench.amount(300), in: bench.euro, by: payer, reference: [1], at: bench.now)
        #expect(try await owed() == 45)
        // A claim of a channel that is not there, or for another broker, is refused.
        let ledger = OwnLedger(key: bench.key, asset: bench.euro, store: bench.store)
        let foreign = try bench.key.sign(
            Redemption(
                batchID: .zero, merchant: bench.key.publicKey, broker: root(bench),
                asset: bench.euro, createdAt: bench.now,
                claims: [RedemptionClaim(commitment: .id(.zero), paywords: [channel.claim(0, 1)])]))
        await expectRefusal(.wrongBroker) { _ = try await ledger.redeem(foreign) }
    }
}
