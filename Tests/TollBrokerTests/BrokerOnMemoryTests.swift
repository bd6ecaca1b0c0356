import StoreConformance
import Testing

@Suite struct BrokerOnMemoryTests {
    @Test(arguments: BrokerStoreCheck.allCases)
    func keepsTheBooks(_ check: BrokerStoreCheck) async throws {
        let seed = LedgerTestSeed.choose()
        try await check.run(on: MemoryLedgerStore(), seed: seed)
    }
}
