import Foundation
import GRDBSQLite

/// Reads a database with SQLite alone.
final class SQLiteReader: RowReader {
    private struct Row: BookRow {
        let statement: OpaquePointer

        func integer(_ place: Int32) -> Int64 { sqlite3_column_int64(statement, place) }
        func isNull(_ place: Int32) -> Bool {
            sqlite3_column_type(statement, place) == SQLITE_NULL
        }
        func text(_ place: Int32) -> String {
            sqlite3_column_text(statement, place).map { String(cString: $0) } ?? ""
        }
        func bytes(_ place: Int32) -> [UInt8] {
            guard let start = sqlite3_column_blob(statement, place) else { return [] }
            return Array(
                UnsafeRawBufferPointer(
                    start: start, count: Int(sqlite3_column_bytes(statement, place))))
        }
    }

    private var handle: OpaquePointer?

    init(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ReaderFailure(description: "there is no \((path as NSString).lastPathComponent)")
        }
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
            throw failure()
        }
        // It is a copy that nobody needs afterwards.
        try rows("PRAGMA synchronous = OFF") { _ in }
    }

    deinit { sqlite3_close(handle) }

    /// Shows each row of a statement.
    func rows(_ sql: String, _ blobs: [[UInt8]], _ body: (any BookRow) throws -> Void) throws {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement
        else { throw failure() }
        defer { sqlite3_finalize(statement) }
        let copyNow = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (place, blob) in blobs.enumerated() {
            sqlite3_bind_blob(statement, Int32(place + 1), blob, Int32(blob.count), copyNow)
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(Row(statement: statement))
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    /// What SQLite finds damaged.
    func damage() throws -> [String] {
        var damage: [String] = []
        try rows("PRAGMA integrity_check") { if $0.text(0) != "ok" { damage.append($0.text(0)) } }
        try rows("PRAGMA foreign_key_check") {
            damage.append("a row of \($0.text(0)) has no parent")
        }
        return damage
    }

    private func failure() -> ReaderFailure {
        ReaderFailure(
            description: handle.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory")
    }
}
