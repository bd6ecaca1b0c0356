internal import PayWord
internal import Testing
internal import TollBroker

/// Redemptions of many channels.
enum BatchChecks {
    private static func prepared(
        _ store: any LedgerStore, seed: UInt64 = 1, channels: Int
    ) async throws -> (BrokerBench, [LightChannel]) {
        let bench = try BrokerBench(store, seed: seed)
        try await bench.enrolAll(funds: 10_000_000)
        let channels = try (0..<channels).map { _ in try bench.lightChannel() }
        try await bench.register(channels)
        return (bench, channels)
    }

    static func tenThousandChannelsInOneBatch(on store: any LedgerStore) async throws {
        let (bench, channels) = try await prepared(store, channels: 10_000)
        let batch = try bench.redemption(channels.map { $0.claim(5) })
        let answer = try await bench.broker.redeem(batch)
        let settlement = try answer.verified(for: batch).settlement.payload
        #expect(settlement.gross.units == 10_000 * 5 * 3)
        #expect(settlement.claimsAccepted == 10_000)
        #expect(settlement.paywordsRedeemed == 50_000)
        bench.wait(100)
        #expect(try await bench.broker.redeem(batch).encoded == answer.encoded)
        let again = try await bench.redeem(batch.payload.claims)
        #expect(again.settlement.gross == .zero)
        #expect(again.settlement.claimsAccepted == 10_000)
        #expect(
            try await bench.balance(.merchant, bench.merchant.publicKey, .available) == 150_000)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    /// 1 % of 10,000 claims are bad, of every kind in turn.
    static func badClaimsAreRefusedByLine(on store: any LedgerStore, seed: UInt64) async throws {
        let (bench, channels) = try await prepared(store, seed: seed, channels: 10_000)
        var random = bench.random
        let bad = try await badClaims(bench)
        var claims = channels.map { $0.claim(UInt32.random(in: 1...8, using: &random)) }
        var expected = [Reason?](repeating: nil, count: claims.count)
        for number in 0..<100 {
            let position = number * 100 + Int.random(in: 0..<100, using: &random)
            (claims[position], expected[position]) = bad[number % bad.count]
        }
        let gross = zip(claims, expected).reduce(UInt64(0)) { sum, line in
            line.1 == nil ? sum + 3 * UInt64(line.0.paywords[0].index.value) : sum
        }
        let result = try await bench.redeem(claims)
        #expect(result.outcomes.map(\.reason) == expected)
        #expect(result.settlement.claimsAccepted == 9900)
        #expect(result.settlement.gross.units == gross)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    private static func badClaims(
        _ bench: BrokerBench
    ) async throws -> [(RedemptionClaim, Reason?)] {
        let live = try await bench.reserved()
        let closed = try await bench.reserved()
        try await bench.broker.close(bench.close(closed, at: [(0, 3)]))
        let released = try bench.lightChannel(isReleased: true)
        let foreign = try bench.lightChannel(merchant: bench.otherMerchant.publicKey)
        let dollars = try bench.lightChannel(asset: bench.otherAsset)
        try await bench.enrol(bench.account, .payer, asset: bench.otherAsset)
        try await bench.broker.deposit(
            bench.amount(1000), asset: bench.otherAsset, to: bench.account.publicKey,
            reference: "dollars")
        try await bench.register([released, foreign, dollars])
        let unreserved = try bench.channel()
        var altered = live.commitment.encoded
        altered[altered.count - 1] ^= 1
        let paywords = live.paywords([(0, 5)])
        return [
            (live.forgedClaim([(0, 5)]), .badPayword),
            (live.claim([(2, 1)]), .unknownChain),
            (live.claim([(0, 51)]), .indexPastEnd),
            (closed.claim([(0, 4)]), .channelClosed),
            (released.claim(5), .redeemWindowClosed),
            (foreign.claim(5), .wrongMerchant),
            (dollars.claim(5), .wrongAsset),
            (unreserved.claim([(0, 5)]), .unknownCommitment),
            (unreserved.embeddedClaim([(0, 5)]), .notReserved),
            (
                try bench.channel(bench.draft(broker: bench.merchant.publicKey))
                    .embeddedClaim([(0, 5)]), .wrongBroker
            ),
            (RedemptionClaim(commitment: .object(altered), paywords: paywords), .badSignature),
            (RedemptionClaim(commitment: .object([1]), paywords: paywords), .malformed),
        ]
    }

