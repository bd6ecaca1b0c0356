import CLibPQ
import Foundation

/// Reads a merchant's tables in PostgreSQL with libpq alone, under the names that SQLite's have.
final class PostgresReader: RowReader {
    private struct Row: BookRow {
        let result: OpaquePointer
        let number: Int32

        func isNull(_ place: Int32) -> Bool { PQgetisnull(result, number, place) == 1 }
        func text(_ place: Int32) -> String {
            PQgetvalue(result, number, place).map { String(cString: $0) } ?? ""
        }
        func integer(_ place: Int32) -> Int64 { Int64(text(place)) ?? 0 }
        /// As text, bytes are `\x` and their digits.
        func bytes(_ place: Int32) -> [UInt8] {
            [UInt8](hexText: String(text(place).dropFirst(2)))
        }
        func hex(_ place: Int32) -> String { String(text(place).dropFirst(2)) }
    }

    private let handle: OpaquePointer

    init(_ address: String) throws {
        guard let handle = PQconnectdb(address) else {
            throw ReaderFailure(description: "no memory")
        }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK else {
            throw ReaderFailure(description: String(cString: PQerrorMessage(handle)))
        }
        try run("SET client_min_messages = error; SET synchronous_commit = off")
    }

    deinit { PQfinish(handle) }

    /// A connection in which the tables have the names that the checks use.
    convenience init(books address: String) throws {
        try self.init(address)
        try run(
            """
            CREATE TEMP VIEW channels AS SELECT *, channel AS id FROM toll_channels;
            CREATE TEMP VIEW charges AS SELECT * FROM toll_charges;
            CREATE TEMP VIEW commitments AS SELECT *, channel AS id FROM toll_commitments;
            CREATE TEMP VIEW batches AS SELECT batch AS id, batch AS number, abandoned_reason
                FROM toll_batches;
            CREATE TEMP VIEW batch_claims AS SELECT * FROM toll_batch_claims;
            CREATE TEMP VIEW settlements AS SELECT * FROM toll_settlements
            """)
        // All checks see one instant.
        try run("BEGIN ISOLATION LEVEL REPEATABLE READ")
    }

    func run(_ sql: String) throws { try rows(sql) { _ in } }

    func rows(_ sql: String, _ blobs: [[UInt8]], _ body: (any BookRow) throws -> Void) throws {
        // Without values a text may hold several statements.
        let values = blobs.map { strdup("\\x\($0.hex)") }
        defer { for value in values { free(value) } }
        let answer =
            blobs.isEmpty
            ? PQexec(handle, sql)
            : PQexecParams(
                handle, sql.replacing("?", with: "$"), Int32(blobs.count), nil,
                values.map { UnsafePointer($0) }, nil, nil, 0)
        guard let result = answer else { throw ReaderFailure(description: "no answer") }
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
            throw ReaderFailure(description: String(cString: PQerrorMessage(handle)))
        }
        for number in 0..<PQntuples(result) { try body(Row(result: result, number: number)) }
    }

    func damage() throws -> [String] { [] }
}
