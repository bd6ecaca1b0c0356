/// Where the pebbles of a chain stand while it is revealed from its root upwards.
///
/// The schedule is B. Schoenmakers' recursive binary pebbler ("Explicit optimal binary pebbling for
/// one-way hash chain reversal", 2014, section 2), with the initial stage at speed 2: a pebbler
/// *P(k)* that starts at payword *x* reveals the 2^k paywords that end with *x*. It idles for half of
/// its first 2^k - 1 rounds, hashes twice a round in the other half, and drops a pebble at the start
/// of each half, quarter, eighth, …; from then on, one child *P(k-1)*, *P(k-2)*, …, *P(0)* runs at
/// each pebble, all in parallel.
///
/// Everything is a function of the index alone, so a state can be made for any index: a jump, a
/// restore and a restart are the same operation.
enum PebbleSchedule {
    /// The indexes above `current` at which a payword is held when `current` was revealed last,
    /// highest first. At most about 2 log2(length) of them.
    static func positions(length: UInt32, current: UInt32) -> [UInt32] {
        guard current < length else { return [] }
        let levels = UInt64(length).ceilingLog2
        // The chain's own pebbler may be larger than the chain: its lowest outputs then stand below
        // the root, and count as revealed.
        let size = Int64(1) << levels
        let revealed = Int64(current) - (Int64(length) - size)
        var held: Set<Int64> = []
        addOutputStage(
            top: Int64(length), levels: levels, outputs: revealed, current: Int64(current), &held)
        return held.sorted(by: >).map(UInt32.init)
    }

    /// A pebbler of 2^levels outputs that end at index `top`, of which it has revealed `outputs`.
    private static func addOutputStage(
        top: Int64, levels: Int, outputs: Int64, current: Int64, _ held: inout Set<Int64>
    ) {
        let size = Int64(1) << levels
        guard outputs < size else { return }
        guard outputs > 0 else {
            // Its initial stage has just ended, and nothing is revealed: all its pebbles stand.
            for level in 0...levels {
                insert(top - size + (Int64(1) << level), current, &held)
            }
            return
        }
        // The first output is the pebbler's own; child i then runs for 2^i - 1 rounds and starts to
        // reveal its 2^(i-1) outputs after 2^(i-1) - 1 of them.
        let round = outputs - 1
        for child in 0..<levels {
            let childSize = Int64(1) << child
            let childTop = top - size + 2 * childSize
            let initialRounds = childSize - 1
            if round <= initialRounds {
                addInitialStage(
                    top: childTop, levels: child, round: round, current: current, &held)
            } else {
                addOutputStage(
                    top: childTop, levels: child, outputs: round - initialRounds,
                    current: current, &held)
            }
        }
    }

    /// A pebbler that is `round` rounds into its initial stage: it holds its start, the pebbles that
    /// it has passed, and the payword that it has reached.
    private static func addInitialStage(
        top: Int64, levels: Int, round: Int64, current: Int64, _ held: inout Set<Int64>
    ) {
        let size = Int64(1) << levels
        let steps = max(0, 2 * round - (size - 1))
        insert(top, current, &held)
        insert(top - steps, current, &held)
        for level in 0...levels where size - (Int64(1) << level) <= steps {
            insert(top - size + (Int64(1) << level), current, &held)
        }
    }

    private static func insert(_ index: Int64, _ current: Int64, _ held: inout Set<Int64>) {
        if index > current { held.insert(index) }
    }
}

extension UInt64 {
    /// The least *k* with 2^k ≥ self; 0 for 0 and 1.
    fileprivate var ceilingLog2: Int {
        self <= 1 ? 0 : UInt64.bitWidth - (self - 1).leadingZeroBitCount
    }
}
