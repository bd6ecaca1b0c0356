import StoreConformance
import Testing

@Suite struct MemoryChannelStoreTests {
    @Test(arguments: ChannelStoreCheck.allCases)
    func keepsThePromise(_ check: ChannelStoreCheck) async throws {
        try await check.run(on: MemoryChannelStore())
    }
}
