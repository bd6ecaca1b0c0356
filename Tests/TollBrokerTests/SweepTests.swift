import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct SweepTests {
    private func bench() async throws -> BrokerBench {
        let bench = try BrokerBench(MemoryLedgerStore())
        try await bench.enrolAll(funds: 10_000)
        return bench
    }

    @Test func aCommitmentIsReleasedADayAfterRedeemBy() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        _ = try await bench.redeem([channel.claim([(0, 5)])])
        bench.now = channel.commitment.payload.redeemBy.adding(.day - 1)
        #expect(try await bench.broker.sweep() == 0)
        #expect(try await bench.statement().reserved.units == 1045)
        // Until then claims are taken.
        let late = try await bench.redeem([channel.claim([(0, 6)])])
        #expect(late.settlement.gross.units == 1)
        bench.wait(1)
        #expect(try await bench.broker.sweep() == 1)
        #expect(try await bench.broker.sweep() == 0)
        let statement = try await bench.statement()
        #expect(statement.reserved == .zero)
        #expect(statement.available.units == 9994)
        #expect(statement.commitments.isEmpty)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func threat21AClaimAfterReleaseIsRefused() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        bench.now = channel.commitment.payload.redeemBy.adding(.day)
        // The time is over, swept or not.
        for _ in 0..<2 {
            let result = try await bench.redeem([
                channel.claim([(0, 5)]), channel.embeddedClaim([(0, 5)]),
            ])
            #expect(result.outcomes.map(\.reason) == [.redeemWindowClosed, .redeemWindowClosed])
            #expect(result.settlement.gross == .zero)
            try await bench.broker.sweep()
        }
        try await bench.broker.close(bench.close(channel, at: [(0, 5)]))
        #expect(try await bench.statement().available.units == 10_000)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func whatAClosedCommitmentStillLocksIsReleasedToo() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        try await bench.broker.close(bench.close(channel, at: [(0, 30)]))
        bench.now = channel.commitment.payload.redeemBy.adding(.day)
        #expect(try await bench.broker.sweep() == 1)
        #expect(try await bench.statement().available.units == 10_000)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func threat27AnOutageLengthensTheTimeToRedeem() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let redeemBy = channel.commitment.payload.redeemBy
        // Up until a day before redeem-by, then away for five days.
        bench.now = redeemBy.subtracting(.day)
        try await bench.broker.beat()
        bench.now = redeemBy.adding(4 * .day)
        let outage = try await bench.broker.beat()
        #expect(outage == Outage(from: redeemBy.subtracting(.day), to: bench.now))
        // Nothing expired unseen: the merchant redeems, and nothing is released yet.
        #expect(try await bench.broker.sweep() == 0)
        let result = try await bench.redeem([channel.claim([(0, 5)])])
        #expect(result.settlement.gross.units == 5)
        bench.now = redeemBy.adding(6 * .day - 1)
        #expect(try await bench.broker.sweep() == 0)
        bench.wait(1)
        #expect(try await bench.broker.sweep() == 1)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func theReleaseRuleCountsWhatMatters() {
        func release(_ outages: [(UInt64, UInt64)]) -> UInt64 {
            ReleaseRule(
                delay: 100,
                outages: outages.map { Outage(from: Timestamp($0.0), to: Timestamp($0.1)) }
            ).releaseTime(expiresAt: Timestamp(1000), redeemBy: Timestamp(2000)).seconds
        }
        #expect(release([]) == 2100)
        #expect(release([(500, 900)]) == 2100)
        #expect(release([(900, 1100)]) == 2200)
        #expect(release([(2050, 2080)]) == 2130)
        #expect(release([(2100, 2200)]) == 2100)
        // An outage that begins in the time that another one added.
        #expect(release([(2050, 2090), (2120, 2130)]) == 2150)
        #expect(release([(2120, 2130), (2050, 2090)]) == 2150)
    }

    @Test func manyAreReleasedInOneSweep() async throws {
        let bench = try await bench()
        let channels = try (0..<600).map { _ in
            try bench.lightChannel(denomination: 1, length: 3)
        }
        try await bench.register(channels)
        bench.now = bench.now.adding(15 * .day)
        #expect(try await bench.broker.sweep() == 600)
        #expect(try await bench.statement().available.units == 10_000)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func anOutageEndsAfterItBegins() async throws {
        let bench = try await bench()
        await #expect(throws: Refusal(.malformed)) {
            try await bench.broker.record(Outage(from: Timestamp(5), to: Timestamp(5)))
        }
    }
}
