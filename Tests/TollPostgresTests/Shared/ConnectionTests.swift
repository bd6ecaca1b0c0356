import Dispatch
import Foundation
import Logging
import PayWord
import Testing

@testable import TollPostgres

/// What a server does to its clients, and what is made of it.
@Suite struct ConnectionTests {
    /// The backend that serves a connection.
    private func backend(_ connection: PostgresConnection) throws -> Int64 {
        let rows = try connection.rows("SELECT pg_backend_pid()::bigint")
        return try #require(rows.first).integer(0)
    }

    @Test func aConnectionThatTheServerEndedIsMadeAnew() async throws {
        try await TestDatabase.with { database in
            let pool = try database.pool(connections: 1)
            let first = try await pool.run { try backend($0) }
            try database.run("SELECT pg_terminate_backend(\(first), 5000)")
            // Nothing was under way, so the caller does not hear of it.
            let second = try await pool.run { try backend($0) }
            #expect(first != second)
        }
    }

    @Test func aConnectionThatDiedIdleIsFoundOut() async throws {
        try await TestDatabase.with { database in
            var options = TestDatabase.options
            options.idleCheckInterval = .zero
            let session = PostgresSession(
                try ConnectionString(database.uri), options, Logger(label: "test"))
            let first = try session.perform(backend).get()
            session.checkIdle()
            #expect(try session.perform(backend).get() == first, "a sound one is kept")
            try database.run("SELECT pg_terminate_backend(\(first), 5000)")
            session.checkIdle()
            #expect(try session.perform(backend).get() != first)
            session.close()
        }
    }

    @Test func aBackendKilledBeforeTheCommitCostsTheTransactionAlone() async throws {
        try await TestDatabase.with { database in
            let pool = try database.pool(connections: 1)
            try database.run("CREATE TABLE t (n bigint)")
            let runs = Counter()
            try await pool.write { transaction in
                try transaction.rows("INSERT INTO t VALUES (1)")
                let run = runs.next()
                if run == 1 {
                    let pid = try #require(
                        transaction.rows("SELECT pg_backend_pid()::bigint").first
                    ).integer(0)
                    try database.run("SELECT pg_terminate_backend(\(pid), 5000)")
                }
                // It is found out before the commit is sent, so nothing can have been kept.
            }
            #expect(runs.value == 2)
            #expect(try database.run("SELECT count(*) FROM t") == [["1"]])
        }
    }

    @Test func aStatementThatTakesTooLongIsEnded() async throws {
        try await TestDatabase.with { database in
            var options = TestDatabase.options
            options.statementTimeout = .milliseconds(50)
            let pool = PostgresPool(
                try ConnectionString(database.uri), options, connections: 1,
                log: Logger(label: "test"))
            let error = await #expect(throws: Refusal(.storageFailed)) {
                try await pool.run { _ = try $0.rows("SELECT pg_sleep(60)") }
            }
            #expect(error?.detail.contains("57014") == true)
            #expect(error?.detail.contains("took too long") == true)
            _ = try await pool.run { try backend($0) }
        }
    }

    @Test func aServerThatSaysNothingIsGivenUp() async throws {
        try await TestDatabase.with { database in
            var options = TestDatabase.options
            options.answerTimeout = .milliseconds(50)
            let pool = PostgresPool(
                try ConnectionString(database.uri), options, connections: 1,
                log: Logger(label: "test"))
            let error = await #expect(throws: Refusal(.storageFailed)) {
                try await pool.run { _ = try $0.rows("SELECT pg_sleep(60)", mayCommit: true) }
            }
            #expect(error?.detail.contains("it is not known") == true)
        }
    }

    /// Two transactions that lock two rows in opposite orders: the server ends one of them, which is
    /// run again.
    @Test func aDeadlockIsRunAgain() async throws {
        try await TestDatabase.with { database in
            let pool = try database.pool(connections: 2)
            try database.run("CREATE TABLE t (n bigint PRIMARY KEY, m bigint)")
            try database.run("INSERT INTO t VALUES (1, 0), (2, 0)")
            let arrived = Counter()
            let runs = Counter()
            let both = DispatchSemaphore(value: 0)
            @Sendable func raise(_ first: Int64, _ second: Int64) async throws {
                try await pool.write { transaction in
                    let raise = "UPDATE t SET m = m + 1 WHERE n = $1"
                    try transaction.rows(raise, [.integer(first)])
                    let number = runs.next()
                    // The first two wait for each other, with a row each.
                    if number <= 2 {
                        let isLast = arrived.next() == 2
                        if isLast {
                            both.signal()
                            both.signal()
                        }
                        both.wait()
                    }
                    try transaction.rows(raise, [.integer(second)])
                }
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await raise(1, 2) }
                group.addTask { try await raise(2, 1) }
                try await group.waitForAll()
            }
            #expect(runs.value == 3)
            #expect(try database.run("SELECT m FROM t ORDER BY n") == [["2"], ["2"]])
        }
    }

    @Test func aSerialisationFailureIsRunAgainAndNotForEver() async throws {
        try await TestDatabase.with { database in
            let pool = try database.pool(connections: 1)
            try database.run("CREATE TABLE t (m bigint)")
            try database.run("INSERT INTO t VALUES (0)")
            let runs = Counter()
            @Sendable func raise(whileOthersDo count: Int) async throws {
                try await pool.run { connection in
                    let run = runs.next()
                    _ = try connection.rows("BEGIN ISOLATION LEVEL REPEATABLE READ")
                    _ = try connection.rows("SELECT m FROM t")
                    if run <= count { try database.run("UPDATE t SET m = m + 1") }
                    _ = try connection.rows("UPDATE t SET m = m + 1")
                    _ = try connection.rows("COMMIT", mayCommit: true)
                }
            }
            try await raise(whileOthersDo: 2)
            #expect(runs.value == 3)
            #expect(try database.run("SELECT m FROM t") == [["3"]])
            let error = await #expect(throws: Refusal(.storageFailed)) {
                try await raise(whileOthersDo: .max)
            }
            #expect(error?.detail.contains("40001") == true)
            #expect(runs.value == 3 + TestDatabase.options.transactionAttempts)
        }
    }

    @Test func whatWaitsIsBounded() async throws {
        try await TestDatabase.with { database in
            var options = TestDatabase.options
            options.waitingMaximum = 1
            let pool = PostgresPool(
                try ConnectionString(database.uri), options, connections: 1,
                log: Logger(label: "test"))
            let (isBusy, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            async let working: Void = pool.run { _ in
                isBusy.signal()
                mayEnd.wait()
            }
            await withCheckedContinuation { continuation in
                Thread {
                    isBusy.wait()
                    continuation.resume()
                }.start()
            }
            // One of two may wait; the other is refused at once.
            await withTaskGroup(of: Refusal?.self) { group in
                for _ in 1...2 {
                    group.addTask {
                        do throws(Refusal) {
                            try await pool.run { _ in }
                            return nil
                        } catch { return error }
                    }
                }
                let first = await group.next() ?? nil
                #expect(first == Refusal(.busy))
                mayEnd.signal()
                let second = await group.next() ?? nil
                #expect(second == nil)
            }
            try await working
        }
    }
}
