import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct ClosingTests {
    private func bench() async throws -> BrokerBench {
        let bench = try BrokerBench(MemoryLedgerStore())
        try await bench.enrolAll(funds: 10_000)
        return bench
    }

    @Test func aCloseFreesWhatIsBeyondTheFinalWorth() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        try await bench.broker.close(bench.close(channel, at: [(0, 30), (1, 2)]))
        var statement = try await bench.statement()
        #expect(statement.reserved.units == 230)
        #expect(statement.available.units == 9770)
        #expect(statement.commitments.map(\.state) == [.closed])
        // Claims up to the final indexes still pay; beyond, they do not.
        let beyond = try await bench.redeem([channel.claim([(0, 31)])])
        #expect(beyond.outcomes.map(\.reason) == [.channelClosed])
        let within = try await bench.redeem([channel.claim([(0, 30), (1, 2)])])
        #expect(within.settlement.gross.units == 230)
        statement = try await bench.statement()
        #expect(statement.reserved == .zero)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func aCloseAfterARedemptionCountsWhatWasPaid() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        _ = try await bench.redeem([channel.claim([(0, 20), (1, 4)])])
        // Below what was redeemed on one chain, above it on the other.
        try await bench.broker.close(bench.close(channel, at: [(0, 10), (1, 5)]))
        #expect(try await bench.statement().reserved.units == 100)
        let more = try await bench.redeem([channel.claim([(0, 20), (1, 5)])])
        #expect(more.settlement.gross.units == 100)
        #expect(try await bench.statement().reserved == .zero)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func theFirstCloseWins() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        try await bench.broker.close(bench.close(channel, at: [(0, 30)]))
        let before = try await bench.statement()
        bench.wait(5)
        try await bench.broker.close(bench.close(channel, at: [(0, 30)]))
        for index in [29, 31] as [UInt32] {
            await #expect(throws: Refusal(.channelClosed)) {
                try await bench.broker.close(bench.close(channel, at: [(0, index)]))
            }
        }
        let after = try await bench.statement()
        #expect(after == before)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func badIndexesAreRefused() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        await #expect(throws: Refusal(.indexPastEnd)) {
            try await bench.broker.close(bench.close(channel, at: [(0, 51)]))
        }
        await #expect(throws: Refusal(.unknownChain)) {
            try await bench.broker.close(bench.close(channel, at: [(2, 1)]))
        }
        let unknown = try bench.channel()
        await #expect(throws: Refusal(.unknownCommitment)) {
            try await bench.broker.close(bench.close(unknown, at: []))
        }
        #expect(try await bench.statement().reserved.units == 1050)
    }

    @Test func threat15OnlyTheMerchantsCloseFreesAReservation() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        // Another merchant, and the payer, cannot close it.
        for key in [bench.otherMerchant, bench.payer, bench.account] {
            await #expect(throws: Refusal(.wrongMerchant)) {
                try await bench.broker.close(bench.close(channel, at: [], by: key))
            }
        }
        // Nor can anyone in the merchant's name.
        var bytes = try bench.close(channel, at: []).encoded
        bytes[bytes.count - 1] ^= 1
        let forged = try SignedObject<Close>(decoding: bytes)
        await #expect(throws: Refusal(.badSignature)) { try await bench.broker.close(forged) }
        // Nor does a withdrawal reach what is locked.
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await bench.broker.withdraw(bench.withdrawal(8951))
        }
        #expect(try await bench.statement().reserved.units == 1050)
    }

    @Test func aCloseOfAnotherBrokerOrTimeIsRefused() async throws {
        let bench = try await bench()
        let channel = try await bench.reserved()
        let foreign = try bench.merchant.sign(
            Close(
                commitmentID: channel.id, broker: bench.merchant.publicKey,
                merchant: bench.merchant.publicKey, final: [], createdAt: bench.now))
        await #expect(throws: Refusal(.wrongBroker)) {
            try await bench.broker.close(foreign.object)
        }
        let ahead = try bench.merchant.sign(
            Close(
                commitmentID: channel.id, broker: bench.root.publicKey,
                merchant: bench.merchant.publicKey, final: [],
                createdAt: bench.now.adding(301)))
        await #expect(throws: Refusal(.notYetValid)) {
            try await bench.broker.close(ahead.object)
        }
        // However old it is, a close is taken.
        let close = try bench.close(channel, at: [])
        bench.wait(10 * .day)
        try await bench.broker.close(close)
        #expect(try await bench.statement().reserved == .zero)
    }
}
