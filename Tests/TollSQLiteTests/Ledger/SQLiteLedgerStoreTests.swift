import Foundation
import StoreConformance
import Testing

@testable import TollSQLite

@Suite struct SQLiteLedgerStoreTests {
    @Test(arguments: LedgerStoreCheck.allCases)
    func keepsThePromise(_ check: LedgerStoreCheck) async throws {
        try await withLedgerFile { path in
            try await check.run(on: try SQLiteLedgerStore(path: path))
        }
    }

    @Test(arguments: BrokerStoreCheck.allCases)
    func keepsTheBooks(_ check: BrokerStoreCheck) async throws {
        let seed = LedgerTestSeed.choose()
        try await withLedgerFile { path in
            // The long run commits to the file each time, and does not wait for the disk.
            let isDurable = check != .theBooksStayBalancedAtRandom
            try await check.run(
                on: try SQLiteLedgerStore(path: path, isDurable: isDurable), seed: seed)
        }
    }
}

/// Runs `body` with the path of a database that does not exist yet, in a folder that goes afterwards.
func withLedgerFile(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "toll-ledger-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appending(path: "broker.sqlite").path)
}
