import CChainKernel
import PayWord
import Scenes
import StoreConformance

/// The paths whose instructions are counted.
enum HotPath {
    /// What is run, by name: how many steps or paywords it is, and what makes it ready.
    static let all:
        [String: (units: Int, make: @Sendable () async throws -> () async throws -> Void)] = [
            "one step, portable": (20_000, { try walk("portable", count: 1, steps: 20_000) }),
            "one step of many chains, avx2": (
                64_000, { try walk("avx2", count: 64, steps: 1_000) }
            ),
            "judge a payword": (
                4_096,
                {
                    let chain = InProcess(count: 4_096)
                    return { try chain.judgeAll() }
                }
            ),
            "reveal a payword": (
                4_096,
                {
                    let start = InProcess.cursor(length: 4_096)
                    return {
                        var cursor = start
                        for index in 1...UInt32(4_096) { _ = cursor.advance(to: ChainIndex(index)) }
                    }
                }
            ),
            "frame to acknowledgement": (
                8_192,
                {
                    let shop = try Shop(key: Shop.newKey(), MemoryChannelStore())
                    var pair = try await PeerPair(shop, channels: 8, length: 1 << 12)
                    var ready = [try pair.nextFrames(8_192), try pair.nextFrames(8_192)]
                    return {
                        let answered = try await pair.serve(ready.removeFirst())
                        try check(answered == 8_192, "a payment was refused")
                    }
                }
            ),
            "redeem a claim of 10 paywords": (
                500,
                {
                    let bench = try await RedemptionBench(channels: 500, steps: 10)
                    return {
                        try bench.prepare()
                        try await bench.redeem()
                    }
                }
            ),
        ]

    private static func walk(_ name: String, count: Int, steps: UInt32) throws -> () -> Void {
        guard let kernel = toll_chain_kernel_named(name) else { throw Failure("no kernel \(name)") }
        let walks = Walks(count: count, steps: steps)
        return { count == 1 ? walks.walkOne(kernel) : walks.walkMany(kernel) }
    }
}
