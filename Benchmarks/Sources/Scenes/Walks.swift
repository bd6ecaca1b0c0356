import CChainKernel
import CLimits
import StoreConformance

/// Walks of random chains, in memory that stays where it is: for a kernel, and the same for a loop.
package final class Walks {
    /// Where every walk begins.
    package static let index: UInt32 = 1 << 30

    package let walks: UnsafeMutableBufferPointer<toll_walk>
    package let chains: UnsafeMutableBufferPointer<limit_chain>
    private let scratch: UnsafeMutableBufferPointer<UInt32>
    private let out: UnsafeMutableBufferPointer<UInt8>
    package let total: Int

    /// One walk for each of the lengths.
    package init(_ lengths: [UInt32]) {
        walks = .allocate(capacity: lengths.count)
        chains = .allocate(capacity: lengths.count)
        scratch = .allocate(capacity: lengths.count)
        out = .allocate(capacity: 32 * lengths.count)
        total = lengths.reduce(0) { $0 + Int($1) }
        var generator = SeededGenerator(seed: 1)
        let bytes = UnsafeMutableRawBufferPointer(chains)
        for place in bytes.indices {
            bytes[place] = UInt8(truncatingIfNeeded: generator.next() as UInt64)
        }
        for (place, length) in lengths.enumerated() {
            var walk = toll_walk()
            walk.chain_key = chains[place].key
            walk.from = chains[place].payword
            walk.index = Self.index
            walk.steps = length
            walks.initializeElement(at: place, to: walk)
        }
    }

    deinit {
        walks.deallocate()
        chains.deallocate()
        scratch.deallocate()
        out.deallocate()
    }

    /// As many walks of one length.
    package convenience init(count: Int, steps: UInt32) {
        self.init(Array(repeating: steps, count: count))
    }

    /// Walks the first alone.
    package func walkOne(_ kernel: OpaquePointer) {
        guard let walk = walks.first else { return }
        withUnsafeBytes(of: walk) { bytes in
            let bytes = bytes.bindMemory(to: UInt8.self)
            toll_chain_walk_by(
                kernel, bytes.baseAddress, walk.index, bytes.baseAddress.map { $0 + 16 },
                walk.steps, out.baseAddress)
        }
    }

    package func walkMany(_ kernel: OpaquePointer) {
        toll_chain_walk_many_by(
            kernel, walks.baseAddress, walks.count, scratch.baseAddress, out.baseAddress)
    }

    /// Walks all chains by a loop; the chains stand lower then.
    package func walk(_ loop: Loop) {
        loop.walk(chains, from: Self.index, steps: walks.first?.steps ?? 0)
    }

    /// Whether a kernel and a loop come to the same paywords.
    package func agree(_ kernel: OpaquePointer, _ loop: Loop) -> Bool {
        walkMany(kernel)
        walk(loop)
        for (place, chain) in chains.enumerated() {
            let reached = out[32 * place..<32 * (place + 1)]
            let same = withUnsafeBytes(of: chain.payword) { $0.elementsEqual(reached) }
            guard same else { return false }
        }
        return true
    }
}
