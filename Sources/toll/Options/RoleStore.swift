import Foundation
import PayWord
import TollBroker
import TollCLI
import TollMerchant
import TollPostgres
import TollSQLite
import TollWallet

/// A role's store, opened where its settings say: in a file of its folder, or in PostgreSQL.
struct RoleStore<Store: Sendable>: Sendable {
    let store: Store
    /// Says that the file is an older copy; nil if it is not, and for a database.
    let staleness: Refusal?
    /// Keeps another process from serving the same file. Instances share a database.
    let takeServingLock: @Sendable () throws(Refusal) -> Void

    private init(
        _ store: Store, staleness: Refusal? = nil,
        lock: @escaping @Sendable () throws(Refusal) -> Void = {}
    ) {
        self.store = store
        self.staleness = staleness
        takeServingLock = lock
    }
}

extension RoleStore where Store == any ChannelStore {
    static func open(
        _ context: CommandContext, database: String?, merchant: PublicKey
    ) async throws -> Self {
        let path = context.places.file(.merchant, MerchantHome.storeFile)
        guard let database else {
            let store = try SQLiteChannelStore(path: path, merchant: merchant)
            return Self(
                store, staleness: store.staleness,
                lock: { () throws(Refusal) in try store.takeServingLock() })
        }
        try StoreMove.refuse(path, of: "merchant", in: database)
        return try await StoreMove.hinted(.merchant, database) { () throws(Refusal) in
            Self(
                try await PostgresChannelStore(
                    uri: database, merchant: merchant, log: context.logger("toll.store")))
        }
    }
}

extension RoleStore where Store == any LedgerStore {
    static func open(
        _ context: CommandContext, database: String?, broker: PublicKey
    ) async throws -> Self {
        let path = context.places.file(.broker, BrokerHome.storeFile)
        guard let database else {
            let store = try SQLiteLedgerStore(path: path)
            return Self(
                store, staleness: store.staleness,
                lock: { () throws(Refusal) in try store.takeServingLock() })
        }
        try StoreMove.refuse(path, of: "broker", in: database)
        return try await StoreMove.hinted(.broker, database) { () throws(Refusal) in
            Self(
                try await PostgresLedgerStore(
                    uri: database, broker: broker, log: context.logger("toll.store")))
        }
    }
}

extension RoleStore where Store == any WalletStore {
    static func open(
        _ context: CommandContext, database: String?, secret: WalletSecret
    ) async throws -> Self {
        let path = context.places.file(.wallet, WalletHome.storeFile)
        guard let database else { return Self(try SQLiteWalletStore(path: path)) }
        try StoreMove.refuse(path, of: "wallet", in: database)
        return try await StoreMove.hinted(.wallet, database) { () throws(Refusal) in
            Self(
                try await PostgresWalletStore(
                    uri: database, wallet: try secret.databaseName,
                    log: context.logger("toll.store")))
        }
    }
}

extension WalletSecret {
    /// Names the wallet in a database, and tells nothing about the secret: the digest of the public
    /// key that it would have at a broker that cannot be.
    fileprivate var databaseName: Digest {
        get throws(Refusal) {
            SHA256.digest(try accountKey(broker: .zero).publicKey.bytes)
        }
    }
}

/// Moving from a file to a database moves no rows, and a role that forgets what it was paid, or what
/// it owes, loses money.
private enum StoreMove {
    static func refuse(_ path: String, of role: String, in database: String) throws(CommandError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let place = DatabaseAddress(database)?.place ?? "a database"
        throw CommandError(
            code: "exists",
            detail: "this \(role)’s books are in ‘\(path)’, and its settings name \(place)",
            hint: "take store out of the settings again; if nothing in that file counts any more, "
                + "move it away, with its -wal, -shm and -height",
            exitCode: .refused)
    }

    static func hinted<Value>(
        _ role: PostgresRole, _ database: String, _ open: () async throws(Refusal) -> Value
    ) async throws(CommandError) -> Value {
        do throws(Refusal) { return try await open() } catch {
            let isOld = try? await PostgresSchema(uri: database).needsMigration(role)
            throw isOld == true
                ? CommandError(error, hint: "toll \(role) migrate")
                : StoreText.failure(error, of: database)
        }
    }
}
