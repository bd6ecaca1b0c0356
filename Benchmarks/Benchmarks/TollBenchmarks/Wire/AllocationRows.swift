import CCounters
import Scenes
import StoreConformance

/// How often memory is allocated for one payment more, from its frame to its acknowledgement, and for
/// one claim more of a redemption. It is the difference of many and twice as many, so what a batch
/// costs once does not count.
func registerAllocationRows() {
    guard counter_can_count() else { return }
    countRow("allocations a payword, frame to acknowledgement", maximum: 0.01) {
        let shop = try Shop(key: Shop.newKey(), MemoryChannelStore())
        var pair = try await PeerPair(shop, channels: 32, length: 1 << 13)
        // Buffers grow to their sizes first.
        for _ in 0..<3 { _ = try await pair.serve(pair.nextFrames(32_768)) }
        func count(_ payments: Int) async throws -> Double {
            let frames = try pair.nextFrames(payments)
            counter_start()
            let answered = try await pair.serve(frames)
            let allocations = Double(counter_stop())
            try check(answered == payments, "a payment was refused")
            return allocations
        }
        let (once, twice) = (try await count(16_384), try await count(32_768))
        return max(0, twice - once) / 16_384
    }
    countRow("allocations a claim of a redemption", maximum: nil) {
        func count(_ channels: Int) async throws -> Double {
            let bench = try await RedemptionBench(channels: channels, steps: 10)
            try bench.prepare()
            counter_start()
            try await bench.redeem()
            return Double(counter_stop())
        }
        let (once, twice) = (try await count(500), try await count(1_000))
        return (twice - once) / 500
    }
}
