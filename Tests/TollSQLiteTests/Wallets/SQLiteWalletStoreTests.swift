import Foundation
import GRDB
import PayWord
import StoreConformance
import Testing
import TollSQLite
import TollWallet

/// A folder that goes when the test is done.
private final class Folder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("tollchain-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { path + "/" + name }
}

@Suite("SQLite wallet store")
struct SQLiteWalletStoreTests {
    @Test func conformsToTheWalletStore() async throws {
        let folder = try Folder()
        try await WalletStoreConformance.run {
            try SQLiteWalletStore(path: folder.file(UUID().uuidString))
        }
    }

    /// Two stores on one file stand for two processes: the kernel tells their locks apart alike.
    @Test func twoProcessesTakeTurnsOnAChannel() async throws {
        let folder = try Folder()
        let path = folder.file("wallet.sqlite")
        let stores = [try SQLiteWalletStore(path: path), try SQLiteWalletStore(path: path)]
        let turn = try await stores[0].turn(on: .zero, waiting: .zero)
        await #expect(throws: Refusal(.busy)) {
            _ = try await stores[1].turn(on: .zero, waiting: .zero)
        }
        async let next = stores[1].turn(on: .zero, waiting: .seconds(60))
        turn.end()
        try await next.end()
        try await stores[0].turn(on: .zero, waiting: .zero).end()
    }

    @Test func isReadableByItsOwnerAlone() throws {
        let folder = try Folder()
        let path = folder.file("wallet.sqlite")
        _ = try SQLiteWalletStore(path: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(throws: Refusal(.storageFailed)) { _ = try SQLiteWalletStore(path: path) }
    }

    @Test func keepsEverythingWhenItIsOpenedAgain() async throws {
        let folder = try Folder()
        let path = folder.file("wallet.sqlite")
        let key = PublicKey(hex: String(repeating: "ab", count: 32)) ?? .zero
        let account = BrokerAccount(
            broker: key, address: "https://broker.example",
            asset: try Asset(code: "EUR", scale: 6), account: key)
        try await SQLiteWalletStore(path: path).keep(account)
        #expect(try await SQLiteWalletStore(path: path).accounts() == [account])
    }

    @Test func refusesAnotherRolesDatabase() throws {
        let folder = try Folder()
        let path = folder.file("other.sqlite")
        _ = try SQLiteFile.open(
            path: path, applicationID: 0x5443_0000, migrator: DatabaseMigrator())
        #expect(throws: Refusal(.storageFailed)) { _ = try SQLiteWalletStore(path: path) }
    }

    @Test func theSecretAndPaywordsHaveNoColumn() throws {
        let folder = try Folder()
        let path = folder.file("wallet.sqlite")
        _ = try SQLiteWalletStore(path: path)
        let columns = try DatabasePool(path: path).read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT column.name FROM sqlite_master AS entry,
                    pragma_table_info(entry.name) AS column WHERE entry.type = 'table'
                    """)
        }
        #expect(columns.contains("commitment"))
        for word in ["secret", "seed", "payword", "tip"] {
            #expect(!columns.contains { $0.contains(word) })
        }
    }

    @Test func refusesAFolderThatIsNotThere() throws {
        let folder = try Folder()
        #expect(throws: Refusal(.storageFailed)) {
            _ = try SQLiteWalletStore(path: folder.file("none/wallet.sqlite"))
        }
    }
}
