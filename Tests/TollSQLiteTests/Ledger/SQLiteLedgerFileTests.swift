import Foundation
import GRDB
import PayWord
import StoreConformance
import Testing
import TollBroker

@testable import TollSQLite

@Suite struct SQLiteLedgerFileTests {
    @Test func theBooksAreThereAfterReopening() async throws {
        try await withLedgerFile { path in
            let channel: BenchChannel
            let head: Digest
            do {
                let bench = try BrokerBench(try SQLiteLedgerStore(path: path))
                try await bench.enrolAll(funds: 5000)
                channel = try await bench.reserved()
                _ = try await bench.redeem([channel.claim([(0, 10)])])
                head = try await bench.broker.checkLedger().head
            }
            // The bench's keys follow from its seed, so this is the same broker again.
            let bench = try BrokerBench(try SQLiteLedgerStore(path: path))
            let report = try await bench.broker.checkLedger()
            #expect(report.faults == [])
            #expect(report.head == head)
            let result = try await bench.redeem([channel.claim([(0, 12)])])
            #expect(result.settlement.gross.units == 2)
        }
    }

    @Test func threat26ChangedRowsAreFound() async throws {
        let changes = [
            "UPDATE ledger_accounts SET balance = balance + 1 WHERE owner = 3",
            "UPDATE ledger_entries SET amount = amount + 1 WHERE sequence = 3",
            "UPDATE ledger_transactions SET at = at + 1 WHERE sequence = 2",
            "UPDATE ledger_commitment_states SET locked = locked - 1",
            "UPDATE ledger_commitment_states SET redeemed = redeemed - 1",
            "UPDATE ledger_settlements SET gross = gross + 1",
            "UPDATE ledger_settlements SET answer = zeroblob(length(answer))",
            "UPDATE ledger_transactions SET hash = zeroblob(32) WHERE sequence = 1",
        ]
        for sql in changes {
            try await withLedgerFile { path in
                let store = try SQLiteLedgerStore(path: path)
                let bench = try BrokerBench(store)
                try await bench.enrolAll(funds: 5000)
                let channel = try await bench.reserved()
                _ = try await bench.redeem([channel.claim([(0, 10)])])
                try await store.pool.write { try $0.execute(sql: sql) }
                let report = try await bench.broker.checkLedger()
                #expect(!report.isSound, "\(sql)")
            }
        }
    }

    @Test func whatMustNotBeCannotBeWritten() async throws {
        try await withLedgerFile { path in
            let store = try SQLiteLedgerStore(path: path)
            let bench = try BrokerBench(store)
            try await bench.enrolAll(funds: 5000)
            _ = try await bench.reserved()
            for sql in [
                "UPDATE ledger_accounts SET balance = -1 WHERE owner = 2",
                "UPDATE ledger_accounts SET balance = 'much'",
                "UPDATE ledger_commitment_states SET locked = -1",
                "UPDATE ledger_commitment_states SET state = 3",
                "UPDATE ledger_commitments SET nonce = x'00'; DELETE FROM ledger_commitments",
                "DELETE FROM ledger_transactions",
            ] {
                await #expect(throws: DatabaseError.self, "\(sql)") {
                    try await store.pool.write { try $0.execute(sql: sql) }
                }
            }
        }
    }

    @Test func threat40SQLInANameReachesNoStatement() async throws {
        try await withLedgerFile { path in
            let store = try SQLiteLedgerStore(path: path)
            let bench = try BrokerBench(store)
            let name = "'); DROP TABLE ledger_accounts; --"
            try await bench.enrol(bench.merchant, .merchant, name: name)
            #expect(try await bench.broker.accounts().map(\.enrolment.displayName) == [name])
            #expect(try await bench.broker.checkLedger().faults == [])
        }
    }

    @Test func threat36AFullDiskAcknowledgesNothing() async throws {
        try await withLedgerFile { path in
            let store = try SQLiteLedgerStore(path: path)
            let bench = try BrokerBench(store)
            try await bench.enrolAll(funds: 1_000_000)
            let channel = try await bench.reserved()
            let before = try await bench.broker.checkLedger()
            // The file may not grow: what the engine does on a full disk.
            try await store.pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA max_page_count = 1")
            }
            var refusal: Refusal?
            for _ in 0..<200 where refusal == nil {
                do throws(Refusal) {
                    try await bench.broker.deposit(
                        Amount(units: 1), asset: bench.asset, to: bench.account.publicKey,
                        reference: String(repeating: "x", count: 100)
                            + (bench.drawn() as SerialNumber).hex.prefix(20))
                } catch { refusal = error }
            }
            #expect(refusal?.reason == .storageFailed)
            let during = try await bench.broker.checkLedger()
            #expect(during.faults == [])
            #expect(during.transactions >= before.transactions)
            try await store.pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA max_page_count = 1000000")
            }
            let result = try await bench.redeem([channel.claim([(0, 10)])])
            #expect(result.settlement.gross.units == 10)
            #expect(try await bench.broker.checkLedger().faults == [])
        }
    }
}
