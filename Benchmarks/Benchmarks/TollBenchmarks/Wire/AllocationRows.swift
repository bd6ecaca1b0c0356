import CCounters
import Scenes
import StoreConformance

/// How often memory is allocated for one payment more, from its frame to its acknowledgement, and for
/// one claim more of a redemption. It is the difference of many and twice as many, so what a batch
/// costs once does not count.
func registerAllocationRows() {
    guard counter_can_count() else { return }
    countRow("allocations a payword, frame to acknowledgement", maximum: 0.01) {
        let (once, twice) = (try await ofBatch(payments: 512), try await ofBatch(payments: 1024))
        return max(0, twice - once) / 512
    }
    countRow("allocations a batch of 1,024 payments on 32 channels", maximum: nil) {
        try await ofBatch(payments: 1024)
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

/// What one batch takes, which comes in one piece: from its bytes to those of its acknowledgements.
private func ofBatch(payments: Int) async throws -> Double {
    let shop = try Shop(key: Shop.newKey(), MemoryChannelStore())
    var pair = try await PeerPair(shop, channels: 32, length: 1 << 13)
    // Buffers grow to their sizes first.
    for _ in 0..<8 { _ = try await pair.serve(pair.nextFrames(payments)) }
    let batches = try (0..<32).map { _ in try pair.nextFrames(payments) }
    counter_start()
    var answered = 0
    for batch in batches { answered += try await pair.serve(batch) }
    let allocations = Double(counter_stop())
    try check(answered == payments * batches.count, "a payment was refused")
    return allocations / Double(batches.count)
}
