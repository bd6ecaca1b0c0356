import PayWord
import PrivatePostgres
import StoreConformance
import Testing
import TollBroker

@testable import TollPostgres

@Suite struct PostgresLedgerStoreTests {
    @Test(arguments: LedgerStoreCheck.allCases)
    func keepsThePromise(_ check: LedgerStoreCheck) async throws {
        try await TestDatabase.with(.broker) { database in
            try await check.run(on: try await database.ledger())
        }
    }

    @Test(arguments: BrokerStoreCheck.allCases)
    func keepsTheBooks(_ check: BrokerStoreCheck) async throws {
        let seed = LedgerTestSeed.choose()
        try await TestDatabase.with(.broker) { database in
            try await check.run(on: try await database.ledger(), seed: seed)
        }
    }

    @Test func threat26ChangedRowsAreFound() async throws {
        for sql in [
            "UPDATE toll_ledger_accounts SET balance = balance + 1 WHERE owner = 3",
            "UPDATE toll_ledger_entries SET amount = amount + 1 WHERE sequence = 3",
            "UPDATE toll_ledger_transactions SET at = at + 1 WHERE sequence = 2",
            "UPDATE toll_ledger_states SET locked = locked - 1",
            "UPDATE toll_ledger_states SET redeemed = redeemed - 1",
            "UPDATE toll_ledger_settlements SET gross = gross + 1",
            "UPDATE toll_ledger_settlements SET answer = 'no'",
            "UPDATE toll_ledger_transactions SET hash = decode(repeat('00', 32), 'hex')",
            "UPDATE toll_ledger_accounts SET asset = 'much' WHERE owner = 3",
        ] {
            try await TestDatabase.with(.broker) { database in
                let bench = try BrokerBench(try await database.ledger())
                try await bench.enrolAll(funds: 5000)
                let channel = try await bench.reserved()
                _ = try await bench.redeem([channel.claim([(0, 10)])])
                #expect(try await bench.broker.checkLedger().faults == [])
                try database.run(sql)
                let report = try await bench.broker.checkLedger()
                #expect(!report.isSound, "\(sql)")
            }
        }
    }

    @Test func whatMustNotBeCannotBeWritten() async throws {
        try await TestDatabase.with(.broker) { database in
            let bench = try BrokerBench(try await database.ledger())
            try await bench.enrolAll(funds: 5000)
            _ = try await bench.reserved()
            for sql in [
                "UPDATE toll_ledger_accounts SET balance = -1 WHERE owner = 2",
                "UPDATE toll_ledger_states SET locked = -1",
                "UPDATE toll_ledger_states SET state = 3",
                "UPDATE toll_ledger_commitments SET nonce = 'x'",
            ] {
                #expect(throws: ServerFailure.self, "\(sql)") { try database.run(sql) }
            }
        }
    }

    @Test func twoBrokersInOneDatabaseHaveBooksOfTheirOwn() async throws {
        try await TestDatabase.with(.broker) { database in
            let bench = try BrokerBench(try await database.ledger())
            try await bench.enrolAll(funds: 5000)
            _ = try await bench.reserved()
            let other = try await database.ledger(bench.merchant.publicKey)
            #expect(try await other.accounts(after: nil, limit: 9).isEmpty)
            #expect(try await other.enrolments(skipping: 0, limit: 9).isEmpty)
            let second = try BrokerBench(other)
            try await second.enrolAll(funds: 10)
            #expect(try await second.broker.checkLedger().faults == [])
            #expect(try await bench.broker.checkLedger().faults == [])
        }
    }

    /// Two instances of one broker, and the same money wanted at both.
    @Test func twoInstancesDoNotSpendTheSameMoneyTwice() async throws {
        try await TestDatabase.with(.broker) { database in
            let benches = [
                try BrokerBench(try await database.ledger()),
                try BrokerBench(try await database.ledger()),
            ]
            try await benches[0].enrolAll(funds: 5000)
            let channel = try await benches[0].reserved()
            let settled = Counter()
            await withTaskGroup { group in
                for bench in benches {
                    group.addTask {
                        guard let result = try? await bench.redeem([channel.claim([(0, 10)])])
                        else { return }
                        if result.settlement.gross.units > 0 { settled.next() }
                    }
                }
            }
            #expect(settled.value == 1)
            let report = try await benches[0].broker.checkLedger()
            #expect(report.faults == [])
        }
    }
}

extension TestDatabase {
    func ledger(_ broker: PublicKey = .zero) async throws -> PostgresLedgerStore {
        try await PostgresLedgerStore(uri: uri, broker: broker, options: Self.options)
    }
}
