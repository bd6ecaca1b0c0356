import Foundation
import PayWord
import PrivatePostgres
import Scenes
import StoreConformance
import TollMerchant
import TollPostgres

/// Payments that are on the disk of a PostgreSQL when they are answered, as on SQLite: against one
/// statement a round that updates the same rows, with all that it needs ready in memory. The server is
/// the row's own, on this machine, and flushes what it acknowledges.
func registerPostgresRows() {
    row("durable acceptance, PostgreSQL", seconds: 4, full: 10, iterations: 200) {
        try await acceptance(withReferences: false)
    }
    row("durable acceptance with references, PostgreSQL", seconds: 4, full: 10, iterations: 200) {
        try await acceptance(withReferences: true)
    }
    row(
        "durable acceptance, two instances on one PostgreSQL", seconds: 4, full: 10,
        iterations: 200
    ) {
        try await twoInstances()
    }
}

private func acceptance(withReferences: Bool) async throws -> Sides {
    let scene = try await PostgresScene()
    let shop = try await scene.shop(1, withReferences: withReferences)
    let limit = try await BareUpdates(scene, withReferences: withReferences)
    let units = channelsInFlight * pipelined * roundsOfRun
    return Sides(
        ours: .init(units: units, prepare: shop.prepare) { try await shop.payAll() },
        limit: .init(units: units, prepare: limit.prepare) { try limit.run() })
}

/// Two instances of one merchant, each of which is paid on half of the channels, against one.
private func twoInstances() async throws -> Sides {
    let scene = try await PostgresScene()
    let one = try await scene.shop(1, withReferences: false)
    let half = channelsInFlight / 2
    let left = try await scene.shop(2, withReferences: false, channels: half)
    let right = try await scene.shop(
        2, withReferences: false, channels: half, from: UInt64(half))
    let units = channelsInFlight * pipelined * roundsOfRun
    return Sides(
        ours: .init(
            units: units,
            prepare: {
                try left.prepare()
                try right.prepare()
            }
        ) {
            let (one, other) = (left.work, right.work)
            async let paid: Void = one.payAll()
            try await other.payAll()
            try await paid
            // The server ends with its scene.
            withExtendedLifetime(scene) {}
        }, limit: .init(units: units, prepare: one.prepare) { try await one.payAll() })
}

/// A database with a merchant's tables.
private final class PostgresScene {
    let server: PrivateServer
    var uri: String { server.uri("postgres") }

    init() async throws {
        server = try PrivateServer(
            isDurable: true, settings: ["shared_buffers = 256MB", "max_wal_size = 4GB"])
        try await PostgresSchema(uri: uri).migrate(.merchant)
    }

    deinit { server.end() }

    /// An instance of the merchant with this number, paid by payers of its own.
    func shop(
        _ merchant: UInt64, withReferences: Bool, channels: Int = channelsInFlight,
        from first: UInt64 = 0
    ) async throws -> AcceptingShop {
        let key = try Shop.newKey(merchant)
        return try await AcceptingShop(
            key, PostgresChannelStore(uri: uri, merchant: key.publicKey),
            withReferences: withReferences, channels: channels, from: first)
    }
}

/// The limit: one prepared statement a round over arrays, in the order of the channels' ids.
private final class BareUpdates {
    private static let merchant: UInt64 = 9

    private let scene: PostgresScene
    private let database: BarePostgres
    private let ids: [String]
    private let chains: String
    private let merchant: String
    private let withReferences: Bool
    private var round = 0
    private var generator = SeededGenerator(seed: 6)
    private var ready: [[[CChar]]] = []

    init(_ scene: PostgresScene, withReferences: Bool) async throws {
        self.scene = scene
        self.withReferences = withReferences
        _ = try await scene.shop(Self.merchant, withReferences: false)
        let key = try Shop.newKey(Self.merchant).publicKey
        merchant = "\\x" + key.hex
        database = try BarePostgres(scene.uri)
        let mine = "FROM toll_channels WHERE merchant = '\(merchant)'"
        ids = try database.column("SELECT channel \(mine) ORDER BY channel")
        chains = try database.column("SELECT chains \(mine) LIMIT 1").first ?? ""
        try database.prepare(Self.statement(withReferences))
    }

    private static func statement(_ withReferences: Bool) -> String {
        let update = """
            UPDATE toll_channels c SET chains = u.chains, accepted = u.units, spent = u.units,
                payments = u.units, due = u.units, version = u.units
            FROM unnest($2::bytea[], $3::bytea[], $4::bigint[]) AS u (channel, chains, units)
            WHERE c.merchant = $1::bytea AND c.channel = u.channel
            """
        guard withReferences else { return update }
        return """
            WITH raised AS (\(update))
            INSERT INTO toll_charges (merchant, channel, kind, reference, amount)
            SELECT $1::bytea, x.channel, 1, x.reference, 1
            FROM unnest($5::bytea[], $6::bytea[]) AS x (channel, reference)
            """
    }

    func prepare() {
        ready = (0..<roundsOfRun).map { _ in
            round += 1
            var values = [
                merchant, Self.array(ids), Self.array(ids.map { _ in chains }),
                Self.array(ids.map { _ in "\(round * pipelined)" }),
            ]
            if withReferences {
                values.append(
                    Self.array(ids.flatMap { Array(repeating: $0, count: pipelined) }))
                values.append(
                    Self.array(
                        (0..<ids.count * pipelined).map { _ in
                            "\\x" + Hex.encode(generator.reference())
                        }))
            }
            return values.map { Array($0.utf8CString) }
        }
    }

    func run() throws {
        for values in ready {
            let rows = try database.run(values)
            try check(rows == ids.count * (withReferences ? pipelined : 1), "\(rows) rows")
        }
    }

    /// An array as PostgreSQL reads it, each element quoted.
    private static func array(_ elements: [String]) -> String {
        "{"
            + elements.map { "\"" + $0.replacingOccurrences(of: "\\", with: "\\\\") + "\"" }
            .joined(separator: ",") + "}"
    }
}
