import GRDBSQLite
import Scenes

/// SQLite without anything around it: what a store's rate is measured against.
final class BareSQLite {
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    /// Opens a file as the stores do: a write-ahead log, on disk when a commit returns.
    init(_ path: String) throws {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK, let handle else {
            throw Failure("\(path) cannot be opened")
        }
        self.handle = handle
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close(handle)
    }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    enum Value {
        case integer(Int64)
        case bytes([UInt8])
    }

    /// Runs a statement, which is kept compiled.
    func run(_ sql: String, _ values: [Value]) throws {
        let statement = try statement(sql)
        for (place, value) in values.enumerated() {
            let number = Int32(place + 1)
            switch value {
            case .integer(let integer): sqlite3_bind_int64(statement, number, integer)
            case .bytes(let bytes):
                // Freed by nobody: SQLite copies the bytes.
                let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                sqlite3_bind_blob(statement, number, bytes, Int32(bytes.count), copies)
            }
        }
        let result = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard result == SQLITE_DONE else { throw failure(sql) }
        guard sqlite3_changes(handle) == 1 else { throw Failure("no row changed: \(sql)") }
    }

    /// Writes what payments change of a channel, as a payment raises it, whatever stands there.
    func raise(_ id: [UInt8], _ chains: [UInt8], to units: Int64) throws {
        let units = Value.integer(units)
        try run(
            """
            UPDATE channels SET chains = ?, accepted = ?, spent = ?, payments = ?, due = ?,
                version = ? WHERE id = ?
            """, [.bytes(chains), units, units, units, units, units, .bytes(id)])
    }

    /// The blobs of a query with one column.
    func blobs(_ sql: String) throws -> [[UInt8]] {
        let statement = try statement(sql)
        defer { sqlite3_reset(statement) }
        var found: [[UInt8]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(statement, 0),
                count: Int(sqlite3_column_bytes(statement, 0)))
            found.append(Array(bytes))
        }
        return found
    }

    func transaction(_ body: () throws -> Void) throws {
        try execute("BEGIN IMMEDIATE")
        try body()
        try execute("COMMIT")
    }

    private func statement(_ sql: String) throws -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var made: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &made, nil) == SQLITE_OK, let made else {
            throw failure(sql)
        }
        statements[sql] = made
        return made
    }

    private func failure(_ sql: String) -> Failure {
        Failure("\(String(cString: sqlite3_errmsg(handle))): \(sql)")
    }
}
