import CLibPQ
import Foundation
import Logging
import PayWord
import PrivatePostgres
import StoreConformance
import TollMerchant

@testable import TollPostgres

/// A database for one test.
struct TestDatabase: Sendable {
    let server: PrivateServer
    let name: String
    var uri: String { server.uri(name) }

    /// Few connections, and no demand that a test server must refuse.
    static var options: PostgresOptions {
        var options = PostgresOptions()
        options.connections = 2
        options.durability = .waived
        return options
    }

    /// Runs `body` with a new and empty database, which goes afterwards.
    static func with(
        on server: PrivateServer? = nil, _ body: (TestDatabase) async throws -> Void
    ) async throws {
        let server = try server ?? PrivateServer.shared.get()
        let name = "t_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let database = TestDatabase(server: server, name: name)
        try Admin(server.uri("postgres")).run("CREATE DATABASE \(name)")
        defer { _ = try? Admin(server.uri("postgres")).run("DROP DATABASE \(name) WITH (FORCE)") }
        try await body(database)
    }

    /// Runs `body` with a database that has a role's tables.
    static func with(
        _ role: PostgresRole, _ partitioning: PostgresPartitioning = .none,
        on server: PrivateServer? = nil, _ body: (TestDatabase) async throws -> Void
    ) async throws {
        try await with(on: server) { database in
            try await PostgresSchema(uri: database.uri, options: options)
                .migrate(role, partitioning: partitioning)
            try await body(database)
        }
    }

    /// Another instance of one merchant.
    func channels(
        _ merchant: PublicKey = .zero, options: PostgresOptions = TestDatabase.options
    ) async throws -> PostgresChannelStore {
        try await PostgresChannelStore(uri: uri, merchant: merchant, options: options)
    }

    func pool(connections: Int = 2) throws -> PostgresPool {
        PostgresPool(
            try ConnectionString(uri), Self.options, connections: connections,
            log: Logger(label: "test"))
    }

    /// Runs statements beside the store.
    @discardableResult
    func run(_ text: String) throws -> [[String]] { try Admin(uri).run(text) }
}

/// A plain connection, for what a test does behind a store's back.
final class Admin {
    private let handle: OpaquePointer

    init(_ uri: String) throws {
        guard let handle = PQconnectdb(uri) else { throw ServerFailure("libpq is out of memory") }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK else {
            throw ServerFailure(String(cString: PQerrorMessage(handle)))
        }
        PQclear(PQexec(handle, "SET client_min_messages = error"))
    }

    deinit { PQfinish(handle) }

    /// The rows of the last statement, as text.
    @discardableResult
    func run(_ text: String) throws -> [[String]] {
        let result = PQexec(handle, text)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
            throw ServerFailure(String(cString: PQerrorMessage(handle)))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { String(cString: PQgetvalue(result, row, $0)) }
        }
    }
}

extension PayingChannel {
    /// A channel of two chains, always the same for a nonce.
    static func sample(_ nonce: UInt64) throws -> PayingChannel {
        var generator = SeededGenerator(seed: 1)
        let keys = try (0..<3).map { _ in try SigningKey.generate(using: &generator) }
        return try PayingChannel(
            payer: keys[0], merchant: keys[1].publicKey, broker: keys[2].publicKey,
            asset: Asset(code: "EUR", scale: 6), chains: [(100, 1000), (1, 50)], nonce: nonce)
    }

    func open(in store: some ChannelStore) async throws {
        _ = try await store.open(
            try ChannelRecord(opening: commitment, funding: .reserved, at: TestTime.start),
            limits: .none, at: TestTime.start)
    }

    /// The payment of the payword at an index, judged on a state.
    func advance(
        _ index: UInt32, from state: ChannelState, reference: [UInt8]? = nil, units: UInt64 = 90
    ) throws -> ChannelAdvance {
        var next = state
        let amount = try Amount(units: units)
        _ = try next.count([claim(0, index)], amount)
        return ChannelAdvance(
            from: state, to: next,
            charges: reference.map { [Charge(kind: .charge, reference: $0, amount: amount)] } ?? [])
    }
}
