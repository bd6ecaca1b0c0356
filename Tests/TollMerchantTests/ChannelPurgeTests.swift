import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct ChannelPurgeTests {
    private func rule(_ bench: MerchantBench) -> PurgeRule {
        PurgeRule(olderThan: 90 * .day, at: bench.now)
    }

    /// When channels of the bench may go, after 90 days: a second too late for them to stay.
    private let late = TestTime.start.adding((37 + 90) * .day + 1)

    /// Pays 300 on channels, redeems them, and waits.
    private func settled(_ bench: MerchantBench, _ count: UInt64) async throws -> [PayingChannel] {
        var channels: [PayingChannel] = []
        for nonce in 1...count { channels.append(try await bench.opened(nonce: nonce)) }
        for channel in channels {
            try await bench.pay(channel, [channel.claim(0, 3)], 300, reference: "once")
        }
        _ = try await bench.redeemer().redeem(at: bench.broker.root.publicKey)
        bench.now = late
        return channels
    }

    @Test func moreThanAPageGoesAndTheBooksAddUp() async throws {
        let bench = try MerchantBench()
        _ = try await settled(bench, UInt64(ChannelPurge.pageMaximum) + 3)
        let before = try await bench.store.balance(of: bench.euro)
        let purge = ChannelPurge(store: bench.store, rule: rule(bench))
        let seen = try await purge.look()
        #expect(try await bench.store.balance(of: bench.euro) == before)
        #expect(try await purge.run() == seen)
        #expect(seen[bench.euro]?.channels == before.channels)
        let after = try await bench.store.balance(of: bench.euro)
        #expect(
            (after.settled, after.spent, after.due) == (before.settled, before.spent, before.due))
        #expect((after.purgedChannels, after.lapsed) == (before.channels, .zero))
        #expect(try await purge.run().isEmpty)
        // What was settled stays settled at the broker, and is not claimed again.
        #expect(
            try await bench.redeemer(seed: 9).redeem(at: bench.broker.root.publicKey)
                == RedemptionReport())
    }

    @Test func thePayerOfAPurgedChannelIsServedNothing() async throws {
        let bench = try MerchantBench()
        let channel = try await settled(bench, 1)[0]
        let other = bench.another()
        _ = try await ChannelPurge(store: bench.store, rule: rule(bench)).run()
        // The merchant that has it in memory, and one that has not.
        for merchant in [bench.merchant, other] {
            for (index, units, reference) in [
                (UInt32(3), UInt64(300), "once"), (4, 100, "twice"), (4, 100, nil),
            ] {
                let answers = await merchant.pay([
                    try bench.request(
                        channel, [channel.claim(0, index)], units, reference: reference)
                ])
                #expect(throws: Refusal.self) { try answers.first?.get() }
            }
            await expectRefusal(.commitmentExpired) {
                _ = try await merchant.open(
                    channel.commitment.object,
                    funding: try bench.broker.reserve(channel.commitment.object), salt: nil)
            }
        }
        // Even where the clock went back to when it was good, its old paywords pay for nothing.
        bench.now = TestTime.start
        for merchant in [bench.another(), bench.another()] {
            await expectRefusal(.channelClosed) {
                _ = try await merchant.open(
                    channel.commitment.object,
                    funding: try bench.broker.reserve(channel.commitment.object), salt: nil)
            }
            await expectRefusal(.unknownCommitment) { _ = try await merchant.status(channel.id) }
        }
        let balance = try await bench.store.balance(of: bench.euro)
        #expect((balance.payments, balance.spent.units) == (1, 300))
    }

    @Test func whatIsUnderWayStaysUntilItIsAnswered() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        bench.broker.set(\.lostAnswers, 1)
        let root = bench.broker.root.publicKey
        await expectRefusal(.timedOut) { _ = try await bench.redeemer(seed: 1).redeem(at: root) }
        bench.now = late
        let purge = ChannelPurge(store: bench.store, rule: rule(bench))
        #expect(try await purge.run().isEmpty)
        _ = try await bench.redeemer(seed: 2).redeem(at: root)
        #expect(try await purge.run()[bench.euro]?.settled.units == 300)
        #expect(bench.broker.gross == 300)
    }

    @Test func theProofOutlivesItsChannels() async throws {
        let bench = try MerchantBench()
        let channels = try await settled(bench, 3)
        _ = try await ChannelPurge(store: bench.store, rule: rule(bench)).run()
        let record = try #require(try await bench.store.settlements(before: nil, limit: 9).first)
        let bytes = try #require(try await bench.store.settlementAnswer(record.batchID))
        let answer = try SettlementAnswer(decoding: bytes)
        let root = bench.broker.root.publicKey
        let (settlement, outcomes) = try answer.verified(by: root)
        #expect(settlement.encoded == record.settlement)
        #expect(Set(outcomes.map(\.commitmentID)) == Set(channels.map(\.id)))
        #expect(try outcomes.map(\.amount).sum() == record.gross)
        // Under another root, without a leaf, or with two of them changed over, it proves nothing.
        #expect(throws: Refusal.self) { try answer.verified(by: bench.key.publicKey) }
        for leaves in [
            Array(answer.leaves.dropLast()),
            [answer.leaves[1], answer.leaves[0], answer.leaves[2]],
            answer.leaves + [answer.leaves[2]],
        ] {
            let wrong = SettlementAnswer(
                settlement: answer.settlement, signingCertificates: answer.signingCertificates,
                leaves: leaves)
            #expect(throws: Refusal(.amountMismatch)) { try wrong.verified(by: root) }
        }
        let unsigned = SettlementAnswer(
            settlement: answer.settlement, signingCertificates: [], leaves: answer.leaves)
        #expect(throws: Refusal.self) { try unsigned.verified(by: root) }
    }

    @Test func aClockThatIsMonthsAheadCostsNothing() async throws {
        let bench = try MerchantBench()
        let channel = try await bench.opened()
        try await bench.pay(channel, [channel.claim(0, 3)], 300)
        bench.now = late
        let purge = ChannelPurge(store: bench.store, rule: rule(bench))
        #expect(try await purge.run().isEmpty)
        // Put right, everything is as it was.
        bench.now = TestTime.start
        try await bench.pay(channel, [channel.claim(0, 4)], 100)
        _ = try await bench.redeemer().redeem(at: bench.broker.root.publicKey)
        #expect(bench.broker.gross == 400)
    }

    @Test func theServicePurgesAndAFaultIsTriedAgain() async throws {
        let bench = try MerchantBench()
        _ = try await settled(bench, 2)
        let service = RetentionService(
            store: bench.store, age: 90 * .day, clock: { bench.now })
        bench.store.fault = .beforeOnce
        await service.purgeOnce()
        #expect(try await bench.store.balance(of: bench.euro).purgedChannels == 0)
        await service.purgeOnce()
        #expect(try await bench.store.balance(of: bench.euro).purgedChannels == 2)
    }
}
