import Foundation
import PayWord
import StoreConformance
import Testing
import TollSQLite

@Suite struct SQLiteChannelStoreTests {
    @Test(arguments: ChannelStoreCheck.allCases)
    func keepsThePromise(_ check: ChannelStoreCheck) async throws {
        try await withChannelFile { path in
            try await check.run(on: try SQLiteChannelStore(at: path))
        }
    }
}

extension SQLiteChannelStore {
    /// A store of a merchant that is always the same.
    convenience init(at path: String) throws(Refusal) {
        try self.init(path: path, merchant: .zero)
    }
}

/// Runs `body` with the path of a database that does not exist yet, in a folder that goes afterwards.
func withChannelFile(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "toll-channels-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appending(path: "merchant.sqlite").path)
}
