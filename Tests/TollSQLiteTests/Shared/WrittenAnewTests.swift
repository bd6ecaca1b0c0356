import Foundation
import GRDB
import Testing

@testable import TollSQLite

/// What a process finds that another left behind, perhaps after a flush that failed.
@Suite struct WrittenAnewTests {
    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("toll-anew-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func open(_ file: URL) throws -> DatabasePool {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("rows") {
            try $0.execute(sql: "CREATE TABLE rows (number INTEGER)")
        }
        return try SQLiteFile.open(path: file.path, applicationID: 7, migrator: migrator)
    }

    /// Whether a file was written to since this made it as old as can be.
    private func age(_ file: URL) throws -> () throws -> Bool {
        let start = Date(timeIntervalSince1970: 1)
        try FileManager.default.setAttributes([.modificationDate: start], ofItemAtPath: file.path)
        return {
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            return attributes[.modificationDate] as? Date != start
        }
    }

    /// A reader keeps the log from being emptied, so what was done to it before can be seen.
    @Test func theLogIsWrittenAnewBeforeTheDatabaseIsBuiltOnIt() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("rows.sqlite")
        let first = try open(file)
        try first.write { database in
            for number in 0..<500 {
                try database.execute(sql: "INSERT INTO rows VALUES (?)", arguments: [number])
            }
        }
        let log = URL(fileURLWithPath: file.path + "-wal")
        let before = try Data(contentsOf: log)
        #expect(before.count > 4096)
        let wasWritten = try age(log)
        try first.read { database in
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM rows") == 500)
            let second = try open(file)
            #expect(try wasWritten())
            #expect(try Data(contentsOf: log) == before)
            #expect(
                try second.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM rows") } == 500)
        }
    }

    @Test(arguments: [0, 1, 4096, (1 << 20) + 17, 3 << 20])
    func bytesStayAsTheyAre(count: Int) throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("log")
        let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        try bytes.write(to: file)
        let wasWritten = try age(file)
        try WrittenAnew.flush(file.path)
        #expect(try Data(contentsOf: file) == bytes)
        #expect(try wasWritten() == (count > 0))
    }

    @Test func aLogThatIsNotThereIsNoneAndALinkIsRefused() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("log")
        try WrittenAnew.flush(file.path)
        #expect(!FileManager.default.fileExists(atPath: file.path))
        try FileManager.default.createSymbolicLink(
            at: file, withDestinationURL: folder.appendingPathComponent("other"))
        #expect(throws: DatabaseError.self) { try WrittenAnew.flush(file.path) }
    }
}
