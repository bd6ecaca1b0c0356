/// A cursor in the making: memory with a tip in it, and the one walk that places the pebbles.
struct PebbleStart {
    /// The walk to do.
    let walk: StoringWalk
    private let length: UInt32
    private let left: UInt32
    private let layout: PebbleLayout
    private let store: PebbleStore

    /// What a cursor needs that has revealed up to `index`, or to the length if that is lower.
    init(key: ChainKey, tip: ChainPosition, revealed index: ChainIndex) {
        length = tip.index.value
        left = tip.index.steps(downTo: index)
        layout = PebbleLayout(length: length, left: left)
        let store = PebbleStore(capacity: PebbleSchedule.heldMaximum(length: length))
        tip.payword.withBytes { store.setEntries($0) }
        var stops = layout.depths
        for place in stops.indices { stops[place] = length - stops[place] }
        walk = StoringWalk(key: key, index: length, stops: stops, paywords: store.entry(0))
        self.store = store
    }

    /// The traversal, when the walk is done.
    func finish() -> PebbleTraversal {
        store.spread(to: layout)
        return PebbleTraversal(length: length, left: left, store: store)
    }
}
