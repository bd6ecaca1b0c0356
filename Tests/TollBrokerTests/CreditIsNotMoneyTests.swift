import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct CreditIsNotMoneyTests {
    /// Credit is spent by the keys that were certified for it. Any other commitment needs money.
    @Test func creditIsNotLockedBehindAReservation() async throws {
        let bench = try BrokerBench(MemoryLedgerStore())
        try await bench.enrolAll(funds: 1049)
        let terms = try CreditTerms(
            limit: bench.amount(5000), limitPerCommitment: bench.amount(5000), guarantee: .zero)
        try await bench.broker.setCredit(
            terms, of: bench.account.publicKey, asset: bench.asset)
        let channel = try bench.channel()
        #expect(try channel.commitment.payload.worth.units == 1050)
        await #expect(throws: Refusal(.insufficientFunds)) { try await bench.reserve(channel) }
        try await bench.deposit(1, reference: "the last unit")
        try await bench.reserve(channel)
        let statement = try await bench.statement()
        #expect(statement.reserved.units == 1050)
        #expect(statement.debt == .zero)
    }
}
