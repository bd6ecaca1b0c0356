internal import PayWord
internal import Testing
internal import TollMerchant

extension ChannelStore {
    /// Settles with an answer that no check looks at.
    func settle(
        _ id: BatchID, record: SettlementRecord, outcomes: [ClaimResult]
    ) async throws(Refusal) {
        try await settle(id, record: record, outcomes: outcomes, answer: StoreBench.someAnswer)
    }
}

extension StoreBench {
    static let someAnswer: [UInt8] = [8, 0, 255]

    /// A rule under which channels of the bench are old enough: 37 days and one, and a second.
    var rule: PurgeRule { PurgeRule(olderThan: .day, at: now.adding(38 * .day + 1)) }

    /// Opens channels, of which each claims 220 of 250 and is settled.
    func settled(_ nonces: ClosedRange<UInt64>, batch id: UInt8 = 1) async throws
        -> [PayingChannel]
    {
        var channels: [PayingChannel] = []
        for nonce in nonces { channels.append(try await spending(nonce: nonce)) }
        let batch = try batch(id, channels)
        try await store.record(batch)
        try await store.settle(
            batch.id, record: settlement(batch), outcomes: channels.map { _ in .settled })
        return channels
    }

    func purgeable(_ rule: PurgeRule) async throws -> [CommitmentID] {
        try await store.purgeable(by: rule, after: nil, limit: 100).map(\.terms.id)
    }

    // MARK: Answers and refusals

    func theWholeAnswerIsKept() async throws {
        let channel = try await spending()
        let batch = try batch(1, [channel])
        try await store.record(batch)
        #expect(try await store.settlementAnswer(batch.id) == nil)
        try await store.settle(
            batch.id, record: settlement(batch), outcomes: [.settled], answer: [1, 2, 3])
        try await store.settle(
            batch.id, record: settlement(batch), outcomes: [.settled], answer: [4])
        #expect(try await store.settlementAnswer(batch.id) == [1, 2, 3])
    }

    func refusalsAreFiledWithTheirReasons() async throws {
        var channels: [PayingChannel] = []
        for nonce in 1...3 { channels.append(try await spending(nonce: UInt64(nonce))) }
        let first = try batch(1, channels)
        try await store.record(first)
        #expect(try await store.refusals(skipping: 0, limit: 9).isEmpty)
        let (held, bad) = (Reason.held, Reason.badPayword)
        for _ in 1...2 {
            try await store.settle(
                first.id, record: settlement(first),
                outcomes: [
                    .settled, .refusedForNow(UInt64(held.rawValue)),
                    .refusedForGood(UInt64(bad.rawValue)),
                ])
        }
        let second = try batch(2, [channels[1]])
        try await store.record(second)
        for _ in 1...2 {
            try await store.abandon(second.id, reason: .unknownAccount, at: now.adding(9))
        }
        func filed(
            _ batch: RedemptionBatch, _ position: Int?, _ reason: Reason, _ time: Timestamp,
            isForGood: Bool = false
        ) throws -> ClaimRefusal {
            ClaimRefusal(
                batchID: batch.id, position: position.map { UInt32($0) },
                channel: position.map { channels[$0].id }, broker: broker.publicKey, asset: euro,
                reasonNumber: UInt64(reason.rawValue), expected: try amount(220), refusedAt: time,
                isForGood: isForGood)
        }
        let all = [
            try filed(second, nil, .unknownAccount, now.adding(9)), try filed(first, 1, held, now),
            try filed(first, 2, bad, now, isForGood: true),
        ]
        #expect(try await store.refusals(skipping: 0, limit: 9) == all)
        #expect(try await store.refusals(skipping: 1, limit: 1) == [all[1]])
        // What is claimed again was refused all the same.
        try await store.claimAgain(channels[2].id)
        #expect(try await store.refusals(skipping: 0, limit: 9) == all)
    }

