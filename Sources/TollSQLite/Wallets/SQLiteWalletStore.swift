internal import Foundation
internal import GRDB
public import PayWord
public import TollWallet

/// A wallet's store in one SQLite file, durable when each verb returns.
///
/// ```swift
/// let store = try SQLiteWalletStore(path: "wallet.sqlite")
/// let wallet = Wallet(secret: secret, store: store, clock: clock)
/// ```
///
/// Programs may share the file: they take turns on a channel, and a channel moves by
/// compare-and-raise. The file shows who was paid, so only its owner may read it; the wallet's secret
/// is not in it.
public final class SQLiteWalletStore: WalletStore {
    let pool: DatabasePool
    /// A lock for each channel that somebody moves.
    let turns: FileLock

    /// Opens or creates the file.
    /// - Throws: `storage-failed` if it cannot be opened, is another role's, was written by a newer
    ///   version, or may be read by others.
    public init(path: String) throws(Refusal) {
        pool = try SQLiteFile.open(
            path: path, applicationID: WalletMigrations.applicationID,
            migrator: WalletMigrations.migrator)
        turns = try FileLock(path + "-turns")
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await storing { [pool] in try await pool.write(body) }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await storing { [pool] in try await pool.read(body) }
    }

    // MARK: Receipts, keys and accounts

    /// Adds the receipt's whole encoding; the same bytes again are passed over.
    /// - Throws: `storage-failed`, also for a channel that is not here.
    public func keep(_ receipt: Verified<Receipt>) async throws(Refusal) {
        try await write { database in
            try database.keep(receipt.encoded, of: receipt.payload.commitmentID)
        }
    }

    /// The whole encodings, in the order in which they were kept.
    /// - Throws: `storage-failed`.
    public func receipts(_ id: CommitmentID) async throws(Refusal) -> [[UInt8]] {
        try await read { database in
            try Data.fetchAll(
                database, sql: "SELECT receipt FROM receipts WHERE channel = ? ORDER BY sequence",
                arguments: [WalletColumns.data(id.bytes)]
            ).map { [UInt8]($0) }
        }
    }

    /// Which payer key is in use for the pair: 0 if nothing is kept.
    /// - Throws: `storage-failed`.
    public func generation(
        broker: PublicKey, merchant: PublicKey
    ) async throws(Refusal) -> UInt32 {
        try await read { database in
            try UInt32.fetchOne(
                database.cachedStatement(
                    sql: "SELECT generation FROM payer_keys WHERE broker = ? AND merchant = ?"),
                arguments: [
                    WalletColumns.data(broker.bytes), WalletColumns.data(merchant.bytes),
                ]) ?? 0
        }
    }

    /// Keeps the higher of the stored and the given generation, in one statement: two programs that
    /// raise it at once end at the higher one.
    /// - Throws: `storage-failed`.
    public func raiseGeneration(
        broker: PublicKey, merchant: PublicKey, to generation: UInt32
    ) async throws(Refusal) {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO payer_keys (broker, merchant, generation) VALUES (?, ?, ?)
                    ON CONFLICT DO UPDATE SET generation = max(generation, excluded.generation)
                    """,
                arguments: [
                    WalletColumns.data(broker.bytes), WalletColumns.data(merchant.bytes),
                    Int64(generation),
                ])
        }
    }

    /// Inserts the account, or writes address and key over those of the same broker and asset.
    /// - Throws: `storage-failed`.
    public func keep(_ account: BrokerAccount) async throws(Refusal) {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO brokers (broker, asset, address, account) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE
                    SET address = excluded.address, account = excluded.account
                    """,
                arguments: [
                    WalletColumns.data(account.broker.bytes), account.asset.description,
                    account.address, WalletColumns.data(account.account.bytes),
                ])
        }
    }

    /// Every account, in the order of broker and asset.
    /// - Throws: `storage-failed`.
    public func accounts() async throws(Refusal) -> [BrokerAccount] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM brokers ORDER BY broker, asset").map {
                BrokerAccount(
                    broker: try WalletColumns.fixed($0, "broker"), address: $0["address"],
                    asset: try WalletColumns.asset($0["asset"]),
                    account: try WalletColumns.fixed($0, "account"))
            }
        }
    }
}

extension Database {
    func keep(_ receipt: [UInt8], of id: CommitmentID) throws {
        try cachedStatement(
            sql: "INSERT INTO receipts (channel, receipt) VALUES (?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [WalletColumns.data(id.bytes), WalletColumns.data(receipt)])
    }
}
