import Foundation
import Scenes

/// What it costs to have something on disk: an appended record, and a row in SQLite. They have no
/// targets: they are what the stores' figures are to be read against.
func registerDurabilityRows() {
    for count in [1, 16, 256, 4096] {
        row("append and fdatasync, \(count) records of 64 bytes", seconds: 0.5, full: 2) {
            let log = try AppendedLog()
            return Sides(ours: .init(units: count) { try log.append(count) })
        }
        row("a bare SQLite transaction of \(count) rows", seconds: 0.5, full: 2) {
            let rows = try BareRows(count: 4096)
            return Sides(ours: .init(units: count) { try rows.update(count) })
        }
    }
}

/// A file that grows.
private final class AppendedLog {
    private let descriptor: Int32
    private let record = [UInt8](repeating: 0x2a, count: 64)

    init() throws {
        let path = try temporaryFolder() + "/log"
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try check(descriptor >= 0, "the log cannot be made")
    }

    deinit { close(descriptor) }

    func append(_ count: Int) throws {
        let bytes = Array(repeating: record, count: count).flatMap { $0 }
        try check(write(descriptor, bytes, bytes.count) == bytes.count, "a short write")
        try check(fdatasync(descriptor) == 0, "fdatasync failed")
    }
}

/// Rows of the size of a channel's, updated by their key.
private final class BareRows {
    private let database: BareSQLite
    private let keys: [[UInt8]]
    private var round: Int64 = 0

    init(count: Int) throws {
        database = try BareSQLite(try temporaryFolder() + "/rows.sqlite")
        try database.execute(
            "CREATE TABLE rows (id BLOB PRIMARY KEY, state BLOB, number INTEGER) "
                + "STRICT, WITHOUT ROWID")
        try database.execute(
            """
            WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count LIMIT \(count))
            INSERT INTO rows SELECT randomblob(16), randomblob(60), 0 FROM count
            """)
        keys = try database.blobs("SELECT id FROM rows ORDER BY id")
    }

    func update(_ count: Int) throws {
        round += 1
        let state = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: 60)
        try database.transaction {
            for key in keys.prefix(count) {
                try database.run(
                    "UPDATE rows SET state = ?, number = ? WHERE id = ?",
                    [.bytes(state), .integer(round), .bytes(key)])
            }
        }
    }
}
