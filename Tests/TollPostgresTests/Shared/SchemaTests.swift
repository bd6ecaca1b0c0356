import PayWord
import Testing

@testable import TollPostgres

@Suite struct SchemaTests {
    private func schema(_ database: TestDatabase) throws -> PostgresSchema {
        try PostgresSchema(uri: database.uri, options: TestDatabase.options)
    }

    @Test(arguments: PostgresRole.allCases)
    func fourMigrationsAtOnceAreOne(_ role: PostgresRole) async throws {
        try await TestDatabase.with { database in
            let ran = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 1...4 {
                    let schema = try schema(database)
                    group.addTask { try await schema.migrate(role) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ran.filter { !$0.isEmpty }.count == 1)
            try await schema(database).check(role)
            #expect(try await schema(database).migrate(role) == [])
        }
    }

    @Test func tablesThatAreMissingAreNamedWithTheRemedy() async throws {
        try await TestDatabase.with { database in
            let schema = try schema(database)
            for _ in 1...2 {
                let error = await #expect(throws: Refusal(.storageFailed)) {
                    try await schema.check(.merchant)
                }
                #expect(error?.detail.contains("run the migration") == true)
                // The tables of another role are not this one's.
                try await schema.migrate(.wallet)
            }
        }
    }

    @Test func tablesOfANewerProgramAreLeftAlone() async throws {
        try await TestDatabase.with(.merchant) { database in
            try database.run("INSERT INTO toll_schema VALUES ('merchant', 99, 'later', 'plain')")
            let schema = try schema(database)
            for attempt in 1...2 {
                let error = await #expect(throws: Refusal(.storageFailed)) {
                    if attempt == 1 { try await schema.check(.merchant) }
                    try await schema.migrate(.merchant)
                }
                #expect(error?.detail.contains("newer program") == true)
            }
        }
    }

    @Test func aMigrationThatFailsLeavesNothing() async throws {
        try await TestDatabase.with { database in
            try database.run("CREATE TABLE toll_batches (mine text)")
            await #expect(throws: Refusal(.storageFailed)) {
                try await schema(database).migrate(.merchant)
            }
            #expect(
                try database.run(
                    "SELECT tablename FROM pg_tables WHERE tablename LIKE 'toll_%'")
                    == [["toll_batches"]])
        }
    }

    @Test func theLayoutIsChosenOnce() async throws {
        try await TestDatabase.with(.merchant, .byMerchant(4)) { database in
            let schema = try schema(database)
            try await schema.migrate(.merchant, partitioning: .byMerchant(4))
            try await schema.migrate(.merchant)
            await #expect(throws: Refusal(.storageFailed)) {
                try await schema.migrate(.merchant, partitioning: .byChannel(4))
            }
            await #expect(throws: Refusal(.storageFailed)) {
                try await schema.migrate(.wallet, partitioning: .byChannel(4))
            }
            await #expect(throws: Refusal(.storageFailed)) {
                try await schema.migrate(.merchant, partitioning: .byChannel(0))
            }
        }
    }
}
