import CCounters
import PayWord
import Scenes
import StoreConformance
import TollSQLite

/// What a merchant with many channels has to pay for it, and what SQLite alone has to.
func registerGrowthRows() {
    let most = Effort.isQuick ? 100_000 : 1_000_000
    row("throughput with many open channels", seconds: 4, full: 12, iterations: 400) {
        let (few, many) = (
            try await GrownShop(channels: 1_000), try await GrownShop(channels: most)
        )
        try await many.warm()
        try await few.warm()
        let units = 256 * 32
        return Sides(
            ours: .init(units: units, prepare: { try many.prepare(inFlight: 256, each: 32) }) {
                try await many.payAll()
            },
            limit: .init(units: units, prepare: { try few.prepare(inFlight: 256, each: 32) }) {
                try await few.payAll()
            })
    }
    row("of it: SQLite alone", seconds: 4, full: 12, iterations: 400) {
        let (few, many) = (try await GrownRows(1_000), try await GrownRows(most))
        let units = 256 * 32
        return Sides(
            ours: .init(units: units, prepare: { many.prepare(256) }) { try many.writeAll() },
            limit: .init(units: units, prepare: { few.prepare(256) }) { try few.writeAll() })
    }
}

/// The rows of as many channels, and SQLite alone that writes some of them in one transaction.
private final class GrownRows {
    private let database: BareSQLite
    private let ids: [[UInt8]]
    private let chains: [UInt8]
    private var generator = SeededGenerator(seed: 11)
    private var chosen: Set<Int> = []
    private var round: Int64 = 0

    init(_ channels: Int) async throws {
        let path = try temporaryFolder() + "/limit.sqlite"
        let key = try Shop.newKey()
        let shop = try Shop(key: key, SQLiteChannelStore(path: path, merchant: key.publicKey))
        _ = try await shop.open(1, length: 8)
        database = try BareSQLite(path)
        ids = try GrownShop.copy(to: channels, in: database)
        chains = try database.blobs("SELECT chains FROM channels LIMIT 1").first ?? []
    }

    func prepare(_ count: Int) {
        chosen = []
        while chosen.count < count {
            chosen.insert(Int.random(in: ids.indices, using: &generator))
        }
    }

    func writeAll() throws {
        round += 1
        try database.transaction {
            for place in chosen { try database.raise(ids[place], chains, to: round) }
        }
    }
}

/// How much memory a channel takes at the merchant while it is live.
func registerMemoryRows() {
    guard counter_can_count() else { return }
    let (warm, counted) = (20_000, 80_000)
    // 136 bytes for the channel, and 64 for its one chain.
    countRow("bytes of a live channel of one chain", maximum: 200) {
        let grown = try await GrownShop(
            channels: warm + counted, liveChannelsMaximum: 1 << 21)
        let merchant = grown.shop.merchant
        // The store's cache fills, and tables grow to half of their size.
        for id in grown.ids.prefix(warm) { _ = try await merchant.status(id) }
        let before = counter_bytes_in_use()
        for id in grown.ids.dropFirst(warm) { _ = try await merchant.status(id) }
        return Double(counter_bytes_in_use() - before) / Double(counted)
    }
}
