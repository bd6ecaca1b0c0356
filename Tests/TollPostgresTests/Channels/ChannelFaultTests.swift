import PayWord
import PrivatePostgres
import StoreConformance
import Testing
import TollMerchant

@testable import TollPostgres

/// What a fault leaves behind: all of a batch or nothing, and never a word that it is done.
@Suite struct ChannelFaultTests {
    private func advance(
        _ channel: PayingChannel, _ index: UInt32, in store: PostgresChannelStore
    ) async throws -> ChannelAdvance {
        let state = try #require(try await store.channel(channel.id)).state
        return try channel.advance(index, from: state, reference: [UInt8(index)])
    }

    @Test func threat36AFaultInsideATransactionUndoesAllOfIt() async throws {
        try await TestDatabase.with(.merchant) { database in
            let store = try await database.channels()
            let channels = try (1...2).map { try PayingChannel.sample($0) }
            for channel in channels { try await channel.open(in: store) }
            // A trigger stands for a disk that fails at one of the rows.
            try database.run(
                """
                CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$;
                CREATE TRIGGER fault BEFORE UPDATE ON toll_channels FOR EACH ROW
                WHEN (new.channel = '\\x\(channels[1].id.hex)') EXECUTE FUNCTION fault();
                """)
            let advances = [
                try await advance(channels[0], 1, in: store),
                try await advance(channels[1], 1, in: store),
            ]
            let error = await #expect(throws: Refusal(.storageFailed)) {
                _ = try await store.advance(advances)
            }
            #expect(error?.detail.contains("disk is full") == true)
            for channel in channels {
                #expect(try await store.channel(channel.id)?.state.payments == 0)
            }
            try database.run("DROP TRIGGER fault ON toll_channels")
            // Neither row nor charge was left: the same payments count now.
            for outcome in try await store.advance(advances) {
                guard case .applied = outcome else {
                    Issue.record("the advance fits")
                    continue
                }
            }
        }
    }

    @Test func aWarningOfATriggerIsNoDoubt() async throws {
        try await TestDatabase.with(.merchant) { database in
            let store = try await database.channels()
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: store)
            try database.run(
                """
                CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE WARNING 'seen'; RETURN new; END $$;
                CREATE TRIGGER warn BEFORE UPDATE ON toll_channels FOR EACH ROW
                EXECUTE FUNCTION warn();
                """)
            let outcomes = try await store.advance([try await advance(channel, 1, in: store)])
            guard case .applied = try #require(outcomes.first) else {
                Issue.record("the advance fits")
                return
            }
        }
    }

    /// The payment waits for a row when its backend is killed.
    @Test func threat35AKilledBackendIsNoAcknowledgement() async throws {
        try await TestDatabase.with(.merchant) { database in
            let store = try await database.channels()
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: store)
            let advance = try await advance(channel, 1, in: store)
            let holder = try Admin(database.uri)
            try holder.run("BEGIN")
            try holder.run("SELECT 1 FROM toll_channels FOR UPDATE")
            async let outcomes = store.advance([advance])
            let waiting = """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """
            var killed: [[String]] = []
            while killed.isEmpty {
                killed = try holder.run(waiting)
                await Task.yield()
            }
            do {
                _ = try await outcomes
                Issue.record("a killed backend answered")
            } catch {
                let refusal = try #require(error as? Refusal)
                #expect(refusal.reason == .storageFailed)
                #expect(refusal.detail.contains("it is not known"))
            }
            try holder.run("ROLLBACK")
            #expect(try await store.channel(channel.id)?.state.payments == 0)
            let next = try await store.advance([advance])
            guard case .applied = try #require(next.first) else {
                Issue.record("the next call works")
                return
            }
        }
    }

    @Test func rowsThatWaitTooLongAreGivenUp() async throws {
        try await TestDatabase.with(.merchant) { database in
            var options = TestDatabase.options
            options.lockTimeout = .milliseconds(20)
            let store = try await database.channels(options: options)
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: store)
            let advance = try await advance(channel, 1, in: store)
            let holder = try Admin(database.uri)
            try holder.run("BEGIN")
            try holder.run("SELECT 1 FROM toll_channels FOR UPDATE")
            let error = await #expect(throws: Refusal(.storageFailed)) {
                _ = try await store.advance([advance])
            }
            #expect(error?.detail.contains("55P03") == true)
            #expect(error?.detail.contains("not known") == false)
        }
    }

    @Test func aChannelTwiceInOneBatchIsCountedInOrder() async throws {
        try await TestDatabase.with(.merchant) { database in
            let store = try await database.channels()
            let channels = try (1...3).map { try PayingChannel.sample($0) }
            for channel in channels { try await channel.open(in: store) }
            let first = try await advance(channels[0], 1, in: store)
            let second = try channels[0].advance(2, from: first.state, reference: [2])
            let repeated = try channels[0].advance(3, from: second.state, reference: [1])
            let other = try await advance(channels[1], 1, in: store)
            let asking = ChannelAdvance(
                base: second.state.version, state: second.state, asked: [[2], [1], [7]])
            let outcomes = try await store.advance([first, other, second, repeated, asking])
            #expect(outcomes.count == 5)
            for place in 0...2 {
                guard case .applied = outcomes[place] else {
                    Issue.record("advance \(place) fits")
                    continue
                }
            }
            guard case .used(let used, let state) = outcomes[3],
                case .applied(let known) = outcomes[4]
            else {
                Issue.record("a reference was used, and others were asked for")
                return
            }
            #expect(used.map(\.reference) == [[1]])
            #expect(state == second.state)
            #expect(known.map(\.reference) == [[2], [1]])
        }
    }

    @Test func theGreatestAmountsAreKept() async throws {
        try await TestDatabase.with(.merchant) { database in
            let store = try await database.channels()
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: store)
            var state = try #require(try await store.channel(channel.id)).state
            let before = state
            (state.accepted, state.spent) = (.maximum, .maximum)
            (state.payments, state.refusedReasonNumber) = (UInt64(Int64.max), .max)
            let outcomes = try await store.advance([ChannelAdvance(from: before, to: state)])
            guard case .applied = try #require(outcomes.first) else {
                Issue.record("it fits")
                return
            }
            let stored = try #require(try await store.channel(channel.id)).state
            #expect(stored.spent == .maximum)
            #expect(stored.payments == UInt64(Int64.max))
            // One more does not wrap.
            var next = stored
            next.payments += 1
            await #expect(throws: Refusal(.storageFailed)) {
                _ = try await store.advance([ChannelAdvance(from: stored, to: next)])
            }
        }
    }

    @Test func damagedRowsAreNamedAndNotTrusted() async throws {
        try await TestDatabase.with(.merchant) { database in
            let store = try await database.channels()
            let channel = try PayingChannel.sample(1)
            try await channel.open(in: store)
            // The schema itself refuses more spent than accepted.
            #expect(throws: ServerFailure.self) {
                try database.run("UPDATE toll_channels SET spent = 1")
            }
            try database.run(
                "UPDATE toll_channels SET chains = decode(repeat('ff', 60), 'hex')")
            await #expect(throws: Refusal(.amountOverflow)) {
                _ = try await store.channel(channel.id)
            }
            try database.run("UPDATE toll_commitments SET asset = 'much'")
            let error = await #expect(throws: Refusal(.storageFailed)) {
                _ = try await store.channel(channel.id)
            }
            #expect(error?.detail.contains("asset is damaged") == true)
        }
    }
}
