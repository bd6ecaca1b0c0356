import CLimitPQ
import Foundation
import Scenes

/// One connection to PostgreSQL without anything around it.
final class BarePostgres {
    private let connection: OpaquePointer

    init(_ uri: String) throws {
        guard let connection = PQconnectdb(uri) else { throw Failure("libpq is out of memory") }
        self.connection = connection
        guard PQstatus(connection) == CONNECTION_OK else { throw failure() }
    }

    deinit { PQfinish(connection) }

    /// Prepares the one statement that is run again and again.
    func prepare(_ sql: String) throws {
        let result = PQprepare(connection, "round", sql, 0, nil)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure() }
    }

    /// Runs it in a transaction of its own. It is on disk when this returns.
    /// - Returns: how many rows were changed.
    func run(_ values: [[CChar]]) throws -> Int {
        let result = withPointers(values) { pointers in
            PQexecPrepared(connection, "round", Int32(values.count), pointers, nil, nil, 0)
        }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure() }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    /// The first column of a query's rows.
    func column(_ sql: String) throws -> [String] {
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else { throw failure() }
        return (0..<PQntuples(result)).map { String(cString: PQgetvalue(result, $0, 0)) }
    }

    private func withPointers<Result>(
        _ values: [[CChar]], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        // One block of memory, so that the pointers into it stay good.
        let all = values.flatMap { $0 }
        return all.withUnsafeBufferPointer { bytes in
            var pointers: [UnsafePointer<CChar>?] = []
            var place = 0
            for value in values {
                pointers.append(bytes.baseAddress.map { $0 + place })
                place += value.count
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }

    private func failure() -> Failure { Failure(String(cString: PQerrorMessage(connection))) }
}
