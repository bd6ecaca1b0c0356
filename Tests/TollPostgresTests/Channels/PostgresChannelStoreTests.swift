import PayWord
import StoreConformance
import Testing

@testable import TollPostgres

@Suite struct PostgresChannelStoreTests {
    @Test(arguments: ChannelStoreCheck.allCases)
    func keepsThePromise(_ check: ChannelStoreCheck) async throws {
        try await TestDatabase.with(.merchant) { database in
            try await check.run(on: try await database.channels())
        }
    }

    @Test(arguments: ChannelStoreCheck.allCases)
    func keepsThePromiseInPartitions(_ check: ChannelStoreCheck) async throws {
        try await TestDatabase.with(.merchant, .byChannel(3)) { database in
            try await check.run(on: try await database.channels())
        }
    }
}
