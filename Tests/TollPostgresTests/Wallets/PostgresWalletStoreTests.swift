import PayWord
import StoreConformance
import Testing
import TollWallet

@testable import TollPostgres

@Suite struct PostgresWalletStoreTests {
    @Test func conformsToTheWalletStore() async throws {
        try await TestDatabase.with(.wallet) { database in
            // Each part has a wallet of its own: many share a database.
            let parts = Counter()
            try await WalletStoreConformance.run {
                try await database.wallet(UInt8(parts.next()))
            }
        }
    }

    /// Two stores stand for two programs: the server tells their connections apart alike.
    @Test func twoProgramsTakeTurnsOnAChannel() async throws {
        try await TestDatabase.with(.wallet) { database in
            let stores = [try await database.wallet(1), try await database.wallet(1)]
            let other = try await database.wallet(2)
            let turn = try await stores[0].turn(on: .zero, waiting: .zero)
            await #expect(throws: Refusal(.busy)) {
                _ = try await stores[1].turn(on: .zero, waiting: .zero)
            }
            // The same channel of another wallet is another's.
            try await other.turn(on: .zero, waiting: .zero).end()
            async let next = stores[1].turn(on: .zero, waiting: .seconds(60))
            turn.end()
            try await next.end()
            try await stores[0].turn(on: .zero, waiting: .seconds(60)).end()
        }
    }

    @Test func aProgramThatEndsGivesItsTurnsBack() async throws {
        try await TestDatabase.with(.wallet) { database in
            let store = try await database.wallet(1)
            do {
                let other = try await database.wallet(1)
                let turn = try await other.turn(on: .zero, waiting: .zero)
                await #expect(throws: Refusal(.busy)) {
                    _ = try await store.turn(on: .zero, waiting: .zero)
                }
                // Its connections are cut, as they are when a program is killed.
                try database.run(
                    """
                    SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
                    JOIN pg_database d ON d.oid = database AND datname = current_database()
                    WHERE locktype = 'advisory' AND granted
                    """)
                withExtendedLifetime(turn) {}
            }
            try await store.turn(on: .zero, waiting: .seconds(60)).end()
        }
    }

    @Test func theSecretAndPaywordsHaveNoColumn() async throws {
        try await TestDatabase.with(.wallet) { database in
            let columns = try database.run(
                "SELECT column_name FROM information_schema.columns WHERE table_name LIKE 'toll_%'"
            ).flatMap(\.self)
            #expect(columns.contains("commitment"))
            for word in ["secret", "seed", "payword", "tip"] {
                #expect(!columns.contains { $0.contains(word) })
            }
        }
    }

    @Test func budgetsHoldForTwoProgramsAtOnce() async throws {
        try await TestDatabase.with(.wallet) { database in
            let stores = [try await database.wallet(1), try await database.wallet(1)]
            let samples = try (1...12).map { try SampleWalletChannel(UInt8($0)) }
            for sample in samples {
                try await stores[0].insert(sample.channel)
                try await stores[0].fund(sample.channel.id, [])
            }
            let budget = Budget(perDay: try Amount(units: 50))
            let written = Counter()
            try await withThrowingTaskGroup { group in
                for (place, sample) in samples.enumerated() {
                    let item = try sample.writeAhead(units: 10, budget)
                    let store = stores[place % 2]
                    group.addTask {
                        guard case .success = try await store.writeAhead([item])[0] else { return }
                        written.next()
                    }
                }
                try await group.waitForAll()
            }
            #expect(written.value == 5)
            let asset = samples[0].asset
            #expect(
                try await stores[1].revealed(asset: asset, merchant: nil, day: nil).units == 50)
        }
    }
}

extension TestDatabase {
    func wallet(_ number: UInt8) async throws -> PostgresWalletStore {
        try await PostgresWalletStore(
            uri: uri, wallet: SHA256.digest([number]), options: Self.options)
    }
}
