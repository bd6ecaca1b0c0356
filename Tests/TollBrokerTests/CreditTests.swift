import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct CreditTests {
    private func bench(
        limit: UInt64 = 500, perCommitment: UInt64 = 2000, guarantee: UInt64 = 100,
        funds: UInt64 = 0
    ) async throws -> BrokerBench {
        let bench = try BrokerBench(MemoryLedgerStore())
        try await bench.enrolAll(funds: funds)
        try await bench.giveCredit(
            limit: limit, perCommitment: perCommitment, guarantee: guarantee)
        return bench
    }

    @Test func aCertificateSaysWhatIsAllowed() async throws {
        let bench = try await bench()
        let answer = try await bench.certify()
        let object = try SignedObject<Certificate>(decoding: try #require(answer.objects.first))
        let certificate = try object.verified(by: bench.broker.describe().identity).payload
        #expect(certificate.funding == .credit)
        #expect(certificate.subject == bench.payer.publicKey)
        #expect(certificate.limitPerCommitment?.units == 2000)
        #expect(certificate.guarantee?.units == 100)
        #expect(certificate.displayName == nil)
        #expect(try await bench.certify().encoded == answer.encoded)
    }

    @Test func otherTermsMakeAnotherCertificate() async throws {
        let bench = try await bench()
        let first = try await bench.certify()
        let second = try await bench.giveCredit(limit: 600)
        #expect(first.encoded != second.encoded)
        bench.wait(61 * .day)
        let third = try await bench.certify()
        #expect(third.encoded != second.encoded)
    }

    @Test func anAccountWithoutCreditGetsNone() async throws {
        let bench = try await bench()
        await #expect(throws: Refusal(.notEnabled)) {
            try await bench.certify(for: bench.otherAccount)
        }
        await #expect(throws: Refusal(.unknownAccount)) {
            try await bench.certify(for: bench.payer)
        }
        let weak = try #require(PublicKey([1] + [UInt8](repeating: 0, count: 31)))
        await #expect(throws: Refusal(.weakKey)) { try await bench.certify(weak) }
    }

    @Test func aCommitmentOnCreditLocksNothing() async throws {
        let bench = try await bench()
        let channel = try bench.channel()
        let answer = try await bench.reserve(channel)
        #expect(answer.encoded == (try await bench.certify().encoded))
        #expect(try await bench.reserve(channel).encoded == answer.encoded)
        let statement = try await bench.statement()
        #expect(statement.reserved == .zero)
        #expect(statement.debt == .zero)
        #expect(statement.commitments.count == 1)
        let result = try await bench.redeem([channel.claim([(1, 3)])])
        #expect(result.settlement.gross.units == 300)
        #expect(try await bench.statement().debt.units == 300)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func theCertificatesLimitIsKept() async throws {
        let bench = try await bench(perCommitment: 1049)
        await #expect(throws: Refusal(.limitExceeded)) {
            try await bench.reserve(bench.channel())
        }
        bench.wait(91 * .day)
        await #expect(throws: Refusal(.certificateExpired)) {
            try await bench.reserve(bench.channel([(1, 10)]))
        }
    }

    @Test func moneyIsDrawnBeforeCreditAndCreditBeforeTheGuarantee() async throws {
        let bench = try await bench(limit: 500, guarantee: 100, funds: 100)
        let channel = try bench.channel([(100, 10)])
        try await bench.reserve(channel)
        _ = try await bench.redeem([channel.claim([(0, 1)])])
        var statement = try await bench.statement()
        #expect(statement.available == .zero)
        #expect(statement.debt == .zero)
        _ = try await bench.redeem([channel.claim([(0, 7)])])
        statement = try await bench.statement()
        #expect(statement.debt.units == 500)
        let guarantee = try await bench.broker.ownAccounts(in: bench.asset)[1]
        #expect(guarantee.balance == -100)
        // Beyond the guarantee nothing is paid, and the claim is refused whole.
        let beyond = try await bench.redeem([channel.claim([(0, 8)])])
        #expect(beyond.outcomes.map(\.reason) == [.insufficientFunds])
        // The next payment of the account makes room again.
        try await bench.deposit(100)
        let later = try await bench.redeem([channel.claim([(0, 8)])])
        #expect(later.settlement.gross.units == 100)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func aClaimThatOnlyPartlyFitsIsRefusedWhole() async throws {
        let bench = try await bench(limit: 150, guarantee: 0)
        let channel = try bench.channel([(100, 10), (1, 10)])
        try await bench.reserve(channel)
        let result = try await bench.redeem([
            channel.claim([(0, 2)]), channel.claim([(0, 1)]), channel.claim([(1, 5)]),
        ])
        #expect(result.outcomes.map(\.reason) == [.insufficientFunds, nil, nil])
        #expect(result.settlement.gross.units == 105)
    }

    @Test func threat12CreditSpreadOverMerchantsIsBounded() async throws {
        let bench = try await bench(limit: 500, perCommitment: 400, guarantee: 100)
        let first = try bench.channel([(100, 4)])
        let second = try bench.channel([(100, 4)], merchant: bench.otherMerchant)
        for channel in [first, second] { try await bench.reserve(channel) }
        await #expect(throws: Refusal(.limitExceeded)) {
            try await bench.reserve(bench.channel([(100, 5)]))
        }
        // The broker sees at once what is promised in all.
        let exposure = try await bench.broker.creditExposure(
            of: bench.account.publicKey, asset: bench.asset)
        #expect(exposure.units == 800)
        let paid = try await bench.redeem([first.claim([(0, 4)])])
        #expect(paid.settlement.gross.units == 400)
        // The second merchant gets the rest of the credit and its own guarantee, and no more.
        let beyond = try await bench.redeem(
            [second.claim([(0, 3)])], by: bench.otherMerchant)
        #expect(beyond.outcomes.map(\.reason) == [.insufficientFunds])
        let within = try await bench.redeem(
            [second.claim([(0, 2)])], by: bench.otherMerchant)
        #expect(within.settlement.gross.units == 200)
        #expect(try await bench.statement().debt.units == 500)
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func creditCannotBeLoweredBelowTheDebt() async throws {
        let bench = try await bench()
        let channel = try bench.channel([(100, 5)])
        try await bench.reserve(channel)
        _ = try await bench.redeem([channel.claim([(0, 3)])])
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await bench.broker.setCredit(
                nil, of: bench.account.publicKey, asset: bench.asset)
        }
        try await bench.deposit(300)
        try await bench.broker.setCredit(nil, of: bench.account.publicKey, asset: bench.asset)
        let result = try await bench.redeem([channel.claim([(0, 5)])])
        // What is registered keeps the guarantee of its certificate: 100, and this asks for 200.
        #expect(result.outcomes.map(\.reason) == [.insufficientFunds])
        let within = try await bench.redeem([channel.claim([(0, 4)])])
        #expect(within.settlement.gross.units == 100)
        await #expect(throws: Refusal(.unknownAccount)) {
            try await bench.broker.setCredit(
                nil, of: bench.payer.publicKey, asset: bench.asset)
        }
    }

    @Test func aClosedCommitmentOnCreditPaysUpToItsEnd() async throws {
        let bench = try await bench()
        let channel = try bench.channel([(100, 5)])
        try await bench.reserve(channel)
        try await bench.broker.close(bench.close(channel, at: [(0, 2)]))
        let exposure = try await bench.broker.creditExposure(
            of: bench.account.publicKey, asset: bench.asset)
        #expect(exposure.units == 200)
        let result = try await bench.redeem([channel.claim([(0, 3)]), channel.claim([(0, 2)])])
        #expect(result.outcomes.map(\.reason) == [.channelClosed, nil])
        #expect(try await bench.broker.checkLedger().faults == [])
    }
}
