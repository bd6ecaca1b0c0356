public import GRDB
public import PayWord

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// How every store opens its file: one database a role, durable when a call returns.
///
/// The journal is a write-ahead log with `synchronous=FULL`, so a transaction is on disk when its
/// commit returns, and readers do not wait for writers. A file is readable by its owner alone.
public enum SQLiteFile {
    /// How long a writer waits for another process's transaction.
    static let busyTimeoutSeconds = 10.0

    /// Opens or creates the database at `path` and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - applicationID: the role's own number, kept in the file's header, so that a wallet's file
    ///     is not taken for a broker's.
    ///   - migrator: the role's named migrations.
    /// - Returns: connections to the database: one that writes, several that read.
    /// - Throws: `storage-failed` if the file cannot be opened, is of another role, was written by a
    ///   newer version, or may be read by others than its owner.
    public static func open(
        path: String, applicationID: Int32, migrator: DatabaseMigrator
    ) throws(Refusal) -> DatabasePool {
        try open(
            path: path, applicationID: applicationID, migrator: migrator, isDurable: true)
    }

    /// As ``open(path:applicationID:migrator:)``; without durability a loss of power may damage the
    /// file, which is for tests alone.
    static func open(
        path: String, applicationID: Int32, migrator: DatabaseMigrator, isDurable: Bool
    ) throws(Refusal) -> DatabasePool {
        try createPrivately(path)
        return try storing {
            var configuration = Configuration()
            configuration.busyMode = .timeout(busyTimeoutSeconds)
            configuration.foreignKeysEnabled = true
            let pool = try DatabasePool(path: path, configuration: configuration)
            // After the pool is made, which sets NORMAL where it sets the write-ahead log: with that,
            // what was committed last is lost with the power.
            try pool.writeWithoutTransaction { database in
                try database.execute(
                    sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "OFF")")
            }
            if isDurable { try pool.writeWithoutTransaction(flushWhatWasFound) }
            try pool.write { database in
                try claim(database, applicationID: applicationID, path: path)
            }
            guard try !pool.read(migrator.hasBeenSuperseded) else {
                throw Refusal(
                    .storageFailed, "‘\(path)’ was written by a newer version: update this one")
            }
            try migrator.migrate(pool)
            return pool
        }
    }

    /// Writes the write-ahead log anew, moves what is in it into the database, and empties it.
    ///
    /// After a flush that failed, a system calls what it could not write clean, and keeps it in memory
    /// alone. If the process then ends, the next one finds that transaction whole, and would put its
    /// own behind it: they would be flushed, and what they stand on would not. Written anew into the
    /// database, all of it is flushed. A loss of power while that is done would leave part of it, and
    /// the log could not make it whole: so first the log itself is written anew.
    ///
    /// Where another process is at work, that one has done it.
    private static func flushWhatWasFound(_ database: Database) throws {
        try database.execute(sql: "PRAGMA busy_timeout = 0")
        do {
            // Whoever may write to the database may write to the log; nobody else does meanwhile.
            try database.inTransaction(.immediate) {
                let file = try String.fetchOne(
                    database, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'")
                if let file { try WrittenAnew.flush(file + "-wal") }
                return .rollback
            }
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        } catch let error as DatabaseError where error.resultCode != .SQLITE_IOERR {
            // A full disk can still be read.
        }
        try database.execute(sql: "PRAGMA busy_timeout = \(Int(busyTimeoutSeconds * 1000))")
    }

    private static func claim(
        _ database: Database, applicationID: Int32, path: String
    ) throws {
        let present = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        guard present != applicationID else { return }
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard present == 0, tables == 0 else {
            throw Refusal(.storageFailed, "‘\(path)’ is not a database of this kind")
        }
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    }
}

/// SQLite creates files by the process's umask; a store's may hold unrevealed secrets or show who
/// paid whom, so the file is made for its owner alone before SQLite sees it.
private func createPrivately(_ path: String) throws(Refusal) {
    // A file that is there is not opened here: closing it would give back the locks that another
    // connection of this process holds on it.
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
    var status = stat()
    guard descriptor >= 0 || errno == EEXIST, stat(path, &status) == 0 else {
        throw Refusal(
            .storageFailed, "‘\(path)’ cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & 0o077 == 0 else {
        throw Refusal(
            .storageFailed,
            "‘\(path)’ may be read or written by others: run `chmod 600 '\(path)'`")
    }
}

/// Runs work on a database and turns what the engine throws into `storage-failed`. A refusal that
/// the work itself throws passes through, after the transaction it was in was rolled back.
public func storing<Value>(_ body: () throws -> Value) throws(Refusal) -> Value {
    do { return try body() } catch { throw storageRefusal(error) }
}

/// Runs asynchronous work on a database, as ``storing(_:)-(()->Value)`` does.
public func storing<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
) async throws(Refusal) -> Value {
    do { return try await body() } catch { throw storageRefusal(error) }
}

private func storageRefusal(_ error: any Error) -> Refusal {
    if let refusal = error as? Refusal { return refusal }
    if let failure = error as? DatabaseError {
        return Refusal(
            .storageFailed, "SQLite: \(failure.message ?? failure.resultCode.description)")
    }
    return Refusal(.storageFailed, "the store failed: \(type(of: error))")
}
