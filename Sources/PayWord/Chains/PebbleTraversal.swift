/// What a traversal hashes with: a chain's key, or in tests a counter.
protocol PebbleWalker {
    /// Writes the payword `steps` steps below `source`, the payword at `index`, to `target`, which
    /// may be the same memory.
    func walk(
        from source: UnsafeRawPointer, at index: UInt32, steps: UInt32,
        to target: UnsafeMutableRawPointer)
}

/// A chain's pebbles, moved as units are revealed.
struct PebbleTraversal: Sendable {
    /// How many paywords the chain has.
    let length: UInt32
    /// How many of them are still to be revealed.
    private(set) var left: UInt32
    private var store: PebbleStore

    /// A traversal over pebbles that stand where the schedule wants them.
    init(length: UInt32, left: UInt32, store: PebbleStore) {
        self.length = length
        self.left = left
        self.store = store
    }

    /// The last payword revealed, and its index.
    var revealed: ChainPosition {
        ChainPosition(index: ChainIndex(length - left), payword: store.revealed)
    }

    /// Which pebbles stand.
    var layout: PebbleLayout { PebbleLayout(length: length, left: left) }

    /// Lends the payword at a place of ``layout``.
    func withPayword<Result>(
        at place: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try body(
            UnsafeRawBufferPointer(start: store.payword(at: place), count: Payword.byteCount))
    }

    /// Reveals `units` more, at most as many as are left. Takes no memory, unless this is a copy of
    /// another traversal.
    ///
    /// One unit hashes at most ⌈k/2⌉ times, where k = ⌈log2(length)⌉. A jump of d units hashes at
    /// most as often as d times one unit, and at most `left` times as it is after the jump: each
    /// payword above the new index is found at most once.
    mutating func advance(by units: UInt32, _ walker: some PebbleWalker) {
        let units = min(units, left)
        guard units > 0 else { return }
        if !isKnownUniquelyReferenced(&store) { store = store.copy() }
        if units == 1 && !PebbleSchedule.isFresh(length: length, left: left) {
            revealNext(walker)
        } else {
            jump(units, walker)
        }
        left -= units
    }

    /// One round: the smallest pebbler is done and gives its last payword, and each of the others
    /// does this round's hashes.
    private func revealNext(_ walker: some PebbleWalker) {
        store.shiftDown(upTo: left.trailingZeroBitCount + 1)
        var rounds = left
        while true {
            let level = rounds.bitLength - 1
            rounds ^= 1 << level
            guard rounds != 0 else { return }
            guard rounds <= (1 << level) >> 1 else { continue }
            move(
                from: PebbleSchedule.width(level: level, rounds: rounds),
                to: PebbleSchedule.width(level: level, rounds: rounds - 1),
                end: left - rounds, walker)
        }
    }

    /// Moves a pebbler's front pebble from one width to another, leaving a pebble at each power of
    /// two. Its paywords end above depth `end`.
    private func move(
        from start: UInt32, to last: UInt32, end: UInt32, _ walker: some PebbleWalker
    ) {
        var width = start
        while width > last {
            // The width at which the front pebble next stops: it may not leave its place before.
            let next = max(last, 1 << ((width - 1).bitLength - 1))
            walk(
                from: width.bitLength, depth: end - width, to: (width - 1).bitLength,
                depth: end - next, walker)
            width = next
        }
    }

    /// Goes to a later state. Each payword wanted there is walked to from the nearest one above it,
    /// which is held or was just made.
    ///
    /// It is done in place. What is made from one pebble stands at its place or below it: so, taken
    /// pebble by pebble from the lowest on, nothing is overwritten that is needed later.
    private func jump(_ units: UInt32, _ walker: some PebbleWalker) {
        let old = layout
        let new = PebbleLayout(length: length, left: left - units)
        var lowest = new.place(from: 0)
        while let group = lowest {
            guard let source = old.source(for: new.depth(at: group), from: group) else { return }
            var highest = group
            while let next = new.place(from: highest + 1),
                new.depth(at: next) >= old.depth(at: source)
            {
                highest = next
            }
            var (from, depth) = (source, old.depth(at: source))
            var target: Int? = highest
            while let place = target, place >= group {
                walk(from: from, depth: depth, to: place, depth: new.depth(at: place), walker)
                (from, depth) = (place, new.depth(at: place))
                target = new.place(below: place)
            }
            lowest = new.place(from: highest + 1)
        }
        store.wipe(exceptWhere: new)
    }

    private func walk(
        from source: Int, depth sourceDepth: UInt32, to target: Int, depth targetDepth: UInt32,
        _ walker: some PebbleWalker
    ) {
        guard source != target || sourceDepth != targetDepth else { return }
        walker.walk(
            from: store.payword(at: source), at: length - sourceDepth,
            steps: targetDepth - sourceDepth, to: store.payword(at: target))
    }
}