    static func redemptionsAtOncePayOnce(on store: any LedgerStore) async throws {
        let (bench, channels) = try await prepared(store, channels: 300)
        let batches = try (0..<6).map { number in
            try bench.redemption(
                channels.enumerated().map { place, channel in
                    // Each batch is ahead on some channels and behind on others.
                    channel.claim(UInt32(1 + (place + number * 3) % 8))
                })
        }
        let gross = try await withThrowingTaskGroup(of: UInt64.self) { group in
            for batch in batches + batches {
                group.addTask {
                    let answer = try await bench.broker.redeem(batch)
                    return try answer.verified(for: batch).settlement.payload.gross.units
                }
            }
            var sums: [UInt64] = []
            for try await units in group { sums.append(units) }
            return sums
        }
        let highest = (0..<300).reduce(UInt64(0)) { sum, place in
            sum + 3 * ((0..<6).map { UInt64(1 + (place + $0 * 3) % 8) }.max() ?? 0)
        }
        // Every batch was sent twice and answered alike, so half of what is answered is paid.
        #expect(gross.reduce(0, +) == 2 * highest)
        #expect(
            try await bench.balance(.merchant, bench.merchant.publicKey, .available)
                == Int64(highest))
        #expect(try await store.settlements(skipping: 0, limit: 100).count == 6)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    static func aFaultInASettlementLeavesNothing(on store: any LedgerStore) async throws {
        let faulty = FaultyLedgerStore(store)
        let bench = try BrokerBench(faulty)
        try await bench.enrolAll(funds: 10_000)
        let channel = try await bench.reserved()
        let batch = try bench.redemption([channel.claim([(0, 10)])])
        let before = try await bench.broker.checkLedger()
        faulty.failNext()
        await #expect(throws: Refusal(.storageFailed)) { try await bench.broker.redeem(batch) }
        let after = try await bench.broker.checkLedger()
        #expect(after.head == before.head)
        #expect(after.settlements == 0)
        #expect(after.faults == [])
        #expect(try await bench.statement().reserved.units == 1050)
        // Sent again, it settles.
        #expect(try await bench.broker.redeem(batch).settlement.payload.gross.units == 10)
    }

    static func whatMovedMeanwhileIsJudgedAnew(on store: any LedgerStore) async throws {
        let faulty = FaultyLedgerStore(store)
        let bench = try BrokerBench(faulty)
        try await bench.enrolAll(funds: 10_000)
        let moved = try await bench.reserved()
        let closed = try await bench.reserved()
        let still = try await bench.reserved()
        let batch = try bench.redemption([
            moved.claim([(0, 20)]), closed.claim([(0, 20)]), still.claim([(0, 20)]),
        ])
        // The batch was read and walked; then another one pays, and a channel is closed below it.
        faulty.meanwhile {
            _ = try await bench.redeem([moved.claim([(0, 15)])])
            _ = try await bench.broker.close(bench.close(closed, at: [(0, 5)]))
        }
        let answer = try await bench.broker.redeem(batch)
        let outcomes = try answer.verified(for: batch).outcomes
        #expect(outcomes.map(\.amount.units) == [5, 0, 20])
        #expect(outcomes.map(\.reason) == [nil, .channelClosed, nil])
        #expect(
            try await bench.balance(.merchant, bench.merchant.publicKey, .available) == 40)
        // The same batch that another sending settled meanwhile is answered with those bytes.
        let again = try bench.redemption([still.claim([(0, 30)])])
        faulty.meanwhile { _ = try await bench.broker.redeem(again) }
        let repeated = try await bench.broker.redeem(again)
        #expect(try await bench.broker.redeem(again).encoded == repeated.encoded)
        #expect(
            try await bench.balance(.merchant, bench.merchant.publicKey, .available) == 50)
        #expect(try await bench.broker.checkLedger().faults == [])
    }
}
