internal import GRDB
private import GRDBSQLite
internal import PayWord

/// A statement that runs once for each row of a large batch. Values are bound and columns are read by
/// their place, so that a row costs what SQLite takes for it, and little more.
///
/// GRDB prepares it, and keeps it with its connection; in a connection each text is used by one at a
/// time.
struct RowStatement {
    private let statement: Statement

    init(_ database: Database, _ sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
        sqlite3_reset(statement.sqliteStatement)
        sqlite3_clear_bindings(statement.sqliteStatement)
    }

    // MARK: Binding, by place from 1

    func bind(_ value: Int64, at place: Int32) throws {
        try check(sqlite3_bind_int64(statement.sqliteStatement, place, value))
    }

    /// Binds a copy of the bytes; nil is NULL.
    func bind(_ bytes: UnsafeRawBufferPointer?, at place: Int32) throws {
        // SQLite's word for ‘copy it now’, which is a macro that Swift does not see.
        try bind(bytes, at: place, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    }

    /// Binds bytes that stay as they are until the statement has run: nothing is copied.
    func bind(lent bytes: UnsafeRawBufferPointer?, at place: Int32) throws {
        try bind(bytes, at: place, nil)
    }

    private func bind(
        _ bytes: UnsafeRawBufferPointer?, at place: Int32, _ free: sqlite3_destructor_type?
    ) throws {
        let handle = statement.sqliteStatement
        guard let bytes else { return try check(sqlite3_bind_null(handle, place)) }
        guard let start = bytes.baseAddress else {
            return try check(sqlite3_bind_zeroblob(handle, place, 0))
        }
        try check(sqlite3_bind_blob(handle, place, start, Int32(clamping: bytes.count), free))
    }

    /// Binds a copy of a value, or in place of nil a blob of no bytes, which comes before all others.
    func bind(_ value: (some FixedBytes)?, at place: Int32) throws {
        guard let value else {
            return try bind(UnsafeRawBufferPointer(start: nil, count: 0), at: place)
        }
        try withUnsafeBytes(of: value.storage) { try bind($0, at: place) }
    }

    func bind(_ text: String, at place: Int32) throws {
        let copyNow = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try check(sqlite3_bind_text(statement.sqliteStatement, place, text, -1, copyNow))
    }

    // MARK: Running

    /// Shows each row of the result.
    func forEach(_ body: (RowColumns) throws -> Void) throws {
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        while true {
            let code = sqlite3_step(handle)
            guard code != SQLITE_DONE else { return }
            guard code == SQLITE_ROW else { throw failure(code) }
            try body(RowColumns(handle: handle))
        }
    }

    /// Runs a statement that has no result.
    /// - Returns: how many rows it changed.
    func run() throws -> Int {
        try forEach { _ in }
        return Int(sqlite3_changes(sqlite3_db_handle(statement.sqliteStatement)))
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        let database = sqlite3_db_handle(statement.sqliteStatement)
        return DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(database)))
    }
}

/// The columns of a ``RowStatement``'s present row, by place from 0. One that cannot be is
/// `storage-failed`.
struct RowColumns {
    fileprivate let handle: OpaquePointer

    func integer(_ place: Int32) throws(Refusal) -> Int64 {
        guard sqlite3_column_type(handle, place) == SQLITE_INTEGER else { throw damaged(place) }
        return sqlite3_column_int64(handle, place)
    }

    func amount(_ place: Int32) throws(Refusal) -> Amount {
        let value = try integer(place)
        guard value >= 0 else { throw damaged(place) }
        return try Amount(units: UInt64(value))
    }

    func time(_ place: Int32) throws(Refusal) -> Timestamp {
        Timestamp(UInt64(clamping: try integer(place)))
    }

    func choice<Value: RawRepresentable>(_ place: Int32) throws(Refusal) -> Value
    where Value.RawValue: FixedWidthInteger {
        guard let raw = Value.RawValue(exactly: try integer(place)),
            let value = Value(rawValue: raw)
        else { throw damaged(place) }
        return value
    }

    func fixed<Value: FixedBytes>(_ place: Int32) throws(Refusal) -> Value {
        guard let start = sqlite3_column_blob(handle, place),
            Int(sqlite3_column_bytes(handle, place)) == MemoryLayout<Value.Storage>.size
        else { throw damaged(place) }
        return Value(storage: start.loadUnaligned(as: Value.Storage.self))
    }

    /// The bytes of a blob or a text, until the statement goes on; nil for NULL.
    func bytes(_ place: Int32) -> UnsafeRawBufferPointer? {
        guard sqlite3_column_type(handle, place) != SQLITE_NULL else { return nil }
        // In this order: the first may convert the value, the second counts what came of it.
        let start = sqlite3_column_blob(handle, place)
        return UnsafeRawBufferPointer(
            start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, place)))
    }

    func damaged(_ place: Int32) -> Refusal {
        let name = sqlite3_column_name(handle, place).map { String(cString: $0) }
        return Refusal(.storageFailed, "the column \(name ?? "\(place)") is damaged")
    }
}
