import CChainKernel
import Scenes
import StoreConformance

/// Each kind of kernel that can run here, forced in turn, against the bare loop of its kind.
func registerKernelRows() {
    for kernel in MachineFacts.kernels {
        let name = MachineFacts.name(kernel)
        guard let limits = Loop.limits(of: name) else { continue }
        if let one = limits.one {
            row("walk one chain, \(name)") {
                let walks = Walks(count: 1, steps: 2000)
                try check(walks.agree(kernel, one), "\(name) and its limit disagree")
                return Sides(
                    ours: .init(units: walks.total) { walks.walkOne(kernel) },
                    limit: .init(units: walks.total) { walks.walk(one) },
                    rival: .init(units: walks.total) { walks.walk(.evp) })
            }
        }
        row("walk many chains of one length, \(name)") {
            let walks = Walks(count: 64, steps: 100)
            try check(walks.agree(kernel, limits.many), "\(name) and its limit disagree")
            return Sides(
                ours: .init(units: walks.total) { walks.walkMany(kernel) },
                limit: .init(units: walks.total) { walks.walk(limits.many) })
        }
        row("walk many chains of uneven lengths, \(name)") {
            let lengths = heavyTailedLengths(count: 4000)
            let (uneven, total) = (Walks(lengths), lengths.reduce(0) { $0 + Int($1) })
            let even = Walks(count: lengths.count, steps: UInt32(total / lengths.count))
            return Sides(
                ours: .init(units: uneven.total) { uneven.walkMany(kernel) },
                limit: .init(units: even.total) { even.walkMany(kernel) })
        }
    }
}

/// Lengths as channels have them: most are short, a few are thousands of times as long (Pareto's law
/// with exponent 1, from 10 to 20,000).
func heavyTailedLengths(count: Int) -> [UInt32] {
    var generator = SeededGenerator(seed: 7)
    return (0..<count).map { _ in
        UInt32(min(20_000, 10 / Double.random(in: 0.0001...1, using: &generator)))
    }
}
