/// Which pebbles stand, and how far below the tip.
///
/// A pebble's *place* is the number of binary digits of its width. No two pebbles have the same, and
/// places grow towards the tip: the reason is that a pebbler with at least 2^a rounds left, of a
/// level above *a*, has a width of at least 2^(a+1), so its lowest pebble stands above the start of
/// the next pebbler, which has place a + 1. All places are then at most ⌈log2(length)⌉, which bounds
/// what is stored. Place 0 is the revealed payword's.
struct PebbleLayout {
    /// One for each binary digit of a length, and one for the revealed payword.
    static let placesMaximum = 33

    /// How many units are still to be revealed.
    private let left: UInt32
    /// The number whose binary digits are the pebblers.
    private let pebblers: UInt32
    /// One bit for each place at which something stands.
    let occupied: UInt64

    /// The layout with `left` units of a chain to be revealed.
    init(length: UInt32, left: UInt32) {
        self.left = left
        pebblers = PebbleSchedule.isFresh(length: length, left: left) ? left - 1 : left
        var occupied: UInt64 = 1
        var rounds = pebblers
        while rounds != 0 {
            let level = rounds.bitLength - 1
            rounds ^= 1 << level
            // From the front pebble's place up to the start's, which is level + 1.
            let front = PebbleSchedule.width(level: level, rounds: rounds).bitLength
            occupied |= (2 << UInt64(level + 1)) - (1 << UInt64(front))
        }
        self.occupied = occupied
    }

    /// How far below the tip the pebble at `place` stands, where one stands.
    func depth(at place: Int) -> UInt32 {
        guard place > 0 else { return left }
        let digit = place - 1
        let level = digit + (pebblers >> digit).trailingZeroBitCount
        let rounds = pebblers & ((1 << level) - 1)
        let front = PebbleSchedule.width(level: level, rounds: rounds)
        // Above the front pebble, one stands at each power of two.
        return pebblers - rounds - max(front, 1 << digit)
    }

    /// How many pebbles stand, the revealed payword not counted.
    var heldCount: Int { occupied.nonzeroBitCount - 1 }

    /// The lowest place at or above `place` at which something stands.
    func place(from place: Int) -> Int? {
        let above = occupied >> UInt64(place)
        return above == 0 ? nil : place + above.trailingZeroBitCount
    }

    /// The highest place below `place` at which something stands.
    func place(below place: Int) -> Int? {
        let under = occupied & ((1 << UInt64(place)) - 1)
        return under == 0 ? nil : under.bitLength - 1
    }

    /// The lowest place, from `first` on, of a pebble that stands at `depth` or above.
    func source(for depth: UInt32, from first: Int) -> Int? {
        var next = place(from: max(first, 1))
        while let place = next, self.depth(at: place) > depth { next = self.place(from: place + 1) }
        return next
    }

    /// How far below the tip everything stands, from the tip downwards; the revealed payword last.
    var depths: [UInt32] {
        var depths: [UInt32] = []
        depths.reserveCapacity(occupied.nonzeroBitCount)
        var next = place(below: Self.placesMaximum)
        while let place = next {
            depths.append(depth(at: place))
            next = self.place(below: place)
        }
        return depths
    }
}
