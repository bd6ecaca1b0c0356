import StoreConformance
import Testing

@Suite struct MemoryLedgerStoreTests {
    @Test(arguments: LedgerStoreCheck.allCases)
    func conforms(_ check: LedgerStoreCheck) async throws {
        try await check.run(on: MemoryLedgerStore())
    }
}