    func whatCanBeClaimedIsAddedUp() async throws {
        #expect(
            try await store.claimableTotal(at: broker.publicKey, asset: euro)
                == ClaimableTotal.nothing)
        let soon = try channel(nonce: 1, lifetime: 3 * .day)
        try await open(soon)
        try await pay(soon, [payment([soon.claim(0, 1)], 60)])
        let channels = [try await spending(nonce: 2), try await spending(nonce: 3)]
        _ = try await spending(nonce: 4, isTwoParty: true)
        var total = try await store.claimableTotal(at: broker.publicKey, asset: euro)
        #expect((total.channels, total.amount.units) == (3, 560))
        #expect(total.redeemBy == now.adding(10 * .day))
        // What is under way is not counted, nor what was refused for good.
        try await store.record(try batch(1, [channels[0]]))
        let second = try batch(2, [channels[1]])
        try await store.record(second)
        try await store.settle(
            second.id, record: settlement(second), outcomes: [.refusedForGood(1)])
        total = try await store.claimableTotal(at: broker.publicKey, asset: euro)
        #expect((total.channels, total.amount.units) == (1, 60))
        #expect(
            try await store.claimableTotal(at: merchant.publicKey, asset: euro).channels == 1)
        #expect(
            try await store.claimableTotal(
                at: broker.publicKey, asset: Asset(code: "EUR", scale: 2)) == .nothing)
    }

    // MARK: Purging

    func purgedChannelsLeaveTotalsAndProofs() async throws {
        let gone = try await settled(1...2)
        let live = try channel(nonce: 3, lifetime: 40 * .day)
        try await open(live)
        try await pay(live, [payment([live.claim(0, 1)], 60, reference: "r")])
        let before = try await store.balance(of: euro)
        let settlements = try await store.settlements(before: nil, limit: 9)
        #expect(try await purgeable(rule) == gone.map(\.id).sorted())
        #expect(try await store.balance(of: euro) == before)

        let went = try await store.purge((gone + [live]).map(\.id), by: rule)
        #expect(Set(went.map(\.terms.id)) == Set(gone.map(\.id)))
        for channel in gone { #expect(try await store.channel(channel.id) == nil) }
        #expect(try await store.channels(after: nil, limit: 9).map(\.terms.id) == [live.id])
        var balance = try await store.balance(of: euro)
        #expect((balance.channels, balance.purgedChannels, balance.openChannels) == (3, 2, 1))
        #expect(
            (balance.payments, balance.accepted, balance.spent, balance.due)
                == (before.payments, before.accepted, before.spent, before.due))
        #expect((balance.settled, balance.claimed) == (before.settled, before.claimed))
        // 30 units of each could not be expressed, and nobody redeems them any more.
        #expect((balance.lapsed.units, balance.unclaimed.units) == (60, 60))
        #expect(try await store.settlements(before: nil, limit: 9) == settlements)
        #expect(try await store.settlementAnswer(settlements[0].batchID) == Self.someAnswer)

        // Again it changes nothing, and the next are added to it.
        #expect(try await store.purge(gone.map(\.id), by: rule).isEmpty)
        #expect(try await store.balance(of: euro) == balance)
        let later = try await settled(4...4, batch: 2)
        #expect(try await store.purge(later.map(\.id), by: rule).count == 1)
        balance = try await store.balance(of: euro)
        #expect(
            (balance.purgedChannels, balance.settled.units, balance.lapsed.units) == (3, 660, 90))
        #expect(try await state(live).spent.units == 60)
    }

    func aPurgedCommitmentIsNeverOpenedAgain() async throws {
        let channel = try await settled(1...1)[0]
        let advance = try advance(
            from: try await state(channel),
            [payment([channel.claim(0, 4)], 90, reference: "again")])
        #expect(try await store.purge([channel.id], by: rule).count == 1)
        await expectRefusal(.channelClosed) { try await open(channel) }
        // Another commitment with the payer's nonce.
        await expectRefusal(.duplicateCommitment) {
            try await open(try self.channel(nonce: 1, lifetime: 31 * .day))
        }
        // A payment that was judged before, its reference, and everything else: nothing is there.
        guard case .unknown = try await store.advance([advance])[0] else {
            Issue.record("a purged channel took a payment")
            return
        }
        await expectRefusal(.unknownCommitment) {
            _ = try await store.refund(channel.id, amount: amount(1), reference: nil, at: now)
        }
        await expectRefusal(.batchConflict) { try await store.record(try batch(9, [channel])) }
        await expectRefusal(.unknownCommitment) { try await store.claimAgain(channel.id) }
        #expect(try await store.signedClose(channel.id) == nil)
        // A payer whose channel went may open others.
        try await open(try self.channel(nonce: 2))
    }

    func whatIsNotOverIsNotPurged() async throws {
        let channels = try await settled(1...1)
        // A second too young; and an age below the least is the least.
        for early in [
            PurgeRule(olderThan: .day, at: now.adding(38 * .day)),
            PurgeRule(olderThan: 0, at: now.adding(38 * .day)),
        ] {
            #expect(try await purgeable(early).isEmpty)
            #expect(try await store.purge(channels.map(\.id), by: early).isEmpty)
        }
        // A claim under way, one that was refused for good, a debt to the merchant itself, and an
        // answer that the broker must be held to.
        let waiting = try await spending(nonce: 2)
        try await store.record(try batch(2, [waiting]))
        let refused = try await spending(nonce: 3)
        let third = try batch(3, [refused])
        try await store.record(third)
        try await store.settle(
            third.id, record: settlement(third), outcomes: [.refusedForGood(1)])
        let debt = try await spending(nonce: 4, isTwoParty: true)
        let disputed = try await spending(nonce: 5)
        let fifth = try batch(5, [disputed])
        try await store.record(fifth)
        try await store.keepAnswer([1], of: fifth.id)
        try await store.settle(fifth.id, record: settlement(fifth), outcomes: [.settled])
        // And what nobody claimed yet, by whatever clock.
        let unclaimed = try await spending(nonce: 6)
        let staying = [waiting, refused, debt, disputed, unclaimed]
        #expect(try await purgeable(rule) == channels.map(\.id))
        #expect(try await store.purge(staying.map(\.id), by: rule).isEmpty)
        for channel in staying { #expect(try await store.channel(channel.id) != nil) }
        // A page is full as long as there are more, also behind some that must stay.
        let more = try await settled(7...9, batch: 7)
        let all = (channels + more).map(\.id).sorted()
        var pages: [CommitmentID] = []
        while let next = try await store.purgeable(
            by: rule, after: pages.last, limit: 1
        ).first { pages.append(next.terms.id) }
        #expect(pages == all)
        #expect(try await store.purge(more.map(\.id), by: rule).count == 3)
        // A page that is asked for after the last is empty; ids that are not here are passed over.
        #expect(
            try await store.purgeable(by: rule, after: channels[0].id, limit: 9).isEmpty)
        #expect(try await store.purge([.zero], by: rule).isEmpty)
    }

    func purgedPartsAreForgotten() async throws {
        let channel = try await spending()
        try await pay(channel, [payment([], 20, reference: "charged")])
        _ = try await store.refund(
            channel.id, amount: amount(50), reference: Array("back".utf8), at: now)
        _ = try await store.close(
            channel.id, from: state(channel), at: [ChainIndex(2), ChainIndex(20)],
            signed: try close(channel))
        // Closed and not claimed yet, it stays.
        #expect(try await store.purge([channel.id], by: rule).isEmpty)
        let batch = try batch(1, [channel])
        try await store.record(batch)
        try await store.settle(batch.id, record: settlement(batch), outcomes: [.settled])
        let unused = try self.channel(nonce: 2)
        try await open(unused)
        let before = try await store.balance(of: euro)
        #expect(try await store.purge([channel.id, unused.id], by: rule).count == 2)
        #expect(try await store.undeliveredCloses(at: broker.publicKey, limit: 9).isEmpty)
        let balance = try await store.balance(of: euro)
        #expect((balance.due, balance.accepted) == (before.due, before.accepted))
        #expect((balance.settled, balance.lapsed) == (before.settled, .zero))
    }
}
