import Foundation
import GRDB
import PayWord
import Testing
import TollSQLite

@Suite struct SQLiteFileTests {
    private var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("one") { database in
            try database.execute(sql: "CREATE TABLE things (id INTEGER PRIMARY KEY) STRICT")
        }
        return migrator
    }

    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "toll-file-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "store.sqlite").path)
    }

    private func expectRefused(
        _ path: String, id: Int32, _ migrator: DatabaseMigrator, says text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do throws(Refusal) {
            _ = try SQLiteFile.open(path: path, applicationID: id, migrator: migrator)
            Issue.record("it was opened", sourceLocation: sourceLocation)
        } catch {
            #expect(error.reason == .storageFailed, sourceLocation: sourceLocation)
            #expect(error.detail.contains(text), sourceLocation: sourceLocation)
        }
    }

    @Test func aFileIsDurableAndItsOwnersAlone() throws {
        try withPath { path in
            let pool = try SQLiteFile.open(path: path, applicationID: 7, migrator: migrator)
            // Of the connection that writes: the readers' settings say nothing of what a commit does.
            func setting(_ name: String) throws -> String? {
                try pool.writeWithoutTransaction {
                    try String.fetchOne($0, sql: "PRAGMA \(name)")
                }
            }
            #expect(try setting("journal_mode") == "wal")
            #expect(try setting("synchronous") == "2")
            #expect(try setting("foreign_keys") == "1")
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
        }
    }

    @Test func threat39AFileThatOthersMayReadIsRefused() throws {
        try withPath { path in
            try SQLiteFile.open(path: path, applicationID: 7, migrator: migrator).close()
            for mode in [0o640, 0o604, 0o620] {
                try FileManager.default.setAttributes(
                    [.posixPermissions: mode], ofItemAtPath: path)
                expectRefused(path, id: 7, migrator, says: "chmod 600")
            }
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: path)
            try SQLiteFile.open(path: path, applicationID: 7, migrator: migrator).close()
        }
    }

    @Test func anotherRolesFileIsRefused() throws {
        try withPath { path in
            try SQLiteFile.open(path: path, applicationID: 7, migrator: migrator).close()
            expectRefused(path, id: 8, migrator, says: "not a database of this kind")
        }
    }

    @Test func aNewerFileIsRefused() throws {
        try withPath { path in
            var newer = migrator
            newer.registerMigration("two") { _ in }
            try SQLiteFile.open(path: path, applicationID: 7, migrator: newer).close()
            expectRefused(path, id: 7, migrator, says: "newer version")
        }
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        try withPath { path in
            try Data(repeating: 0x41, count: 8192).write(to: URL(filePath: path))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: path)
            expectRefused(path, id: 7, migrator, says: "SQLite")
            expectRefused(path + "/none/store.sqlite", id: 7, migrator, says: "cannot be opened")
        }
    }
}
