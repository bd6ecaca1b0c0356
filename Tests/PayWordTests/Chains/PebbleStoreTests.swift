import FixtureKit
import Testing

@testable import PayWord

@Test func aCursorTakesTheMemoryOfItsBoundAndOnePayword() {
    #expect(PebbleStore(capacity: 16).capacity == 16)
    #expect(PebbleStore.byteCount(capacity: 16) == 17 * 32)
    #expect(PebbleStore.byteCount(capacity: PebbleSchedule.heldMaximum(length: 65_536)) == 544)
}

@Test func pebblesAreWipedWhenTheCursorGoes() {
    let capacity = 4
    let byteCount = PebbleStore.byteCount(capacity: capacity)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
    defer { memory.deallocate() }
    let bytes = UnsafeRawBufferPointer(start: memory, count: byteCount)
    do {
        let store = PebbleStore(in: memory, capacity: capacity)
        withExtendedLifetime(store) {
            #expect(bytes.allSatisfy { $0 == 0 })
            for number in 0...capacity {
                CountingWalker.put(7, at: store.entry(number))
            }
            #expect(!bytes.allSatisfy { $0 == 0 })
        }
    }
    #expect(bytes.allSatisfy { $0 == 0 })
}

@Test func pebblesAreWipedAsTheyAreUsed() {
    // What stands in the memory is what the layout names: `isRight` finds every byte beside it.
    for length: UInt32 in [1, 2, 3, 8, 13, 32, 37] {
        for jump in 1...length {
            var chain = CountedTraversal(length: length)
            while chain.traversal.left > 0 {
                _ = chain.advance(by: jump)
                if !chain.isRight() { Issue.record("length \(length), by \(jump)") }
            }
            #expect(chain.indexes == [length])
        }
    }
}

@Test func copiesOfATraversalDoNotShareMemory() {
    var chain = CountedTraversal(length: 32, revealed: 5)
    let walker = CountingWalker()
    let before = chain.indexes
    var copy = chain.traversal
    copy.advance(by: 9, walker)
    #expect(chain.indexes == before)
    #expect(copy.revealed.index == ChainIndex(14))
    #expect(walker.faults.isEmpty)
    _ = chain.advance(by: 1)
    #expect(chain.traversal.revealed.index == ChainIndex(6))
    #expect(copy.revealed.index == ChainIndex(14))
    #expect(walker.faults.isEmpty)
}

@Test func cursorsPrintNoPebble() {
    let marker = [UInt8](repeating: 0xab, count: 32)
    let key = ChainKey.zero
    let tip = ChainPosition(index: ChainIndex(8), payword: Payword(marker) ?? .zero)
    let cursor = ChainCursor(key: key, tip: tip)
    var dumped = ""
    dump(cursor, to: &dumped)
    for text in ["\(cursor)", String(reflecting: cursor), dumped] {
        #expect(text.contains("<secret>"))
        #expect(!text.contains("abab"))
        #expect(!text.contains("\(tip.payword.storage.a)"))
    }
}
