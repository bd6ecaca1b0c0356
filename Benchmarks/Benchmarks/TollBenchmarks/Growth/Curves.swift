import CChainKernel
import Scenes

/// How costs grow with what there is to do.
func registerCurves() {
    let isQuick = Effort.isQuick
    let steps = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536]
    curve(
        "steps", series: ["one chain", "16 chains", "bare loop, one chain", "EVP"], sizes: steps
    ) { series, size in
        // Short walks are run often enough to be timed.
        let times = max(1, 1024 / size)
        let walks = Walks(count: series == "16 chains" ? 16 : 1, steps: UInt32(size))
        guard let kernel = toll_chain_kernel_in_use() else { throw Failure("no kernel") }
        return .init(units: walks.total * times) {
            for _ in 0..<times {
                switch series {
                case "one chain": walks.walkOne(kernel)
                case "16 chains": walks.walkMany(kernel)
                case "EVP": walks.walk(.evp)
                default: walks.walk(.one)
                }
            }
        }
    }
    let channels = [1, 10, 100, 1_000, 10_000, 100_000] + (isQuick ? [] : [1_000_000])
    curve(
        "channels", series: ["durable payment"], sizes: channels, seconds: 4, full: 20
    ) { _, size in
        let shop = try await GrownShop(channels: size)
        try await shop.warm()
        let inFlight = min(256, size)
        return .init(
            units: inFlight * 32, prepare: { try shop.prepare(inFlight: inFlight, each: 32) }
        ) { try await shop.payAll() }
    }
    let batches = [1, 16, 256, 4096] + (isQuick ? [] : [65_536])
    curve(
        "claims", series: ["redeemed claim"], sizes: batches, seconds: 4, full: 30, iterations: 7
    ) { _, size in
        let bench = try await RedemptionBench(channels: size, steps: 10, batches: 8)
        return .init(units: size, prepare: bench.prepare) { try await bench.redeem() }
    }
}
