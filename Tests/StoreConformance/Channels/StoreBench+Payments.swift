internal import PayWord
internal import Testing
internal import TollMerchant

extension StoreBench {
    func advanceRaisesAndSpends() async throws {
        let channel = try channel()
        try await open(channel)
        let results = try await advance(
            channel,
            [
                payment([channel.claim(0, 3)], 250), payment([channel.claim(1, 20)], 0),
                payment([], 70),
            ])
        let statuses = try results.map { try $0.get().status }
        #expect(statuses.map(\.accepted.units) == [300, 320, 320])
        #expect(statuses.map(\.spent.units) == [250, 250, 320])
        #expect(statuses.map(\.payments) == [1, 2, 3])
        let stored = try await state(channel)
        #expect(stored.status == statuses.last)
        #expect(stored.paywords == [channel.claim(0, 3), channel.claim(1, 20)])
    }

    func advanceFromElsewhereIsMoved() async throws {
        let channel = try channel()
        try await open(channel)
        try await advance(channel, [payment([channel.claim(0, 3)], 250)])
        let before = try await state(channel)
        let outcomes = try await store.advance([
            ChannelAdvance(
                id: channel.id, base: [ChainIndex(2), .zero],
                payments: [payment([channel.claim(0, 4)], 50)])
        ])
        guard case .moved(let found) = try #require(outcomes.first) else {
            Issue.record("it should have been found elsewhere")
            return
        }
        #expect(found == before)
        #expect(try await state(channel) == before)
    }

    func advanceOfAnUnknownChannelIsUnknown() async throws {
        let (known, unknown) = (try channel(), try channel(nonce: 2))
        try await open(known)
        let outcomes = try await store.advance([
            ChannelAdvance(
                id: unknown.id, base: [.zero, .zero],
                payments: [payment([unknown.claim(0, 1)], 1)]),
            ChannelAdvance(
                id: known.id, base: [.zero, .zero], payments: [payment([known.claim(0, 1)], 1)]),
        ])
        guard case .unknown = outcomes[0], case .applied = outcomes[1] else {
            Issue.record("the one is unknown, and the other is paid")
            return
        }
        #expect(try await store.channel(unknown.id) == nil)
    }

    func advanceOfManyChannelsIsOneTransaction() async throws {
        var channels: [PayingChannel] = []
        for nonce in 1...20 { channels.append(try channel(nonce: UInt64(nonce))) }
        for channel in channels { try await open(channel) }
        let outcomes = try await store.advance(
            channels.map { channel in
                ChannelAdvance(
                    id: channel.id, base: [.zero, .zero],
                    payments: [
                        try payment([channel.claim(0, 2)], 150, reference: "r"),
                        try payment([], 50, reference: "s"),
                    ])
            })
        #expect(outcomes.count == 20)
        for channel in channels {
            #expect(try await state(channel).spent == (try amount(200)))
        }
    }

    func aRefusedPaymentLeavesTheOthers() async throws {
        let channel = try channel()
        try await open(channel)
        let results = try await advance(
            channel,
            [
                payment([channel.claim(0, 1)], 60), payment([], 41),
                payment([channel.claim(0, 2)], 140), payment([channel.claim(0, 1)], 0),
                payment([channel.claim(0, 2)], 100),
            ])
        #expect(throws: Refusal(.insufficientFunds)) { try results[1].get() }
        #expect(throws: Refusal(.staleIndex)) { try results[3].get() }
        #expect(try results[2].get().status.spent == (try amount(200)))
        // The last repeats the accepted payword, so it is acknowledged and spends nothing.
        #expect(try results[4].get().wasCounted == false)
        let stored = try await state(channel)
        #expect((stored.accepted.units, stored.spent.units, stored.payments) == (200, 200, 2))
    }

    func aReferenceIsCountedOnce() async throws {
        let channel = try channel()
        try await open(channel)
        try await advance(channel, [payment([channel.claim(0, 1)], 60, reference: "order 1")])
        let results = try await advance(
            channel,
            [
                payment([channel.claim(0, 2)], 60, reference: "order 1"),
                payment([], 40, reference: "order 2"), payment([], 40, reference: "order 2"),
            ])
        #expect(try results.map { try $0.get().wasCounted } == [false, true, false])
        let stored = try await state(channel)
        // The second try of order 1 raised nothing either.
        #expect((stored.accepted.units, stored.spent.units, stored.payments) == (100, 100, 2))
        // A reference belongs to its channel.
        let other = try self.channel(nonce: 2)
        try await open(other)
        let elsewhere = try await advance(
            other, [payment([other.claim(0, 1)], 60, reference: "order 1")])
        #expect(try elsewhere[0].get().wasCounted)
    }

    func aReferenceOfAnotherAmountConflicts() async throws {
        let channel = try channel()
        try await open(channel)
        let results = try await advance(
            channel,
            [
                payment([channel.claim(0, 1)], 60, reference: "order 1"),
                payment([], 30, reference: "order 1"),
            ])
        #expect(throws: Refusal(.referenceConflict)) { try results[1].get() }
        #expect(try await state(channel).spent == (try amount(60)))
    }

    func aKnownReferenceOutlivesItsRefusal() async throws {
        let channel = try channel()
        try await open(channel)
        let stale = Refusal(.staleIndex)
        let results = try await advance(
            channel,
            [
                payment([channel.claim(0, 1)], 60, reference: "order 1"),
                payment([], 60, reference: "order 1", refusal: stale),
                payment([], 30, reference: "order 2", refusal: stale),
            ])
        #expect(try results[1].get().wasCounted == false)
        #expect(throws: stale) { try results[2].get() }
        #expect(try await state(channel).payments == 1)
        // A refused payment leaves its reference free.
        let later = try await advance(channel, [payment([], 30, reference: "order 2")])
        #expect(try later[0].get().wasCounted)
    }

    func refundsLowerSpentOnce() async throws {
        let channel = try await spending()
        let reference = Array("sorry".utf8)
        let first = try await store.refund(
            channel.id, amount: amount(50), reference: reference, at: now)
        #expect(first.spent == (try amount(200)))
        let again = try await store.refund(
            channel.id, amount: amount(50), reference: reference, at: now)
        #expect(again.spent == (try amount(200)))
        await expectRefusal(.referenceConflict) {
            _ = try await store.refund(
                channel.id, amount: amount(51), reference: reference, at: now)
        }
        await expectRefusal(.insufficientFunds) {
            _ = try await store.refund(channel.id, amount: amount(201), reference: nil, at: now)
        }
        await expectRefusal(.unknownCommitment) {
            _ = try await store.refund(.zero, amount: amount(1), reference: nil, at: now)
        }
        #expect(try await state(channel).spent == (try amount(200)))
        // A charge may bear the same reference: it is a thing of another kind.
        let charged = try await advance(channel, [payment([], 10, reference: "sorry")])
        #expect(try charged[0].get().wasCounted)
    }

    func refundsStopAtWhatIsClaimed() async throws {
        let channel = try await spending()
        try await store.record(try batch(1, [channel]))
        await expectRefusal(.alreadySettled) {
            _ = try await store.refund(
                channel.id, amount: amount(31), reference: Array("a".utf8), at: now)
        }
        // A refund that was refused leaves its reference free.
        let refunded = try await store.refund(
            channel.id, amount: amount(30), reference: Array("a".utf8), at: now)
        #expect(refunded.spent == (try amount(220)))
    }
}
