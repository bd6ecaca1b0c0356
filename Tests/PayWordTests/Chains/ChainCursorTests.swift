import FixtureKit
import Testing

@testable import PayWord

/// A whole chain, kept, to compare with.
private struct WholeChain {
    let key: ChainKey
    /// By index; the root is first.
    let paywords: [Payword]
    var length: UInt32 { UInt32(paywords.count - 1) }
    var tip: ChainPosition {
        ChainPosition(index: ChainIndex(length), payword: paywords[paywords.count - 1])
    }

    init(length: UInt32, random: inout SeededRandom) {
        key = ChainKey.random(using: &random)
        var position = ChainPosition(
            index: ChainIndex(length), payword: Payword.random(using: &random))
        var paywords = [position.payword]
        while position.index > .zero {
            position = key.walk(from: position, steps: 1)
            paywords.append(position.payword)
        }
        self.paywords = paywords.reversed()
    }
}

private func ceilingLog2(_ value: UInt32) -> Int {
    value <= 1 ? 0 : UInt32.bitWidth - (value - 1).leadingZeroBitCount
}

/// How many hashes a cursor does when it goes from one state to the next: each payword wanted is
/// held already, or walked to from the nearest one above that is held or was just made.
private func hashes(from held: [UInt32], to wanted: [UInt32]) -> Int {
    var count = 0
    var known = Set(held)
    for index in wanted where !known.contains(index) {
        guard let source = known.filter({ $0 > index }).min() else { return .max }
        count += Int(source - index)
        known.insert(index)
    }
    return count
}

private let longLengths: [UInt32] = [
    255, 256, 257, 511, 512, 513, 1_000, 1_023, 1_024, 1_025, 4_095, 4_096, 4_097,
]

@Test func everyPaywordOfEveryShortChainIsRevealedRight() {
    var random = SeededRandom(seed: 21)
    for length in Array(1...200) + longLengths {
        let chain = WholeChain(length: length, random: &random)
        var cursor = ChainCursor(key: chain.key, tip: chain.tip)
        #expect(cursor.revealed.payword == chain.paywords[0])
        #expect(cursor.revealed.index == .zero)
        #expect(cursor.length.value == length)
        let heldMaximum = ceilingLog2(length) + 1
        for index in 1...length {
            let revealed = cursor.advance(to: ChainIndex(index))
            if revealed != chain.paywords[Int(index)] {
                Issue.record("length \(length), index \(index)")
            }
            if cursor.heldCount > heldMaximum {
                Issue.record("length \(length), index \(index): holds \(cursor.heldCount)")
            }
        }
        #expect(cursor.remaining == 0)
        #expect(cursor.heldCount == 0)
    }
}

@Test(arguments: [65_535, 65_536, 65_537, 65_538, 65_539] as [UInt32])
func longChainsAreRevealedRight(_ length: UInt32) {
    var random = SeededRandom(seed: UInt64(length))
    let chain = WholeChain(length: length, random: &random)
    var cursor = ChainCursor(key: chain.key, tip: chain.tip)
    var index: UInt32 = 0
    while index < length {
        // Steps of one around the powers of two, else jumps of every size.
        let jump = UInt32.random(in: 1...(index % 1_024 < 8 ? 1 : 400), using: &random)
        index = min(length, index + jump)
        if cursor.advance(to: ChainIndex(index)) != chain.paywords[Int(index)] {
            Issue.record("length \(length), index \(index)")
        }
        if cursor.heldCount > ceilingLog2(length) + 1 {
            Issue.record("length \(length), index \(index): holds \(cursor.heldCount)")
        }
    }
}

@Test func jumpsOfEverySizeLandRight() {
    var random = SeededRandom(seed: 22)
    for length: UInt32 in [1, 2, 3, 7, 8, 9, 31, 32, 33, 64, 100] {
        let chain = WholeChain(length: length, random: &random)
        for start in 0...length {
            for end in start...length {
                var cursor = ChainCursor(
                    key: chain.key, tip: chain.tip, revealed: ChainIndex(start))
                let revealed = cursor.advance(to: ChainIndex(end))
                if revealed != chain.paywords[Int(end)] {
                    Issue.record("length \(length), from \(start) to \(end)")
                }
            }
        }
    }
}

@Test func aCursorCanBeMadeForAnyIndex() {
    var random = SeededRandom(seed: 23)
    for length: UInt32 in [1, 2, 5, 16, 100, 257] {
        let chain = WholeChain(length: length, random: &random)
        var walked = ChainCursor(key: chain.key, tip: chain.tip)
        for index in 0...length {
            _ = walked.advance(to: ChainIndex(index))
            let made = ChainCursor(key: chain.key, tip: chain.tip, revealed: ChainIndex(index))
            if made.revealed.payword != chain.paywords[Int(index)]
                || made.heldCount != walked.heldCount
            {
                Issue.record("length \(length), index \(index)")
            }
        }
    }
}

@Test func aCursorNeverGoesBackNorPastTheEnd() {
    var random = SeededRandom(seed: 24)
    let chain = WholeChain(length: 10, random: &random)
    var cursor = ChainCursor(key: chain.key, tip: chain.tip, revealed: ChainIndex(4))
    #expect(cursor.advance(to: ChainIndex(3)) == nil)
    #expect(cursor.advance(to: ChainIndex(11)) == nil)
    #expect(cursor.advance(to: ChainIndex(4)) == chain.paywords[4])
    #expect(cursor.remaining == 6)
    let beyond = ChainCursor(key: chain.key, tip: chain.tip, revealed: ChainIndex(.max))
    #expect(beyond.revealed == chain.tip)
}

@Test func oneMoreUnitNeverTakesMoreHashesThanTheLogarithm() {
    for length in Array(1...200) + longLengths + [16_384] {
        let maximum = max(1, ceilingLog2(length))
        var held = PebbleSchedule.positions(length: length, current: 0)
        for index in 1...length {
            let wanted = PebbleSchedule.positions(length: length, current: index)
            let count = hashes(from: held, to: wanted + [index])
            if count > maximum {
                Issue.record("length \(length), index \(index): \(count) hashes")
            }
            held = wanted
        }
    }
}

@Test func theScheduleHoldsWhatItShould() {
    #expect(PebbleSchedule.positions(length: 0, current: 0).isEmpty)
    #expect(PebbleSchedule.positions(length: 1, current: 0) == [1])
    #expect(PebbleSchedule.positions(length: 1, current: 1).isEmpty)
    for length: UInt32 in [1 << 20, 1 << 31, .max - 1, .max] {
        for current: UInt32 in [0, 1, 2, length / 3, length / 2, length - 2, length - 1] {
            let held = PebbleSchedule.positions(length: length, current: current)
            #expect(held.first == length)
            #expect(held == held.sorted(by: >))
            #expect(held.allSatisfy { $0 > current })
            #expect(held.count <= ceilingLog2(length) + 1)
        }
        #expect(PebbleSchedule.positions(length: length, current: length).isEmpty)
    }
}
