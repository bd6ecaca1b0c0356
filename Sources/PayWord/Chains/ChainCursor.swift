/// The payer's side of a chain: reveals its paywords from the root upwards, with the least that is
/// proven to be needed.
///
/// With *k* = ⌈log2(length)⌉, a cursor holds at most *k* paywords above the revealed one (one if *k*
/// is 0), the tip among them, and one more unit costs at most ⌈k/2⌉ hashes: the optimum of binary
/// pebbling (B. Schoenmakers, "Explicit optimal binary pebbling for one-way hash chain reversal",
/// Financial Cryptography 2016). A jump of *d* units costs at most as much as *d* single ones, and
/// at most as many hashes as units are left after it. No memory is taken after the cursor is made,
/// unless a copy of it is advanced.
///
/// A cursor for any index is made from the tip alone, so it need not be stored: the wallet's secret
/// and the index are the state. What a cursor holds is money: it is wiped when the last copy of the
/// cursor goes, and each payword as soon as it is no longer needed.
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
    private(set) var traversal: PebbleTraversal

    /// A cursor that has revealed nothing, from the last payword. Hashes `tip.index` times.
    public init(key: ChainKey, tip: ChainPosition) {
        self.init(key: key, tip: tip, revealed: .zero)
    }

    /// A cursor that has revealed up to `index`, from the last payword. Hashes at most `tip.index`
    /// times: once for each unit above `index`. An index above the chain's length is taken as its
    /// length. The caller's own copy of the tip stays where it is.
    public init(key: ChainKey, tip: ChainPosition, revealed index: ChainIndex) {
        let start = PebbleStart(key: key, tip: tip, revealed: index)
        start.walk.run()
        self.init(start)
    }

    /// A cursor whose chain was walked.
    init(_ walked: PebbleStart) {
        key = walked.walk.key
        traversal = walked.finish()
    }

    /// A cursor in a state that was read.
    init(key: ChainKey, traversal: PebbleTraversal) {
        self.key = key
        self.traversal = traversal
    }

    /// How many paywords the chain has: the tip's index.
    public var length: ChainIndex { ChainIndex(traversal.length) }

    /// The last position revealed; the root at first.
    public var revealed: ChainPosition { traversal.revealed }

    /// Reveals the payword at `index`; nil if it is above the chain's length or below what was
    /// revealed.
    public mutating func advance(to index: ChainIndex) -> Payword? {
        let revealed = traversal.length - traversal.left
        guard index.value >= revealed, index <= length else { return nil }
        traversal.advance(by: index.value - revealed, key)
        return traversal.revealed.payword
    }

    /// How many paywords are held beside the revealed one: at most ⌈log2(length)⌉, or one.
    public var heldCount: Int { traversal.layout.heldCount }

    /// How many units are left to reveal.
    public var remaining: UInt32 { traversal.left }
}
