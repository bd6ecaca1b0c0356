internal import PayWord
internal import Testing
internal import TollMerchant

extension StoreBench {
    func advanceRaisesAndSpends() async throws {
        let channel = try channel()
        try await open(channel)
        let before = try await state(channel)
        try await pay(
            channel,
            [
                payment([channel.claim(0, 3)], 250), payment([channel.claim(1, 20)], 0),
                payment([], 70),
            ])
        let stored = try await state(channel)
        #expect((stored.accepted.units, stored.spent.units, stored.payments) == (320, 320, 3))
        #expect(stored.paywords == [channel.claim(0, 3), channel.claim(1, 20)])
        #expect(stored.version == before.version + 1)
    }

    func advanceFromElsewhereIsMoved() async throws {
        let channel = try channel()
        try await open(channel)
        let first = try await state(channel)
        try await pay(channel, [payment([channel.claim(0, 3)], 250)])
        let before = try await state(channel)
        // Paid on what stood there first, with a reference, or with nothing to write.
        for (payments, asked) in [
            ([try payment([channel.claim(0, 4)], 50)], []),
            ([try payment([channel.claim(0, 4)], 50, reference: "r")], []), ([], ["r"]), ([], []),
        ] {
            let outcomes = try await store.advance([
                try advance(from: first, payments, asked: asked)
            ])
            guard case .moved(let found) = try #require(outcomes.first) else {
                Issue.record("it should have been found elsewhere")
                return
            }
            #expect(found == before)
            #expect(try await state(channel) == before)
        }
        // A refund moves it, too.
        _ = try await store.refund(channel.id, amount: amount(1), reference: nil, at: now)
        guard
            case .moved = try await store.advance([
                try advance(from: before, [payment([channel.claim(0, 4)], 1)])
            ])[0]
        else {
            Issue.record("the refund was overwritten")
            return
        }
        #expect(try await state(channel).spent.units == 249)
    }

    func advanceOfAnUnknownChannelIsUnknown() async throws {
        let (known, unknown) = (try channel(), try channel(nonce: 2))
        try await open(known)
        let absent = ChannelState(opening: unknown.commitment.object)
        let outcomes = try await store.advance([
            try advance(from: absent, [payment([unknown.claim(0, 1)], 1)]),
            try advance(from: absent, [payment([unknown.claim(0, 1)], 1, reference: "r")]),
            try advance(from: try await state(known), [payment([known.claim(0, 1)], 1)]),
        ])
        guard case .unknown = outcomes[0], case .unknown = outcomes[1],
            case .applied = outcomes[2]
        else {
            Issue.record("two are unknown, and one is paid")
            return
        }
        #expect(try await store.channel(unknown.id) == nil)
    }

    func advanceOfManyChannelsIsOneTransaction() async throws {
        var channels: [PayingChannel] = []
        for nonce in 1...20 { channels.append(try channel(nonce: UInt64(nonce))) }
        var advances: [ChannelAdvance] = []
        for channel in channels {
            try await open(channel)
            advances.append(
                try advance(
                    from: try await state(channel),
                    [
                        payment([channel.claim(0, 2)], 150, reference: "r"),
                        payment([], 50, reference: "s"),
                    ]))
        }
        let outcomes = try await store.advance(advances)
        #expect(outcomes.count == 20)
        for channel in channels {
            #expect(try await state(channel).spent == (try amount(200)))
        }
    }

    func anAdvanceThatIsElsewhereLeavesTheOthers() async throws {
        let channels = [try channel(), try channel(nonce: 2), try channel(nonce: 3)]
        var advances: [ChannelAdvance] = []
        for channel in channels {
            try await open(channel)
            advances.append(
                try advance(
                    from: try await state(channel), [payment([channel.claim(0, 1)], 60)]))
        }
        try await pay(channels[1], [payment([channels[1].claim(0, 2)], 10)])
        let outcomes = try await store.advance(advances)
        guard case .applied = outcomes[0], case .moved = outcomes[1], case .applied = outcomes[2]
        else {
            Issue.record("the second alone has moved")
            return
        }
        for (channel, spent): (_, UInt64) in zip(channels, [60, 10, 60]) {
            #expect(try await state(channel).spent.units == spent)
        }
    }

    func aReferenceIsUsedOnce() async throws {
        let channel = try channel()
        try await open(channel)
        try await pay(channel, [payment([channel.claim(0, 1)], 60, reference: "order 1")])
        let before = try await state(channel)
        // One that was used keeps the others of its channel from being written; with its amount,
        // the caller can tell a repeat from a conflict.
        let outcome = try await advance(
            channel,
            [
                payment([channel.claim(0, 2)], 40, reference: "order 2"),
                payment([], 30, reference: "order 1"), payment([], 20, reference: "order 3"),
            ])
        guard case .used(let charges, let found) = outcome else {
            Issue.record("a used reference was used again")
            return
        }
        #expect(
            charges == [
                Charge(kind: .charge, reference: Array("order 1".utf8), amount: try amount(60))
            ])
        #expect(found == before)
        #expect(try await state(channel) == before)
        // None of the others was left behind.
        try await pay(
            channel,
            [
                payment([channel.claim(0, 2)], 40, reference: "order 2"),
                payment([], 20, reference: "order 3"),
            ])
        #expect(try await state(channel).payments == 3)
    }

    func aReferenceBelongsToItsChannel() async throws {
        let (first, second) = (try channel(), try channel(nonce: 2))
        for channel in [first, second] {
            try await open(channel)
            try await pay(channel, [payment([channel.claim(0, 1)], 60, reference: "order 1")])
        }
        #expect(try await state(second).payments == 1)
    }

    func chargesAreFoundByTheirReferences() async throws {
        let channel = try channel()
        try await open(channel)
        try await pay(channel, [payment([channel.claim(0, 1)], 60, reference: "order 1")])
        let before = try await state(channel)
        let known = [
            Charge(kind: .charge, reference: Array("order 1".utf8), amount: try amount(60))
        ]
        // Beside a change, and alone.
        for payments in [[try payment([], 10)], []] {
            let outcome = try await advance(
                channel, payments, asked: ["order 2", "order 1"])
            guard case .applied(let found) = outcome else {
                Issue.record("it was not applied")
                return
            }
            #expect(found == known)
        }
        let after = try await state(channel)
        #expect((after.spent.units, after.version) == (70, before.version + 1))
        // To be asked for does not use a reference.
        try await pay(channel, [payment([], 5, reference: "order 2")])
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
        try await pay(channel, [payment([], 10, reference: "sorry")])
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
