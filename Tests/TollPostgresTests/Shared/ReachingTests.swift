import Foundation
import PayWord
import PrivatePostgres
import Testing

@testable import TollPostgres

/// Servers that cannot be reached, or must not be used: what is said, and what is not.
@Suite struct ReachingTests {
    private func options() -> PostgresOptions {
        var options = TestDatabase.options
        options.connectAttempts = 2
        return options
    }

    private func refusal(_ uri: String, _ options: PostgresOptions? = nil) async -> Refusal? {
        do throws(Refusal) {
            _ = try await PostgresChannelStore(
                uri: uri, merchant: .zero, options: options ?? self.options())
            return nil
        } catch { return error }
    }

    @Test func aWrongPasswordIsSaidWithoutThePassword() async throws {
        try await TestDatabase.with { database in
            let name = "guarded"
            try database.run(
                """
                DO $$ BEGIN CREATE ROLE \(name) LOGIN PASSWORD 'right';
                EXCEPTION WHEN duplicate_object THEN END $$
                """)
            let host = database.server.folder.replacing("/", with: "%2F")
            let refusal = try #require(
                await refusal("postgres://guarded:open-sesame@/\(database.name)?host=\(host)"))
            #expect(refusal.reason == .storageFailed)
            #expect(refusal.detail.contains("28P01"))
            #expect(refusal.detail.contains("check the user and the password"))
            #expect(!refusal.detail.contains("sesame"))
            // With the right one there are no tables yet, which is said, too.
            let next = try #require(
                await self.refusal("postgres://guarded:right@/\(database.name)?host=\(host)"))
            #expect(next.detail.contains("run the migration"))
        }
    }

    @Test(arguments: [
        "postgres://toll:open@sesame:street@/toll", "postgres://toll:sesame/street@localhost/toll",
        "postgres://toll:%zzsesame@localhost/toll", "sesame", "password=sesame portt=7",
        "host=localhost port=sesame", "",
    ]) func aStringThatCannotBeReadIsNotQuoted(uri: String) async throws {
        guard let refusal = await refusal(uri) else {
            // libpq's own defaults may lead to a server, which has no tables of ours.
            return
        }
        #expect(refusal.reason == .storageFailed)
        #expect(!refusal.detail.contains("sesame"))
        #expect(!refusal.detail.contains("street"))
    }

    @Test func aSocketThatIsNotThereIsNamed() async throws {
        let refusal = try #require(
            await refusal("postgres://toll:sesame@/toll?host=/nowhere/at/all"))
        #expect(refusal.reason == .storageFailed)
        #expect(refusal.detail.contains("/nowhere/at/all"))
        #expect(!refusal.detail.contains("sesame"))
    }

    @Test func aDatabaseThatIsNotThereIsNamed() async throws {
        let server = try PrivateServer.shared.get()
        let refusal = try #require(await refusal(server.uri("absent")))
        #expect(refusal.detail.contains("absent"))
        #expect(refusal.detail.contains("create the database"))
    }

    @Test func aServerThatMayLoseWhatItAcknowledgedIsRefused() async throws {
        try await TestDatabase.with(.merchant) { database in
            var strict = options()
            strict.durability = .required
            // The test server does not wait for its disk.
            let first = try #require(await refusal(database.uri, strict))
            #expect(first.detail.contains("fsync = on"))
            #expect(!first.detail.contains("synchronous_commit"))
            for value in ["off", "local"] {
                try database.run(
                    "ALTER DATABASE \(database.name) SET synchronous_commit = \(value)")
                let second = try #require(await refusal(database.uri, strict))
                #expect(second.detail.contains("synchronous_commit = on"))
            }
            #expect(await refusal(database.uri) == nil, "unless it is waived")
        }
    }
}
