import PayWord
import StoreConformance
import Testing
import TollBroker

@Suite struct MoneyTests {
    private func bench(
        _ configure: (inout BrokerPolicy) throws -> Void = { _ in }
    ) async throws -> BrokerBench {
        let bench = try BrokerBench(MemoryLedgerStore(), configure)
        try await bench.enrolAll(funds: 0)
        return bench
    }

    @Test func aDepositIsBookedOnce() async throws {
        let bench = try await bench()
        try await bench.deposit(500, reference: "bank-1")
        try await bench.deposit(500, reference: "bank-1")
        #expect(try await bench.statement().available.units == 500)
        await #expect(throws: Refusal(.referenceConflict)) {
            try await bench.deposit(501, reference: "bank-1")
        }
        await #expect(throws: Refusal(.referenceConflict)) {
            try await bench.deposit(500, to: bench.otherAccount, reference: "bank-1")
        }
        await #expect(throws: Refusal(.unknownAccount)) {
            try await bench.deposit(500, to: bench.merchant)
        }
        await #expect(throws: Refusal(.amountMismatch)) { try await bench.deposit(0) }
        await #expect(throws: Refusal(.tooLarge)) {
            try await bench.deposit(1, reference: String(repeating: "x", count: 129))
        }
        #expect(try await bench.sums() == [bench.asset: 0])
        #expect(try await bench.statement().available.units == 500)
    }

    @Test func aWithdrawalIsSetAsideAndPaidOut() async throws {
        let bench = try await bench()
        try await bench.deposit(500)
        let request = try bench.withdrawal(200, destination: "DE00 1234")
        try await bench.broker.withdraw(request)
        try await bench.broker.withdraw(request)
        var statement = try await bench.statement()
        #expect(statement.available.units == 300)
        #expect(statement.payable.units == 200)
        let listed = try await bench.broker.movements(.withdrawal)
        #expect(listed.map(\.memo) == ["DE00 1234"])
        for _ in 0..<2 {
            try await bench.broker.payout(
                bench.amount(150), asset: bench.asset, from: bench.account.publicKey, as: .payer,
                reference: "out-1")
        }
        statement = try await bench.statement()
        #expect(statement.payable.units == 50)
        // What is available was not withdrawn, so the operator cannot pay it out.
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await bench.broker.payout(
                bench.amount(51), asset: bench.asset, from: bench.account.publicKey, as: .payer,
                reference: "out-2")
        }
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func aWithdrawalsReferenceMeansOneThing() async throws {
        let bench = try await bench()
        try await bench.deposit(500)
        let reference: RequestReference = bench.drawn()
        try await bench.broker.withdraw(bench.withdrawal(200, reference: reference))
        bench.wait(30)
        try await bench.broker.withdraw(bench.withdrawal(200, reference: reference))
        await #expect(throws: Refusal(.referenceConflict)) {
            try await bench.broker.withdraw(bench.withdrawal(201, reference: reference))
        }
        await #expect(throws: Refusal(.referenceConflict)) {
            try await bench.broker.withdraw(
                bench.withdrawal(200, reference: reference, destination: "elsewhere"))
        }
        // Another account's references are its own.
        try await bench.deposit(500, to: bench.otherAccount)
        try await bench.broker.withdraw(
            bench.withdrawal(100, by: bench.otherAccount, reference: reference))
        #expect(try await bench.statement().payable.units == 200)
    }

    @Test func threat15ThereIsNoWithdrawingWhatIsAnothers() async throws {
        let bench = try await bench()
        try await bench.deposit(500)
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await bench.broker.withdraw(bench.withdrawal(1, by: bench.otherAccount))
        }
        await #expect(throws: Refusal(.unknownAccount)) {
            try await bench.broker.withdraw(bench.withdrawal(1, by: bench.payer))
        }
        var bytes = try bench.withdrawal(1).encoded
        bytes[bytes.count - 2] ^= 4
        let forged = try SignedObject<Withdrawal>(decoding: bytes)
        await #expect(throws: Refusal(.badSignature)) {
            try await bench.broker.withdraw(forged)
        }
        #expect(try await bench.statement().available.units == 500)
    }

    @Test func creditCannotBeWithdrawnOrReserved() async throws {
        let bench = try await bench()
        try await bench.giveCredit(limit: 1000)
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await bench.broker.withdraw(bench.withdrawal(1))
        }
        var random = bench.random
        let uncertified = try SigningKey.generate(using: &random)
        let channel = try bench.channel(
            bench.draft(payer: uncertified.publicKey), payer: uncertified)
        await #expect(throws: Refusal(.insufficientFunds)) { try await bench.reserve(channel) }
    }

    @Test func aMerchantIsPaidOut() async throws {
        let bench = try await bench()
        try await bench.deposit(2000)
        let channel = try await bench.reserved()
        _ = try await bench.redeem([channel.claim([(1, 4)])])
        try await bench.broker.withdraw(bench.withdrawal(100, by: bench.merchant))
        var statement = try await bench.statement(of: bench.merchant)
        #expect(statement.available.units == 300)
        #expect(statement.payable.units == 100)
        #expect(statement.commitments.isEmpty)
        try await bench.broker.payout(
            bench.amount(250), asset: bench.asset, from: bench.merchant.publicKey, as: .merchant,
            reference: "out-9")
        statement = try await bench.statement(of: bench.merchant)
        #expect(statement.available.units == 150)
        #expect(statement.payable == .zero)
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await bench.broker.payout(
                bench.amount(151), asset: bench.asset, from: bench.merchant.publicKey,
                as: .merchant, reference: "out-10")
        }
        await #expect(throws: Refusal(.unknownAccount)) {
            try await bench.broker.payout(
                bench.amount(1), asset: bench.asset, from: bench.merchant.publicKey, as: .payer,
                reference: "out-11")
        }
        #expect(try await bench.broker.checkLedger().faults == [])
    }

    @Test func theFaucetIsOffUnlessEnabled() async throws {
        let bench = try await bench()
        await #expect(throws: Refusal(.notEnabled)) {
            try await bench.broker.draw(bench.faucetRequest(1))
        }
    }

    @Test func theFaucetHasLimits() async throws {
        let bench = try await bench {
            $0.faucet = FaucetPolicy(
                requestMaximum: try Amount(units: 100), dayMaximum: try Amount(units: 250))
        }
        #expect(bench.broker.describe().isFaucetEnabled)
        await #expect(throws: Refusal(.limitExceeded)) {
            try await bench.broker.draw(bench.faucetRequest(101))
        }
        let first = try bench.faucetRequest(100)
        try await bench.broker.draw(first)
        try await bench.broker.draw(first)
        bench.wait(60)
        try await bench.broker.draw(bench.faucetRequest(100))
        await #expect(throws: Refusal(.rateLimited)) {
            try await bench.broker.draw(bench.faucetRequest(51))
        }
        try await bench.broker.draw(bench.faucetRequest(50))
        #expect(try await bench.statement().available.units == 250)
        // The first 100 are a day old; the rest is not.
        bench.wait(.day - 60)
        try await bench.broker.draw(bench.faucetRequest(100))
        await #expect(throws: Refusal(.rateLimited)) {
            try await bench.broker.draw(bench.faucetRequest(1))
        }
        let own = try await bench.broker.ownAccounts(in: bench.asset)
        #expect(own.map(\.balance) == [0, 0, -350])
    }

    @Test func aStatementIsTheAccountsAlone() async throws {
        let bench = try await bench()
        await #expect(throws: Refusal(.unknownAccount)) {
            try await bench.statement(of: bench.payer)
        }
        let old = try bench.account.sign(
            StatementRequest(
                broker: bench.root.publicKey, account: bench.account.publicKey,
                asset: bench.asset, createdAt: bench.now.subtracting(.day + 1)))
        await #expect(throws: Refusal(.staleRequest)) {
            try await bench.broker.statement(old.object)
        }
    }

    @Test func aStatementComesInPages() async throws {
        let bench = try await bench()
        try await bench.deposit(10_000)
        var ids = Set<CommitmentID>()
        for _ in 0..<(AccountStatement.pageMaximum + 3) {
            ids.insert(try await bench.reserved([(1, 1)]).id)
        }
        let first = try await bench.statement()
        #expect(first.commitments.count == AccountStatement.pageMaximum)
        #expect(first.cursor != nil)
        let second = try await bench.statement(after: first.cursor)
        #expect(second.commitments.count == 3)
        #expect(second.cursor == nil)
        let listed = (first.commitments + second.commitments).map(\.commitment.id)
        #expect(Set(listed) == ids)
    }
}
