internal import Foundation
internal import GRDB
internal import PayWord

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A copy of a role's database on its way into the place of the database.
///
/// It is copied beside the place, looked through there, and gets the name last: so what is no copy of
/// these books never lies where a service would take it for them, and what lies there is never removed.
struct PlacedCopy {
    let path: String
    let applicationID: Int32

    /// Puts a copy in place, with the log beside it, of which it becomes one file.
    /// - Parameters:
    ///   - backup: the copy, or a link to it. It is not changed.
    ///   - check: throws for a copy of another's books.
    /// - Throws: `storage-failed` for what is no whole copy of books of this role, or where something
    ///   is in the way; what `check` throws.
    func place(_ backup: String, check: (Database) throws -> Void) throws(Refusal) {
        let source = URL(fileURLWithPath: backup).resolvingSymlinksInPath().path
        let partial = "\(path).restoring-\(UUID().uuidString.prefix(8))"
        defer { for end in ["", "-wal", "-shm", "-journal"] { unlink(partial + end) } }
        try copy(source, to: partial)
        try lookThrough(partial, backup, check)
        try storing {
            let descriptor = open(partial, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            defer { if descriptor >= 0 { close(descriptor) } }
            // A link is made where there is no file yet, and never in place of one.
            guard descriptor >= 0, fsync(descriptor) == 0, link(partial, path) == 0,
                DatabaseFileCopy.flushFolder(of: path)
            else {
                throw failure("‘\(path)’ cannot be written: \(String(cString: strerror(errno)))")
            }
        }
    }

    private func copy(_ source: String, to partial: String) throws(Refusal) {
        var status = stat()
        guard stat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure("‘\(source)’ is no file")
        }
        try storing {
            // A copy that was made by other means may have its newest part in a file of its own.
            for end in ["", "-wal"] where FileManager.default.fileExists(atPath: source + end) {
                try FileManager.default.copyItem(atPath: source + end, toPath: partial + end)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: partial + end)
            }
        }
    }

    /// Reads all of it, and moves what its log has into the one file.
    private func lookThrough(
        _ partial: String, _ backup: String, _ check: (Database) throws -> Void
    ) throws(Refusal) {
        try storing {
            do {
                let queue = try DatabaseQueue(path: partial)
                try queue.writeWithoutTransaction { database in
                    let role = try Int32.fetchOne(database, sql: "PRAGMA application_id")
                    guard role == applicationID, try database.tableExists("height") else {
                        throw failure("‘\(backup)’ is no copy of these books")
                    }
                    let found = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)")
                    guard found == "ok" else {
                        throw failure("‘\(backup)’ is damaged: \(found ?? "")")
                    }
                    try check(database)
                    try database.execute(sql: "PRAGMA journal_mode = DELETE")
                }
                try queue.close()
            } catch let error as DatabaseError {
                throw failure("‘\(backup)’ is no whole database: \(error.message ?? "")")
            }
        }
    }

    private func failure(_ detail: String) -> Refusal { Refusal(.storageFailed, detail) }
}
