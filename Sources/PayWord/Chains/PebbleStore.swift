internal import CLibCrypto

/// The memory of a cursor: one payword for each place, the revealed one last. It never grows, and is
/// wiped when it goes.
///
/// Every pebble is money that is not yet spent, so nothing copies one out, and nothing prints one.
final class PebbleStore: @unchecked Sendable, CustomStringConvertible, CustomReflectable {
    // Unchecked: a raw pointer is not Sendable. A traversal writes only when it holds the one
    // reference there is, and otherwise takes a copy first.
    private let memory: UnsafeMutableRawPointer
    private let isOwner: Bool

    /// How many pebbles there is room for, the revealed payword not counted.
    let capacity: Int

    /// Room for so many pebbles and the revealed payword, all zero.
    convenience init(capacity: Int) {
        self.init(
            in: .allocate(byteCount: Self.byteCount(capacity: capacity), alignment: 16),
            capacity: capacity, isOwner: true)
    }

    /// A store in memory that somebody else frees: so that a test can look at what is left there.
    init(in memory: UnsafeMutableRawPointer, capacity: Int, isOwner: Bool = false) {
        self.memory = memory
        self.isOwner = isOwner
        self.capacity = capacity
        memory.initializeMemory(
            as: UInt8.self, repeating: 0, count: Self.byteCount(capacity: capacity))
    }

    deinit {
        OPENSSL_cleanse(memory, Self.byteCount(capacity: capacity))
        if isOwner { memory.deallocate() }
    }

    /// How much memory so many pebbles and the revealed payword take.
    static func byteCount(capacity: Int) -> Int { (capacity + 1) * Payword.byteCount }

    /// A store of its own with the same bytes.
    func copy() -> PebbleStore {
        let copy = PebbleStore(capacity: capacity)
        copy.memory.copyMemory(from: memory, byteCount: Self.byteCount(capacity: capacity))
        return copy
    }

    /// The payword at `place`: 0 for the revealed one, and from 1 to ``capacity`` towards the tip.
    func payword(at place: Int) -> UnsafeMutableRawPointer { entry(capacity - place) }

    /// A payword in the order of memory: from the tip downwards.
    func entry(_ number: Int) -> UnsafeMutableRawPointer { memory + number * Payword.byteCount }

    /// Sets the first entries, as many as there are bytes for.
    func setEntries(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(start: memory, count: Self.byteCount(capacity: capacity))
            .copyMemory(from: bytes)
    }

    /// The last payword revealed.
    var revealed: Payword {
        Payword(storage: payword(at: 0).loadUnaligned(as: Bytes32.self))
    }

    /// Moves the paywords at places 1 to `last` one place down: the lowest one is then revealed.
    func shiftDown(upTo last: Int) {
        payword(at: last - 1).copyMemory(
            from: payword(at: last), byteCount: last * Payword.byteCount)
        wipe(at: last)
    }

    /// Moves the first entries, which `layout` names from the tip downwards, to their places.
    func spread(to layout: PebbleLayout) {
        // From the last on: an entry's place never lies before it, so nothing is lost.
        var number = layout.heldCount
        var place = layout.place(from: 0)
        while let target = place {
            if capacity - target != number {
                payword(at: target).copyMemory(from: entry(number), byteCount: Payword.byteCount)
            }
            number -= 1
            place = layout.place(from: target + 1)
        }
        wipe(exceptWhere: layout)
    }

    /// Wipes all places at which nothing stands.
    func wipe(exceptWhere layout: PebbleLayout) {
        for place in 1...capacity where layout.occupied >> UInt64(place) & 1 == 0 {
            wipe(at: place)
        }
    }

    private func wipe(at place: Int) {
        OPENSSL_cleanse(payword(at: place), Payword.byteCount)
    }

    /// Always `<secret>`, so that printing or interpolating it tells nothing.
    var description: String { "<secret>" }
    /// A mirror without children, so that `dump` and debuggers' summaries tell nothing.
    var customMirror: Mirror { Mirror(self, children: []) }
}
