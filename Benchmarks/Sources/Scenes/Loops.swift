import CLimits

/// A bare loop, and how many chains it walks at once.
package struct Loop {
    package let lanes: Int
    package let run: @convention(c) (UnsafeMutablePointer<limit_chain>?, UInt32, UInt32) -> Void

    package static let transform = Loop(lanes: 1, run: limit_transform)
    package static let evp = Loop(lanes: 1, run: limit_evp)
    package static let shaNI = Loop(lanes: 1, run: limit_sha_ni_1)
    /// Two or four interleaved, as is faster here.
    package static let shaNIMany = fastest([
        Loop(lanes: 2, run: limit_sha_ni_2), Loop(lanes: 4, run: limit_sha_ni_4),
    ])
    package static let avx2 = Loop(lanes: 8, run: limit_avx2_8)
    package static let avx512 = Loop(lanes: 16, run: limit_avx512_16)
    package static let armv8 = Loop(lanes: 1, run: limit_armv8_1)
    package static let armv8x4 = Loop(lanes: 4, run: limit_armv8_4)

    /// The best that this processor has for one chain, and for many.
    package static let one: Loop =
        limit_has_sha_ni() ? shaNI : limit_has_armv8() ? armv8 : transform
    package static let many: Loop =
        limit_has_avx512()
        ? avx512
        : limit_has_avx2() && !limit_has_sha_ni()
            ? avx2 : limit_has_sha_ni() ? shaNIMany : limit_has_armv8() ? armv8x4 : transform

    /// What a kernel of that name is measured against, for one chain and for many; nil for a kind
    /// that walks one chain as another does.
    package static func limits(of kernel: String) -> (one: Loop?, many: Loop)? {
        switch kernel {
        case "portable": (transform, transform)
        case "avx2": (nil, avx2)
        case "avx512": (nil, avx512)
        case "sha-ni": (shaNI, shaNIMany)
        case "avx512+sha-ni": (shaNI, avx512)
        case "armv8": (armv8, armv8x4)
        default: nil
        }
    }

    /// The loop whose best of some runs is the best: the fairest limit is the lowest.
    private static func fastest(_ loops: [Loop]) -> Loop {
        let walks = Walks(count: 16, steps: 100)
        var best = (loop: loops[0], time: Duration.seconds(1))
        for _ in 0..<50 {
            for loop in loops {
                let time = ContinuousClock().measure { walks.walk(loop) }
                if time < best.time { best = (loop, time) }
            }
        }
        return best.loop
    }

    /// Walks all chains, as many at once as there are lanes; their number divides by that.
    package func walk(
        _ chains: UnsafeMutableBufferPointer<limit_chain>, from index: UInt32, steps: UInt32
    ) {
        var first = 0
        while first < chains.count {
            run(chains.baseAddress.map { $0 + first }, index, steps)
            first += lanes
        }
    }
}
