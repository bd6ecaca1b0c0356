internal import PayWord
internal import Testing
internal import TollMerchant

extension StoreBench {
    func openingTwiceGivesOneChannel() async throws {
        let channel = try channel()
        try await open(channel)
        try await pay(channel, [payment([channel.claim(0, 3)], 100)])
        let again = try await open(channel)
        #expect(again.state.spent == (try amount(100)))
        #expect(try await store.channels(after: nil, limit: 10).count == 1)
    }

    func aRepeatedNonceIsDuplicate() async throws {
        let first = try channel()
        try await open(first)
        let other = try channel(lifetime: 31 * .day)
        #expect(other.commitment.payload.nonce == first.commitment.payload.nonce)
        #expect(other.id != first.id)
        await expectRefusal(.duplicateCommitment) { try await open(other) }
        #expect(try await store.channel(other.id) == nil)
        try await open(try channel(payer: 2))
    }

    func whatIsOpenedIsReadBackWhole() async throws {
        let channel = try channel()
        let record = try ChannelRecord(opening: channel.commitment, funding: .credit, at: now)
        let opened = try await store.open(record, limits: .none, at: now)
        #expect(opened == record)
        #expect(try await store.channel(channel.id) == record)
        #expect(try await store.signedClose(channel.id) == nil)
    }

    func channelsArePagedInOrder() async throws {
        var ids: Set<CommitmentID> = []
        for nonce in 1...7 { ids.insert(try await open(channel(nonce: UInt64(nonce))).terms.id) }
        var found: [CommitmentID] = []
        while true {
            let page = try await store.channels(after: found.last, limit: 3)
            found += page.map(\.terms.id)
            guard page.count == 3 else { break }
        }
        #expect(found == ids.sorted())
    }

    func exposureOfAPayerIsLimited() async throws {
        let limits = ExposureLimits(perPayer: try amount(2000), perBroker: nil)
        try await open(try channel(), funding: .credit, limits: limits)
        let second = try channel(nonce: 2)
        await expectRefusal(.limitExceeded) {
            try await open(second, funding: .credit, limits: limits)
        }
        #expect(try await store.channel(second.id) == nil)
        // Another payer, and another funding mode, have limits of their own.
        try await open(try channel(payer: 2), funding: .credit, limits: limits)
        try await open(try channel(nonce: 3), funding: .twoParty, limits: limits)
    }

    func exposureOfABrokerIsLimited() async throws {
        let limits = ExposureLimits(perPayer: nil, perBroker: try amount(2100))
        try await open(try channel(payer: 1), funding: .credit, limits: limits)
        try await open(try channel(payer: 2), funding: .credit, limits: limits)
        await expectRefusal(.limitExceeded) {
            try await open(try channel(payer: 3), funding: .credit, limits: limits)
        }
        // Opening one of them again is no new exposure.
        try await open(try channel(payer: 2), funding: .credit, limits: limits)
    }

    func exposureEndsWithExpiry() async throws {
        let limits = ExposureLimits(perPayer: try amount(1300), perBroker: nil)
        let first = try channel()
        try await open(first, funding: .credit, limits: limits)
        try await pay(first, [payment([first.claim(0, 3)], 300)])
        let expiry = first.commitment.payload.expiresAt
        // After it, the 300 that are due remain exposed, and 1,050 more would be too much.
        await expectRefusal(.limitExceeded) {
            try await open(
                try channel(nonce: 2), funding: .credit, limits: limits, at: expiry.adding(1))
        }
        let wider = ExposureLimits(perPayer: try amount(1350), perBroker: nil)
        await expectRefusal(.limitExceeded) {
            try await open(try channel(nonce: 2), funding: .credit, limits: wider, at: expiry)
        }
        try await open(
            try channel(nonce: 2), funding: .credit, limits: wider, at: expiry.adding(1))
    }

    func oddBytesAreData() async throws {
        let channel = try channel()
        try await open(channel)
        let odd = "'; DROP TABLE channels; --\u{1b}[31m\n\u{0}<script>"
        try await pay(
            channel,
            [
                payment([channel.claim(0, 1)], 10, reference: odd),
                payment([], 10, reference: odd + " "),
            ])
        let again = try await advance(channel, [payment([], 10, reference: odd)])
        guard case .used = again else {
            Issue.record("the reference was not found")
            return
        }
        #expect(try await state(channel).spent == (try amount(20)))
    }
}
