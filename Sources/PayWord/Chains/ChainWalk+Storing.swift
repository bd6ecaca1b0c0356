internal import CChainKernel
internal import CLibCrypto

/// A walk down a chain that keeps what it passes at some indexes.
struct StoringWalk {
    let key: ChainKey
    /// The first index, whose payword stands where the first stop's payword will.
    let index: UInt32
    /// Where to keep the payword: indexes that fall, none above ``index``. The walk ends at the last.
    let stops: [UInt32]
    /// One payword for each stop, in their order; 32 bytes each. Whoever made the walk keeps it
    /// allocated.
    let paywords: UnsafeMutableRawPointer

    /// Walks alone.
    func run() {
        StoringWalk.run([self])
    }

    /// Takes many walks, of any keys, indexes and lengths, side by side and each in one pass. What
    /// the kernel holds of the paywords in memory is wiped, and so is what is copied for it here.
    static func run(_ walks: [StoringWalk]) {
        var descents = walks.map(\.descent)
        // Where the walks lead is the last stop of each, so these are not looked at.
        var ends = [Payword](repeating: .zero, count: walks.count)
        walks.flatMap(\.stops).withUnsafeBufferPointer { stops in
            let marks = marks(of: walks, in: stops)
            descents.withUnsafeMutableBytes { descents in
                ends.withUnsafeMutableBytes { ends in
                    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: walks.count) {
                        toll_chain_walk_many_marking(
                            descents.assumingMemoryBound(to: toll_walk.self).baseAddress, marks,
                            walks.count, $0.baseAddress,
                            ends.assumingMemoryBound(to: UInt8.self).baseAddress)
                    }
                }
                OPENSSL_cleanse(descents.baseAddress, descents.count)
            }
        }
    }

    /// The walk as the kernel takes it.
    private var descent: ChainDescent {
        var from = Bytes32.zero
        withUnsafeMutableBytes(of: &from) {
            $0.copyMemory(
                from: UnsafeRawBufferPointer(start: paywords, count: Payword.byteCount))
        }
        let start = ChainPosition(index: ChainIndex(index), payword: Payword(storage: from))
        let end = ChainIndex(stops.last ?? index)
        return ChainDescent(key: key, from: start, steps: start.index.steps(downTo: end))
    }

    /// What each walk keeps, given the stops of all walks one after another.
    private static func marks(
        of walks: [StoringWalk], in stops: UnsafeBufferPointer<UInt32>
    ) -> [toll_marks] {
        var first = 0
        return walks.map { walk in
            defer { first += walk.stops.count }
            return toll_marks(
                indexes: stops.baseAddress?.advanced(by: first), count: walk.stops.count,
                values: walk.paywords.assumingMemoryBound(to: UInt8.self))
        }
    }
}
