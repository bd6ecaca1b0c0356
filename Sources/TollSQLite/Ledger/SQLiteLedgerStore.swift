internal import Foundation
internal import GRDB
public import PayWord
public import TollBroker

/// A broker's books in one SQLite file.
///
/// Each verb is one transaction, on disk when it returns; one that throws has changed nothing. A
/// transaction that writes waits for the one before it, and reads the rows that it decides on after
/// that, so what is decided holds when it is written. Readers see the books of one moment, and wait
/// for nobody.
///
/// ```swift
/// let store = try SQLiteLedgerStore(path: "broker.sqlite")
/// let first = try await store.accounts(after: nil, limit: 100)
/// ```
public final class SQLiteLedgerStore: LedgerStore {
    let database: GuardedDatabase
    var pool: DatabasePool { database.pool }

    /// Opens or creates a broker's database.
    /// - Throws: `storage-failed`: see ``SQLiteFile``.
    public convenience init(path: String) throws(Refusal) {
        try self.init(path: path, isDurable: true)
    }

    /// As ``init(path:)``; without durability for long test runs alone.
    init(path: String, isDurable: Bool) throws(Refusal) {
        database = try GuardedDatabase(
            path: path, applicationID: LedgerMigrations.applicationID,
            migrator: LedgerMigrations.migrator, isDurable: isDurable)
    }

    /// Why nothing may be written: the file is an older copy of the books, or lost its write-ahead
    /// log. Nil while all is well. It can be read, and ``audit(_:)`` names it as a fault.
    public var staleness: Refusal? { database.staleness }

    /// Makes this process the one that serves the books, until it ends, however it ends.
    /// - Throws: `busy` while another process does; `storage-failed` for ``staleness``.
    public func takeServingLock() throws(Refusal) { try database.takeServingLock() }

    func reading<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await database.read(body)
    }

    func writing<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await database.write(body)
    }

    /// Reads all rows in one snapshot, without waiting for a writer.
    /// - Throws: `storage-failed`, also for a row that cannot be read.
    public func read(_ query: LedgerQuery) async throws(Refusal) -> LedgerSnapshot {
        try await reading { try LedgerReader(database: $0).snapshot(query) }
    }

    /// Reads, decides, writes and commits in one transaction. SQLite has one writer at a time, so
    /// the whole file is what is locked, and `decide` runs once. A decision that changes nothing
    /// writes nothing, and `beforeCommit` is not called.
    /// - Throws: what `decide` and `beforeCommit` throw; `insufficient-funds`, `amount-overflow`,
    ///   `duplicate-commitment` and the like from the rules that ``LedgerChanges`` states;
    ///   `storage-failed`.
    public func decide<Answer: Sendable>(
        on query: LedgerQuery, beforeCommit: @escaping @Sendable () throws(Refusal) -> Void,
        _ decide: @escaping @Sendable (LedgerSnapshot) throws(Refusal) -> LedgerDecision<Answer>
    ) async throws(Refusal) -> Answer {
        try await writing { database in
            let decision = try decide(try LedgerReader(database: database).snapshot(query))
            guard !decision.changes.isEmpty else { return decision.answer }
            try LedgerWriter(database: database).write(decision.changes)
            try beforeCommit()
            return decision.answer
        }
    }
}
