import PayWord
import Scenes
import StoreConformance
import TollMerchant
import TollSQLite

/// A merchant on SQLite with as many open channels as wanted.
///
/// They are copies of one row under other ids, all of the same commitment: to sign a million takes
/// minutes, and what is measured does not look at signatures.
final class GrownShop {
    let shop: Shop
    let ids: [CommitmentID]
    private let claims: [PaywordClaim]
    private var paid: [UInt32]
    private var generator = SeededGenerator(seed: 11)
    private var ready: [[PaymentRequest]] = []

    init(channels: Int, liveChannelsMaximum: Int? = nil) async throws {
        let path = try temporaryFolder() + "/channels.sqlite"
        let key = try Shop.newKey()
        let length: UInt32 = 1 << 16
        var payer = try Payer(
            number: 0, merchant: key.publicKey,
            asset: try Asset(code: "EUR", scale: 6), length: length)
        claims = try (0..<Int(length)).map { _ in try payer.nextClaim() }
        // It is closed before it is written to from elsewhere.
        try await Self.openOne(payer, path, key)
        ids = try Self.copy(to: channels, in: BareSQLite(path)).compactMap { CommitmentID($0) }
        paid = Array(repeating: 0, count: channels)
        shop = try Shop(
            key: key, SQLiteChannelStore(path: path, merchant: key.publicKey),
            liveChannelsMaximum: liveChannelsMaximum)
    }

    private static func openOne(_ payer: Payer, _ path: String, _ key: SigningKey) async throws {
        let shop = try Shop(key: key, SQLiteChannelStore(path: path, merchant: key.publicKey))
        _ = try await shop.merchant.open(payer.commitment.object, funding: [], salt: nil)
    }

    /// Has so many channels in a database with one.
    /// - Returns: their ids.
    static func copy(to channels: Int, in database: BareSQLite) throws -> [[UInt8]] {
        try database.execute(copying(channels - 1))
        let ids = try database.blobs("SELECT id FROM channels")
        try check(ids.count == channels, "\(ids.count) channels in place of \(channels)")
        return ids
    }

    /// Has every channel in memory, as it is after its first payment.
    func warm() async throws {
        let merchant = shop.merchant
        try await withThrowingTaskGroup(of: Void.self) { group in
            let share = (ids.count + 7) / 8
            for start in stride(from: 0, to: ids.count, by: share) {
                let some = ids[start..<min(start + share, ids.count)]
                group.addTask { for id in some { _ = try await merchant.status(id) } }
            }
            try await group.waitForAll()
        }
    }

    private static func copying(_ count: Int) -> String {
        """
        BEGIN;
        CREATE TEMP TABLE copies AS
            WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count LIMIT \(count))
            SELECT randomblob(16) AS id, n FROM count ORDER BY 1;
        INSERT INTO commitments (id, payer, broker, nonce, asset_code, asset_scale, funding, worth,
                opened_at, expires_at, redeem_by, object)
            SELECT copies.id, payer, broker, randomblob(16), asset_code, asset_scale, funding,
                worth, opened_at, expires_at, redeem_by, object
            FROM copies, (SELECT * FROM commitments LIMIT 1) WHERE \(count) > 0;
        INSERT INTO channels (id, chains, accepted, spent, payments, due, claimed, settled)
            SELECT copies.id, chains, accepted, spent, payments, due, claimed, settled
            FROM copies, (SELECT * FROM channels LIMIT 1) WHERE \(count) > 0;
        DROP TABLE copies;
        COMMIT;
        """
    }

    /// Has the next payments ready: on channels chosen at random, some on each.
    func prepare(inFlight: Int, each: Int) throws {
        var chosen: Set<Int> = []
        while chosen.count < min(inFlight, ids.count) {
            chosen.insert(Int.random(in: ids.indices, using: &generator))
        }
        let unit = try Amount(units: 1)
        ready = chosen.map { place in
            let first = Int(paid[place])
            paid[place] += UInt32(each)
            return claims[first..<first + each].map {
                PaymentRequest(commitmentID: ids[place], paywords: [$0], amount: unit)
            }
        }
    }

    func payAll() async throws {
        let merchant = shop.merchant
        let isDone = await withTaskGroup(of: Bool.self) { group in
            for payments in ready {
                group.addTask {
                    await merchant.pay(payments).allSatisfy {
                        if case .success = $0 { true } else { false }
                    }
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        try check(isDone, "a payment was refused")
    }
}
