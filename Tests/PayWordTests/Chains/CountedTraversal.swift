import FixtureKit
import Testing

@testable import PayWord

/// Stands in for hashing: a payword is its own index, with marks behind it. Counts the hashes that a
/// chain's key would have done, and finds every walk that does not start where it says.
final class CountingWalker: PebbleWalker {
    private(set) var hashes = 0
    private(set) var faults: [String] = []

    func walk(
        from source: UnsafeRawPointer, at index: UInt32, steps: UInt32,
        to target: UnsafeMutableRawPointer
    ) {
        let start = source.load(as: UInt32.self)
        if start != index || steps > index || !Self.isMarked(source) {
            faults.append("walks \(steps) steps from \(index), where \(start) stands")
        }
        hashes += Int(steps)
        Self.put(index &- steps, at: target)
    }

    /// The hashes since this was asked last.
    func takeHashes() -> Int {
        defer { hashes = 0 }
        return hashes
    }

    static func put(_ index: UInt32, at target: UnsafeMutableRawPointer) {
        target.initializeMemory(as: UInt8.self, repeating: 0xa5, count: Payword.byteCount)
        target.storeBytes(of: index, as: UInt32.self)
    }

    private static func isMarked(_ source: UnsafeRawPointer) -> Bool {
        source.load(fromByteOffset: 24, as: UInt64.self) == 0xa5a5_a5a5_a5a5_a5a5
    }
}

/// A traversal over counted paywords, in memory that can be looked at.
struct CountedTraversal {
    var traversal: PebbleTraversal
    let walker = CountingWalker()
    let length: UInt32
    /// The store's own memory, which lives as long as the traversal.
    let memory: UnsafeMutableRawPointer
    let byteCount: Int

    init(length: UInt32, revealed: UInt32 = 0) {
        let capacity = PebbleSchedule.heldMaximum(length: length)
        byteCount = PebbleStore.byteCount(capacity: capacity)
        memory = .allocate(byteCount: byteCount, alignment: 16)
        let store = PebbleStore(in: memory, capacity: capacity, isOwner: true)
        let layout = PebbleLayout(length: length, left: length - revealed)
        var place = layout.place(from: 0)
        while let next = place {
            CountingWalker.put(length - layout.depth(at: next), at: store.payword(at: next))
            place = layout.place(from: next + 1)
        }
        self.length = length
        traversal = PebbleTraversal(length: length, left: length - revealed, store: store)
    }

    /// The index at each place that is not wiped, from the tip downwards; the revealed one is last.
    var indexes: [UInt32] {
        stride(from: 0, to: byteCount, by: Payword.byteCount).compactMap { offset in
            let bytes = UnsafeRawBufferPointer(start: memory + offset, count: Payword.byteCount)
            return bytes.allSatisfy { $0 == 0 } ? nil : bytes.load(as: UInt32.self)
        }
    }

    /// Advances, and gives the hashes that it took.
    mutating func advance(by units: UInt32) -> Int {
        traversal.advance(by: units, walker)
        return walker.takeHashes()
    }

    /// Whether the memory holds what the layout says and nothing else, and all walks were right.
    func isRight() -> Bool {
        let wanted = traversal.layout.depths.map { length - $0 }
        return walker.faults.isEmpty && indexes == wanted
            && wanted.last == length - traversal.left
    }
}

/// The least *k* with 2^k ≥ `length`, found another way than the schedule does.
func ceilingLog2(_ length: UInt32) -> Int {
    var levels = 0
    while UInt64(1) << levels < UInt64(length) { levels += 1 }
    return levels
}
