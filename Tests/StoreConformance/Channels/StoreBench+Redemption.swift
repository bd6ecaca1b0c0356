internal import PayWord
internal import Testing
internal import TollMerchant

extension StoreBench {
    func closingTakesNoMorePayments() async throws {
        let channel = try await spending()
        let final = [ChainIndex(3), .zero]
        let late = try advance(
            from: try await state(channel), [payment([channel.claim(0, 4)], 1)])
        let stored = try await store.close(
            channel.id, from: state(channel), at: final, signed: try close(channel))
        #expect(stored.close == (try close(channel).encoded))
        #expect(stored.state.closedAt == now)
        #expect(stored.state.chains.map(\.final) == final)
        guard case .moved(let closed) = try await store.advance([late])[0] else {
            Issue.record("a payment was counted after the close")
            return
        }
        #expect(closed == stored.state)
        await expectRefusal(.channelClosed) {
            _ = try await advance(channel, [payment([channel.claim(0, 4)], 1)])
        }
        await expectRefusal(.channelClosed) {
            _ = try await store.refund(channel.id, amount: amount(1), reference: nil, at: now)
        }
        #expect(try await state(channel) == stored.state)
        await expectRefusal(.unknownCommitment) {
            _ = try await store.close(
                .zero, from: stored.state, at: final, signed: try close(channel))
        }
    }

    func closingAMovedChannelIsTriedAgain() async throws {
        let channel = try await spending()
        let before = try await state(channel)
        try await pay(channel, [payment([], 10)])
        let stored = try await store.close(
            channel.id, from: before, at: [ChainIndex(3), .zero], signed: try close(channel))
        #expect(stored.close == nil)
        #expect(stored.state.spent == (try amount(260)))
        #expect(try await store.signedClose(channel.id) == nil)
        // Indexes that are worth less than what is spent are no close at all.
        await expectRefusal(.internal) {
            _ = try await store.close(
                channel.id, from: stored.state, at: [ChainIndex(2), ChainIndex(20)],
                signed: try close(channel))
        }
    }

    func closingTwiceGivesTheFirstClose() async throws {
        let channel = try await spending()
        let first = try close(channel)
        _ = try await store.close(
            channel.id, from: state(channel), at: [ChainIndex(3), .zero], signed: first)
        let second = try merchant.sign(
            Close(
                commitmentID: channel.id, broker: broker.publicKey, merchant: merchant.publicKey,
                final: [], createdAt: now.adding(9)))
        let stored = try await store.close(
            channel.id, from: state(channel), at: [ChainIndex(3), ChainIndex(1)], signed: second)
        #expect(stored.close == first.encoded)
        #expect(try await store.signedClose(channel.id) == first.encoded)
    }

    func claimableFindsWhatIsDue() async throws {
        let channels = [try await spending(), try await spending(nonce: 2)]
        try await open(try channel(nonce: 3))
        _ = try await spending(nonce: 4, isTwoParty: true)
        func found(_ asset: Asset, after id: CommitmentID? = nil) async throws -> [CommitmentID] {
            try await store.claimable(
                at: broker.publicKey, asset: asset, after: id, limit: 10
            ).map(\.terms.id)
        }
        let ids = channels.map(\.id).sorted()
        #expect(try await found(euro) == ids)
        #expect(try await found(euro, after: ids[0]) == [ids[1]])
        #expect(try await found(Asset(code: "EUR", scale: 2)) == [])
        try await store.record(try batch(1, [channels[0]]))
        #expect(try await found(euro) == [channels[1].id])
    }

    func aBatchIsRecordedOnce() async throws {
        let channel = try await spending()
        let batch = try batch(1, [channel])
        try await store.record(batch)
        #expect(try await store.unansweredBatches(at: broker.publicKey) == [batch])
        #expect(try await store.unansweredBatches(at: merchant.publicKey) == [])
        await expectRefusal(.batchConflict) { try await store.record(try self.batch(2, [channel])) }
        let stored = try await state(channel)
        #expect(stored.chains.map(\.claimed) == [ChainIndex(2), ChainIndex(20)])
        #expect(stored.chains.map(\.settled) == [.zero, .zero])
    }

