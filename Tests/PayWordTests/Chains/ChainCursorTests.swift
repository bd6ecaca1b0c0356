import FixtureKit
import Testing

@testable import PayWord

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
        let heldMaximum = max(1, ceilingLog2(length))
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
        if cursor.heldCount > ceilingLog2(length) {
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
