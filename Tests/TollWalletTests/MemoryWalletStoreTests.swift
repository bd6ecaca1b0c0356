import StoreConformance
import Testing

@Test func memoryStoreConformsToTheWalletStore() async throws {
    try await WalletStoreConformance.run { MemoryWalletStore() }
}