    func aBatchThatDoesNotFitChangesNothing() async throws {
        let (paid, unpaid) = (try await spending(), try channel(nonce: 2))
        try await open(unpaid)
        let before = try await state(paid)
        await expectRefusal(.batchConflict) {
            try await store.record(try batch(1, [paid, unpaid]))
        }
        #expect(try await state(paid) == before)
        // A refund that came between choosing and recording.
        _ = try await store.refund(paid.id, amount: amount(31), reference: nil, at: now)
        await expectRefusal(.batchConflict) { try await store.record(try batch(1, [paid])) }
        #expect(try await store.unansweredBatches(at: broker.publicKey) == [])
        await expectRefusal(.batchConflict) {
            try await store.record(try batch(1, [try channel(nonce: 3)]))
        }
    }

    /// Another redeemer may have claimed part of it, and been answered, after this one looked.
    func aClaimOfWhatWasSettledSinceIsRefused() async throws {
        let channel = try await spending()
        let stale = RedemptionBatch.Claim(
            id: channel.id, indexes: [ChainIndex(3), ChainIndex(20)], expected: try amount(320))
        let first = try batch(1, [channel])
        try await store.record(first)
        try await store.settle(first.id, record: settlement(first), outcomes: [.settled])
        try await pay(channel, [payment([channel.claim(0, 5)], 100)])
        func second(_ claim: RedemptionBatch.Claim) throws -> RedemptionBatch {
            RedemptionBatch(
                id: try #require(BatchID([UInt8](repeating: 2, count: 16))),
                broker: broker.publicKey, asset: euro, createdAt: now, claims: [claim],
                redemption: [2])
        }
        await expectRefusal(.batchConflict) { try await store.record(try second(stale)) }
        let fresh = RedemptionBatch.Claim(
            id: channel.id, indexes: stale.indexes, expected: try amount(100))
        try await store.record(try second(fresh))
        #expect(try await state(channel).claimedWorth == (try amount(320)))
    }

    func settlingMarksEachClaim() async throws {
        var channels: [PayingChannel] = []
        for nonce in 1...3 { channels.append(try await spending(nonce: UInt64(nonce))) }
        let batch = try batch(1, channels)
        try await store.record(batch)
        try await store.settle(
            batch.id, record: settlement(batch),
            outcomes: [
                .settled, .refusedForNow(UInt64(Reason.held.rawValue)),
                .refusedForGood(UInt64(Reason.badPayword.rawValue)),
            ])
        let states = [
            try await state(channels[0]), try await state(channels[1]),
            try await state(channels[2]),
        ]
        #expect(try states.map { try $0.settledWorth.units } == [220, 0, 0])
        #expect(try states.map { try $0.claimedWorth.units } == [220, 0, 0])
        #expect(states.map(\.refusedReason) == [nil, nil, .badPayword])
        #expect(try await store.unansweredBatches(at: broker.publicKey) == [])
        let claimable = try await store.claimable(
            at: broker.publicKey, asset: euro, after: nil, limit: 10)
        #expect(Set(claimable.map(\.terms.id)) == [channels[0].id, channels[1].id])
        #expect(try await store.settlements(before: nil, limit: 5) == [settlement(batch)])
    }

    func settlingTwiceChangesNothing() async throws {
        let channel = try await spending()
        let batch = try batch(1, [channel])
        try await store.record(batch)
        try await store.settle(batch.id, record: settlement(batch), outcomes: [.settled])
        let before = try await state(channel)
        try await store.settle(batch.id, record: settlement(batch), outcomes: [.refusedForNow(1)])
        #expect(try await state(channel) == before)
        #expect(try await store.settlements(before: nil, limit: 5).count == 1)
        let unknown = try self.batch(2, [channel])
        await expectRefusal(.batchConflict) {
            try await store.settle(unknown.id, record: settlement(unknown), outcomes: [.settled])
        }
    }

    func abandonedClaimsAreMadeAnew() async throws {
        let channel = try await spending()
        let batch = try batch(1, [channel])
        try await store.record(batch)
        try await store.abandon(batch.id, reason: .unknownAccount, at: now)
        #expect(try await store.unansweredBatches(at: broker.publicKey) == [])
        #expect(try await state(channel).claimedWorth == .zero)
        try await store.abandon(batch.id, reason: .unknownAccount, at: now)
        try await store.record(try self.batch(2, [channel]))
    }

    func answersAreKeptBesideTheirRedemption() async throws {
        let channel = try await spending()
        let batch = try batch(1, [channel])
        await expectRefusal(.batchConflict) { try await store.keepAnswer([1], of: batch.id) }
        try await store.record(batch)
        #expect(try await store.keptAnswer(batch.id) == nil)
        try await store.keepAnswer([1, 2], of: batch.id)
        try await store.keepAnswer([3], of: batch.id)
        try await store.settle(batch.id, record: settlement(batch), outcomes: [.settled])
        // The batch lets its redemption go; what is kept stays whole.
        let kept = KeptAnswer(redemption: batch.redemption, answer: [1, 2])
        #expect(try await store.keptAnswer(batch.id) == kept)
        await expectRefusal(.batchConflict) { try await store.keepAnswer([4], of: batch.id) }
    }

