internal import Foundation
internal import GRDB
public import PayWord
public import TollBroker

/// A broker's books in one SQLite file.
///
/// Each verb is one transaction, on disk when it returns. A transaction that writes waits for the
/// one before it, and reads the rows that it decides on after that, so what is decided holds when
/// it is written. Readers see the books of one moment, and wait for nobody.
///
/// ```swift
/// let store = try SQLiteLedgerStore(path: "broker.sqlite")
/// ```
public final class SQLiteLedgerStore: LedgerStore {
    let pool: DatabasePool

    /// Opens or creates a broker's database.
    /// - Throws: `storage-failed`: see ``SQLiteFile``.
    public init(path: String) throws(Refusal) {
        pool = try SQLiteFile.open(
            path: path, applicationID: LedgerMigrations.applicationID,
            migrator: LedgerMigrations.migrator)
    }

    func reading<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await storing { try await pool.read(body) }
    }

    func writing<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await storing { try await pool.write(body) }
    }

    public func read(_ query: LedgerQuery) async throws(Refusal) -> LedgerSnapshot {
        try await reading { try LedgerReader(database: $0).snapshot(query) }
    }

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
