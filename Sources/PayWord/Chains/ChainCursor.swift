/// The payer's side of a chain: reveals its paywords from the root upwards, holding O(log n) of them
/// and hashing O(log n) times a payword.
///
/// A cursor for any index is made from the tip alone, so it is not stored: the wallet's secret and
/// the index are the state.
///
/// ```swift
/// var cursor = ChainCursor(key: key, tip: tip)       // hashes once through the chain
/// let root = cursor.revealed.payword                 // index 0: what the commitment states
/// let tenth = cursor.advance(to: ChainIndex(10))     // pays ten units
/// ```
public struct ChainCursor: Sendable {
    /// What every step of this chain hashes first; from the commitment's context and the chain's
    /// ordinal.
    public let key: ChainKey
    /// How many paywords the chain has: the tip's index.
    public let length: ChainIndex
    /// The last position revealed; the root at first.
    public private(set) var revealed: ChainPosition
    /// Paywords above the revealed one, highest first. The first is the tip.
    private var pebbles: [ChainPosition]

    /// A cursor that has revealed nothing, from the last payword. Hashes `tip.index` times.
    public init(key: ChainKey, tip: ChainPosition) {
        self.init(key: key, tip: tip, revealed: .zero)
    }

    /// A cursor that has revealed up to `index`, from the last payword. Hashes at most `tip.index`
    /// times. An index above the chain's length is taken as its length.
    public init(key: ChainKey, tip: ChainPosition, revealed index: ChainIndex) {
        self.key = key
        length = tip.index
        pebbles = [tip]
        revealed = tip
        move(to: min(index, tip.index))
    }

    /// Reveals the payword at `index`; nil if it is above the chain's length or below what was
    /// revealed.
    public mutating func advance(to index: ChainIndex) -> Payword? {
        guard index >= revealed.index, index <= length else { return nil }
        if index > revealed.index { move(to: index) }
        return revealed.payword
    }

    /// How many paywords are held beside the revealed one.
    public var heldCount: Int { pebbles.count }

    /// How many units are left to reveal.
    public var remaining: UInt32 { length.steps(downTo: revealed.index) }

    /// Makes the state for `index` from the present one: each payword that the schedule wants is
    /// either held or walked to from the nearest one above, which is held or was just made.
    private mutating func move(to index: ChainIndex) {
        let wanted = PebbleSchedule.positions(length: length.value, current: index.value)
        var kept: [ChainPosition] = []
        kept.reserveCapacity(wanted.count + 1)
        var source = pebbles.first ?? revealed
        var next = 0
        for position in wanted + [index.value] {
            while next < pebbles.count, pebbles[next].index.value >= position {
                source = pebbles[next]
                next += 1
            }
            if let last = kept.last, last.index < source.index { source = last }
            if position != source.index.value {
                source = key.walk(from: source, steps: source.index.value - position)
            }
            kept.append(source)
        }
        revealed = source
        kept.removeLast()
        pebbles = kept
    }
}