    func refusedChannelsWaitForAPerson() async throws {
        let channel = try await spending()
        let batch = try batch(1, [channel])
        try await store.record(batch)
        try await store.settle(
            batch.id, record: settlement(batch),
            outcomes: [.refusedForGood(UInt64(Reason.badPayword.rawValue))])
        func claimable() async throws -> Int {
            try await store.claimable(at: broker.publicKey, asset: euro, after: nil, limit: 10)
                .count
        }
        #expect(
            try await store.refusedChannels(after: nil, limit: 10).map(\.terms.id) == [channel.id])
        #expect(try await claimable() == 0)
        try await store.claimAgain(channel.id)
        #expect(try await store.refusedChannels(after: nil, limit: 10).isEmpty)
        #expect(try await claimable() == 1)
        await expectRefusal(.unknownCommitment) { try await store.claimAgain(.zero) }
    }

    func closesAreDeliveredOnce() async throws {
        let channel = try await spending()
        _ = try await store.close(
            channel.id, from: state(channel), at: [ChainIndex(3), .zero],
            signed: try close(channel))
        let waiting = try await store.undeliveredCloses(at: broker.publicKey, limit: 10)
        #expect(waiting.map(\.id) == [channel.id])
        #expect(waiting.map(\.close) == [try close(channel).encoded])
        #expect(try await store.undeliveredCloses(at: merchant.publicKey, limit: 10).isEmpty)
        try await store.markCloseDelivered(channel.id)
        #expect(try await store.undeliveredCloses(at: broker.publicKey, limit: 10).isEmpty)
    }

    func balancesAddUp() async throws {
        let channels = [
            try await spending(), try await spending(nonce: 2), try await spending(nonce: 3),
        ]
        let batch = try batch(1, [channels[0], channels[1]])
        try await store.record(batch)
        try await store.settle(
            batch.id, record: settlement(batch),
            outcomes: [.settled, .refusedForGood(UInt64(Reason.badPayword.rawValue))])
        try await store.record(try self.batch(2, [channels[2]]))
        let balance = try await store.balance(of: euro)
        #expect((balance.channels, balance.openChannels, balance.payments) == (3, 3, 3))
        #expect(
            (balance.accepted.units, balance.spent.units, balance.credit.units) == (960, 750, 210))
        #expect((balance.settled.units, balance.inFlight.units) == (220, 220))
        #expect((balance.refused.units, balance.unclaimed.units) == (250, 60))
        let parts = [balance.settled, balance.inFlight, balance.refused, balance.unclaimed]
        #expect(try parts.sum() == balance.due)
        #expect(try await store.balance(of: Asset(code: "EUR", scale: 2)) == MerchantBalance())
    }

    func debtsArePaidOnce() async throws {
        let channel = try await spending(payer: 5, isTwoParty: true)
        let batch = try batch(1, [channel])
        try await store.record(batch)
        try await store.settle(batch.id, record: settlement(batch), outcomes: [.settled])
        let payer = channel.payer.publicKey
        for _ in 1...2 {
            try await store.recordPayment(
                of: amount(120), in: euro, by: payer, reference: [1], at: now)
        }
        await expectRefusal(.referenceConflict) {
            try await store.recordPayment(
                of: amount(20), in: euro, by: payer, reference: [1], at: now)
        }
        await expectRefusal(.insufficientFunds) {
            try await store.recordPayment(
                of: amount(101), in: euro, by: payer, reference: [2], at: now)
        }
        #expect(
            try await store.debts(in: euro, after: nil, limit: 10)
                == [PayerDebt(payer: payer, settled: try amount(220), paid: try amount(120))])
        #expect(try await store.debts(in: euro, after: payer, limit: 10).isEmpty)
        // What was paid is exposed no more: 1,050 − 120 and 1,050 more.
        let tight = ExposureLimits(perPayer: try amount(1979), perBroker: nil)
        await expectRefusal(.limitExceeded) {
            try await open(
                try self.channel(payer: 5, nonce: 2, isTwoParty: true), funding: .twoParty,
                limits: tight)
        }
        try await open(
            try self.channel(payer: 5, nonce: 2, isTwoParty: true), funding: .twoParty,
            limits: ExposureLimits(perPayer: try amount(1980), perBroker: nil))
    }
}
