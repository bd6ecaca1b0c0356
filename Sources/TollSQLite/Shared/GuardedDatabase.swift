internal import Foundation
internal import GRDB
internal import PayWord
private import Synchronization

/// The database of a role whose books must never go back: a merchant's or a broker's.
///
/// It counts its changes, inside each transaction and in a ``HeightFile``. Where the file has counted
/// more, the database is an older copy or lost its write-ahead log: it can be read, and nothing is
/// written to it, so nothing is paid or settled twice on the strength of what it forgot.
final class GuardedDatabase: Sendable {
    let pool: DatabasePool
    /// Why nothing may be written here; nil while all is well.
    let staleness: Refusal?
    let path: String
    let height: HeightFile
    /// The lock of the process that serves, once it has it.
    private let serving = Mutex<FileLock?>(nil)

    /// Opens or creates the database; see ``SQLiteFile``. The migrator must contain
    /// ``DatabaseMigrator/registerHeight()``.
    init(
        path: String, applicationID: Int32, migrator: DatabaseMigrator, isDurable: Bool = true
    ) throws(Refusal) {
        self.path = path
        height = HeightFile(besides: path)
        // Read before the database is, so that what another process commits meanwhile cannot make
        // the database look older than it is.
        let reading = height.read()
        let pool = try SQLiteFile.open(
            path: path, applicationID: applicationID, migrator: migrator, isDurable: isDurable)
        self.pool = pool
        let (present, copiedAt) = try storing {
            try pool.read { (try $0.height, try $0.copiedAt) }
        }
        if let copiedAt {
            staleness = Self.copy(path, copiedAt, present, reading)
            return
        }
        switch reading {
        case .count(let known) where present < known:
            staleness = Refusal(
                .storageFailed,
                """
                ‘\(path)’ is an older copy, or lost its write-ahead log: it has \(present) changes, \
                and ‘\(height.path)’ has counted \(known). Put the newest copy back, with its -wal \
                file; only if there is none, go on with this one by the command restore
                """)
        case .damaged:
            staleness = Refusal(
                .storageFailed,
                """
                ‘\(height.path)’ is damaged, so nothing shows that ‘\(path)’ is the newest copy. \
                Make sure that it is, then remove ‘\(height.path)’
                """)
        case .none, .count:
            staleness = nil
            height.raise(to: present)
        }
    }

    /// Why a backup that was put in place of the database is not written to.
    private static func copy(
        _ path: String, _ copiedAt: Timestamp, _ present: UInt64, _ reading: HeightFile.Reading
    ) -> Refusal {
        var known = ""
        if case .count(let count) = reading, count > present {
            known = ", of the \(count) that were counted here"
        }
        let time = Date(timeIntervalSince1970: Double(copiedAt.seconds)).ISO8601Format()
        return Refusal(
            .storageFailed,
            """
            ‘\(path)’ is a backup of \(time) with \(present) changes\(known): what came after it is \
            not in it. Put the newest copy in its place, with its -wal file; only if there is none, \
            go on with this one by the command restore
            """)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await storing { try await pool.read(body) }
    }

    /// Runs a transaction, and counts it if it changed anything.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        if let staleness { throw staleness }
        let (value, reached) = try await storing {
            try await pool.write { database -> (Value, UInt64?) in
                let before = database.totalChangesCount
                let value = try body(database)
                guard database.totalChangesCount != before else { return (value, nil) }
                return (value, try database.raiseHeight())
            }
        }
        if let reached { height.raise(to: reached) }
        return value
    }

    /// Makes this process the one that serves the database, until it ends.
    /// - Throws: `busy` while another process serves it; why nothing may be written here.
    func takeServingLock() throws(Refusal) {
        if let staleness { throw staleness }
        try serving.withLock { (serving) throws(Refusal) in
            guard serving == nil else { return }
            let lock = try FileLock(path + "-serving")
            guard try lock.take(0) else {
                throw Refusal(.busy, "another process serves ‘\(path)’ already")
            }
            serving = lock
        }
    }
}

extension DatabaseMigrator {
    /// The count of changes, for a ``GuardedDatabase``.
    mutating func registerHeight() {
        registerMigration("height") { database in
            try database.execute(
                sql: """
                    CREATE TABLE height (
                        only INTEGER PRIMARY KEY CHECK (only = 1),
                        changes INTEGER NOT NULL CHECK (changes >= 0)
                    ) STRICT;
                    INSERT INTO height (only, changes) VALUES (1, 0);
                    """)
        }
    }
}

extension Database {
    /// How many changes were counted. While it stays the same, so does every row.
    var height: UInt64 {
        get throws {
            let statement = try cachedStatement(sql: "SELECT changes FROM height")
            return UInt64(clamping: try Int64.fetchOne(statement) ?? 0)
        }
    }

    /// Counts one more.
    fileprivate func raiseHeight() throws -> UInt64 {
        try cachedStatement(sql: "UPDATE height SET changes = changes + 1").execute()
        return try height
    }
}
