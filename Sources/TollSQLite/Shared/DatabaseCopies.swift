internal import Foundation
internal import GRDB
public import PayWord

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// What was copied.
public struct DatabaseCopy: Sendable, Equatable {
    /// How many changes are in the copy; nil for a role whose changes are not counted.
    public let changes: UInt64?
    /// How large the file is.
    public let bytes: UInt64
}

/// That books were an older copy once, and that their owner knew it.
public struct TakenUp: Sendable, Equatable {
    /// When the last copy was taken up.
    public let at: Timestamp
    /// How often the books were taken up from a copy, and one.
    public let epoch: UInt64
}

/// An older copy that its owner goes on with.
public struct AdoptedCopy: Sendable, Equatable {
    /// How many changes were in it.
    public let changes: UInt64
    /// How many the file beside it had counted; nil if there is none, or it cannot be read. What is
    /// more than ``changes`` is lost.
    public let changesKnown: UInt64?
    /// When it was copied; nil if not by a command of ours.
    public let copiedAt: Timestamp?
    /// How often the books were taken up from a copy, and one: the number of this life of theirs.
    public let epoch: UInt64
}

enum DatabaseFileCopy {
    /// Copies the database while others read and write: what was committed when it begins, and nothing
    /// after. The copy is one file, for its owner alone, on disk when this returns.
    ///
    /// `mark` writes into the copy before it gets its name.
    /// - Returns: how many bytes it has.
    /// - Throws: `storage-failed` if there is a file already, or it cannot be written.
    static func copy(
        of pool: DatabasePool, to path: String,
        mark: @escaping @Sendable (Database) throws -> Void
    ) async throws(Refusal) -> UInt64 {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Refusal(.storageFailed, "‘\(path)’ is there already: choose another name")
        }
        let partial = "\(path).partial-\(UUID().uuidString.prefix(8))"
        defer { for end in ["", "-wal", "-shm", "-journal"] { unlink(partial + end) } }
        // Made before SQLite does, which would let others read it.
        let descriptor = open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Refusal(
                .storageFailed, "‘\(path)’ cannot be written: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        try await storing {
            let copy = try DatabaseQueue(path: partial)
            // All pages in one step, of one snapshot: a writer is not held up, and changes nothing.
            try pool.backup(to: copy)
            try await copy.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = DELETE")
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.inTransaction {
                    try mark(database)
                    return .commit
                }
            }
            try copy.close()
        }
        guard fsync(descriptor) == 0, link(partial, path) == 0, flushFolder(of: path) else {
            throw Refusal(
                .storageFailed, "‘\(path)’ cannot be written: \(String(cString: strerror(errno)))")
        }
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
        return size?.uint64Value ?? 0
    }

    /// The name is on disk only when its folder is.
    static func flushFolder(of path: String) -> Bool {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }
}

extension GuardedDatabase {
    /// Copies the database, and marks the copy as one: it is read, and not written to or served before
    /// its owner adopts it.
    func copy(to path: String, at time: Timestamp) async throws(Refusal) -> DatabaseCopy {
        if let staleness { throw staleness }
        let seconds = Int64(clamping: time.seconds)
        let bytes = try await DatabaseFileCopy.copy(of: pool, to: path) { database in
            try database.execute(sql: "UPDATE epoch SET copied_at = ?", arguments: [seconds])
        }
        var configuration = Configuration()
        configuration.readonly = true
        let reading = configuration
        let changes = try await storing {
            try await DatabaseQueue(path: path, configuration: reading).read { try $0.height }
        }
        return DatabaseCopy(changes: changes, bytes: bytes)
    }

    /// Takes up an older copy as the books from now on: its mark goes, its count of changes passes what
    /// was ever counted, so that every other copy is older, and the epoch rises.
    /// - Parameters:
    ///   - isKnown: whether its owner says that it is a copy, even if nothing in it does.
    ///   - time: the present time.
    ///   - note: what else is written in the same transaction.
    /// - Returns: what was taken up.
    /// - Throws: `storage-failed` if nothing says that it is a copy, or it cannot be written; `busy`
    ///   while a process serves it.
    func adopt(
        isKnown: Bool, at time: Timestamp,
        noting note: @escaping @Sendable (Database) throws -> Void = { _ in }
    ) async throws(Refusal) -> AdoptedCopy {
        guard isKnown || staleness != nil else {
            throw Refusal(
                .storageFailed,
                "nothing says that ‘\(path)’ is an older copy: there is nothing to do")
        }
        let lock = try FileLock(path + "-serving")
        guard try lock.take(0) else {
            throw Refusal(.busy, "another process serves ‘\(path)’")
        }
        defer { lock.release(0) }
        var known: UInt64?
        if case .count(let count) = height.read() { known = count }
        let least = Int64(clamping: known ?? 0)
        let adopted: (changes: UInt64, copiedAt: Timestamp?, epoch: UInt64, reached: UInt64) =
            try await storing {
                try await pool.write { database in
                    let changes = try database.height
                    let copiedAt = try database.copiedAt
                    try database.execute(
                        sql: """
                            UPDATE epoch SET number = number + 1, copied_at = NULL, taken_up_at = ?
                            """, arguments: [Int64(clamping: time.seconds)])
                    try note(database)
                    try database.execute(
                        sql: "UPDATE height SET changes = max(changes, ?) + 1", arguments: [least])
                    return (changes, copiedAt, try database.epoch, try database.height)
                }
            }
        // One that is damaged is not written over, and says nothing any more.
        unlink(height.path)
        height.raise(to: adopted.reached)
        return AdoptedCopy(
            changes: adopted.changes, changesKnown: known, copiedAt: adopted.copiedAt,
            epoch: adopted.epoch)
    }

    /// Whether these books were a copy that was taken up, and when; nil if they never were.
    func takenUp() async throws(Refusal) -> TakenUp? {
        try await read { database in
            try Int64.fetchOne(database, sql: "SELECT taken_up_at FROM epoch").map { seconds in
                TakenUp(at: Timestamp(UInt64(clamping: seconds)), epoch: try database.epoch)
            }
        }
    }
}

extension DatabaseMigrator {
    /// How often the books were taken up from a copy, and whether this is one; for a
    /// ``GuardedDatabase``.
    mutating func registerEpoch() {
        registerMigration("epoch") { database in
            try database.execute(
                sql: """
                    CREATE TABLE epoch (
                        only INTEGER PRIMARY KEY CHECK (only = 1),
                        number INTEGER NOT NULL CHECK (number > 0),
                        copied_at INTEGER  -- of a backup that nobody took up; else null
                    ) STRICT;
                    INSERT INTO epoch (only, number) VALUES (1, 1);
                    """)
        }
    }

    /// When the books were last taken up from a copy; after ``registerEpoch()``.
    mutating func registerTakenUp() {
        registerMigration("taken up") { database in
            try database.execute(sql: "ALTER TABLE epoch ADD COLUMN taken_up_at INTEGER")
        }
    }
}

extension Database {
    var epoch: UInt64 {
        get throws {
            UInt64(clamping: try Int64.fetchOne(self, sql: "SELECT number FROM epoch") ?? 0)
        }
    }

    /// When this file was copied, if it is a copy that nobody took up.
    var copiedAt: Timestamp? {
        get throws {
            try Int64.fetchOne(self, sql: "SELECT copied_at FROM epoch")
                .map { Timestamp(UInt64(clamping: $0)) }
        }
    }
}
