import Foundation
import PayWord
import PrivatePostgres
import StoreConformance
import Testing
import TollMerchant

@testable import TollPostgres

/// Servers that stop, crash, or are replaced by their standby. Each test has servers of its own, which
/// wait for the disk as a real one does.
@Suite struct ServerTests {
    private var strict: PostgresOptions {
        var options = TestDatabase.options
        options.durability = .required
        return options
    }

    private func pay(
        _ index: UInt32, on channel: PayingChannel, in store: PostgresChannelStore
    ) async throws {
        let state = try #require(try await store.channel(channel.id)).state
        let outcomes = try await store.advance([try channel.advance(index, from: state)])
        guard case .applied = try #require(outcomes.first) else {
            throw ServerFailure("the payment fits")
        }
    }

    @Test(arguments: ["stop", "crash"])
    func aServerThatComesBackIsFoundAgain(order: String) async throws {
        let server = try PrivateServer(isDurable: true)
        defer { server.end() }
        try await TestDatabase.with(.merchant, on: server) { database in
            let store = try await database.channels(options: strict)
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: store)
            try await pay(1, on: channel, in: store)
            try server.order(order)
            let error = await #expect(throws: Refusal(.storageFailed)) {
                try await pay(2, on: channel, in: store)
            }
            #expect(error?.detail.contains(server.folder) == true)
            try server.order("start")
            // What was acknowledged is there, and the store needs nobody's help.
            try await pay(2, on: channel, in: store)
            #expect(try await store.channel(channel.id)?.state.spent.units == 180)
        }
    }

    /// The primary is killed at once, its standby promoted, and the instance goes on there.
    @Test func whatASynchronousStandbyHasSurvivesItsPrimary() async throws {
        let primary = try PrivateServer(isDurable: true)
        defer { primary.end() }
        let standby = try PrivateServer(isDurable: true, copyOf: primary)
        defer { standby.end() }
        try await TestDatabase.with(.merchant, on: primary) { database in
            try Admin(primary.uri("postgres")).run(
                "ALTER SYSTEM SET synchronous_standby_names = '*'")
            try primary.order("reload")
            let places = [primary.folder, standby.folder].joined(separator: ",")
                .replacing("/", with: "%2F")
            let store = try await PostgresChannelStore(
                uri: "postgres://toll@/\(database.name)?host=\(places)", merchant: .zero,
                options: strict)
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: store)
            for index: UInt32 in 1...20 { try await pay(index, on: channel, in: store) }
            try primary.order("crash")
            try standby.order("promote")
            #expect(try await store.channel(channel.id)?.state.spent.units == 20 * 90)
            try await pay(21, on: channel, in: store)
            #expect(try await store.channel(channel.id)?.state.spent.units == 21 * 90)
        }
    }

    /// A server that was told not to wait for its standby any longer says so in a warning alone.
    @Test func aCommitThatDidNotReachTheStandbyIsNoAcknowledgement() async throws {
        let server = try PrivateServer(isDurable: true)
        defer { server.end() }
        try await TestDatabase.with(.merchant, on: server) { database in
            let store = try await database.channels(options: strict)
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: store)
            try database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            try server.order("stop")
            try server.order("start")
            let admin = try Admin(database.uri)
            let state = try #require(try await store.channel(channel.id)).state
            let advance = try channel.advance(1, from: state)
            async let outcomes = store.advance([advance])
            var cancelled: [[String]] = []
            while cancelled.isEmpty {
                cancelled = try admin.run(
                    """
                    SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'SyncRep'
                    """)
                await Task.yield()
            }
            do {
                _ = try await outcomes
                Issue.record("the standby does not have it")
            } catch {
                let refusal = try #require(error as? Refusal)
                #expect(refusal.detail.contains("it is not known"))
            }
            // It was kept here all the same: whoever reads again finds it.
            try admin.run("ALTER SYSTEM RESET synchronous_standby_names")
            try server.order("reload")
            #expect(try await store.channel(channel.id)?.state.payments == 1)
        }
    }

    @Test func aTestServerLeavesNothingBehind() throws {
        let server = try PrivateServer(isDurable: false)
        #expect(FileManager.default.fileExists(atPath: server.folder))
        server.end()
        #expect(!FileManager.default.fileExists(atPath: server.folder))
    }
}
