internal import GRDB
internal import GRDBSQLite
internal import PayWord

/// A compiled statement that is bound and run by SQLite's own interface: for what a transaction runs
/// thousands of times, where GRDB would allocate a value for each column of each row.
struct RawStatement {
    /// Kept, so that it is not finalized.
    private let statement: Statement
    private let connection: SQLiteConnection

    /// The statement of these words, compiled once for each connection.
    init(_ database: Database, _ sql: String) throws {
        guard let connection = database.sqliteConnection else {
            throw Refusal(.storageFailed, "the database is closed")
        }
        self.connection = connection
        statement = try database.cachedStatement(sql: sql)
    }

    /// Binds a number, at a place from 1 on.
    func bind(_ place: Int32, _ value: Int64) {
        sqlite3_bind_int64(statement.sqliteStatement, place, value)
    }

    /// Binds bytes that stay where they are until the statement has run.
    func bind(_ place: Int32, _ bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(
            statement.sqliteStatement, place, bytes.baseAddress, Int32(bytes.count), nil)
    }

    /// Runs it to its end.
    /// - Returns: how many rows were changed.
    /// - Throws: SQLite's error, as GRDB has it.
    func run() throws -> Int {
        let result = sqlite3_step(statement.sqliteStatement)
        sqlite3_reset(statement.sqliteStatement)
        guard result == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: result),
                message: String(cString: sqlite3_errmsg(connection)), sql: statement.sql)
        }
        return Int(sqlite3_changes(connection))
    }
}
