import CCounters
import PayWord

/// What a merchant with many channels has to pay for it.
func registerGrowthRows() {
    let most = Effort.isQuick ? 100_000 : 1_000_000
    row("throughput with many open channels", seconds: 4, full: 12, iterations: 400) {
        let (few, many) = (
            try await GrownShop(channels: 1_000), try await GrownShop(channels: most)
        )
        let units = 256 * 32
        return Sides(
            ours: .init(units: units, prepare: { try many.prepare(inFlight: 256, each: 32) }) {
                try await many.payAll()
            },
            limit: .init(units: units, prepare: { try few.prepare(inFlight: 256, each: 32) }) {
                try await few.payAll()
            })
    }
}

/// How much memory a channel takes at the merchant while it is live.
func registerMemoryRows() {
    guard counter_can_count() else { return }
    let (warm, counted) = (20_000, 80_000)
    // 136 bytes for the channel, and 64 for its one chain.
    countRow("bytes of a live channel of one chain", maximum: 200) {
        let grown = try await GrownShop(
            channels: warm + counted, liveChannelsMaximum: 1 << 21)
        let merchant = grown.shop.merchant
        // The store's cache fills, and tables grow to half of their size.
        for id in grown.ids.prefix(warm) { _ = try await merchant.status(id) }
        let before = counter_bytes_in_use()
        for id in grown.ids.dropFirst(warm) { _ = try await merchant.status(id) }
        return Double(counter_bytes_in_use() - before) / Double(counted)
    }
}
