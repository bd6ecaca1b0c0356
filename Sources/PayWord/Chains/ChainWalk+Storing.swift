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
        var (from, at) = (UnsafeRawPointer(paywords), index)
        for (number, stop) in stops.enumerated() {
            let target = paywords + number * Payword.byteCount
            key.walk(from: from, at: at, steps: at - stop, to: target)
            (from, at) = (UnsafeRawPointer(target), stop)
        }
    }

    /// Takes many walks, of any keys, indexes and lengths.
    static func run(_ walks: [StoringWalk]) {
        for walk in walks { walk.run() }
    }
}
