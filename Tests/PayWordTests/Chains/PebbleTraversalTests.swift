import FixtureKit
import Testing

@testable import PayWord

/// The most that was held after any unit, and the most hashes that any unit took, over a chain.
private func maxima(length: UInt32, everyState: Bool) -> (held: Int, hashes: Int) {
    var chain = CountedTraversal(length: length)
    var (held, hashes) = (chain.traversal.layout.heldCount, 0)
    for index in 1...length {
        hashes = max(hashes, chain.advance(by: 1))
        held = max(held, chain.traversal.layout.heldCount)
        if everyState || index % 1_021 == 0 || index > length - 3, !chain.isRight() {
            Issue.record("length \(length), index \(index): \(chain.indexes)")
        }
    }
    if !chain.isRight() || chain.traversal.left != 0 { Issue.record("length \(length): the end") }
    return (held, hashes)
}

@Test(arguments: 0...16)
func powersOfTwoTakeExactlyTheOptimum(_ levels: Int) {
    let length: UInt32 = 1 << levels
    let maxima = maxima(length: length, everyState: levels <= 10)
    // Not less either: a smaller bound would be a discovery, or a test that counts wrong.
    #expect(maxima.held == max(1, levels))
    #expect(maxima.hashes == (levels + 1) / 2)
}

@Test func everyOtherLengthStaysWithinTheBoundsOfTheNextPower() {
    let seed = TestSeed.choose(for: "everyOtherLengthStaysWithinTheBoundsOfTheNextPower")
    var random = SeededRandom(seed: seed)
    let lengths =
        Array(1...260) + (0..<12).map { _ in UInt32.random(in: 261...3_000, using: &random) }
    for length in lengths {
        let maxima = maxima(length: length, everyState: length <= 130)
        if maxima.held > PebbleSchedule.heldMaximum(length: length)
            || maxima.hashes > PebbleSchedule.hashesMaximum(length: length)
        {
            Issue.record("seed \(seed), length \(length): \(maxima)")
        }
    }
}

/// Windows of the longest chains, which are too long to be gone through.
@Test func theLongestChainsStayWithinTheBounds() {
    let seed = TestSeed.choose(for: "theLongestChainsStayWithinTheBounds")
    var random = SeededRandom(seed: seed)
    for length: UInt32 in [1 << 20, 1 << 24 - 1, 1 << 31, 1 << 31 + 1, .max] {
        var starts: [UInt32] = [0, length / 2 - 40, length / 4 * 3 - 40, length - 80]
        starts += (0..<6).map { _ in UInt32.random(in: 0...length - 80, using: &random) }
        for start in starts {
            var chain = CountedTraversal(length: length, revealed: start)
            for unit in 1...UInt32(80) {
                let hashes = chain.advance(by: 1)
                if hashes > PebbleSchedule.hashesMaximum(length: length) || !chain.isRight() {
                    Issue.record("seed \(seed), length \(length), index \(start + unit): \(hashes)")
                }
            }
        }
    }
}

@Test func aJumpCostsNoMoreThanItsUnitsNorThanWhatIsLeft() {
    for length in Array(1...40) + [63, 64, 65] as [UInt32] {
        var units: [Int] = []
        var walked = CountedTraversal(length: length)
        for _ in 0..<length { units.append(walked.advance(by: 1)) }
        for start in 0..<length {
            for jump in 1...length - start {
                var chain = CountedTraversal(length: length, revealed: start)
                let hashes = chain.advance(by: jump)
                let single = units[Int(start)..<Int(start + jump)].reduce(0, +)
                if hashes > single || hashes > Int(length - start - jump) || !chain.isRight() {
                    Issue.record("length \(length), from \(start), \(jump) units: \(hashes)")
                }
            }
        }
    }
}

@Test func jumpsAtRandomEndInTheSameStateAsUnits() {
    let seed = TestSeed.choose(for: "jumpsAtRandomEndInTheSameStateAsUnits")
    var random = SeededRandom(seed: seed)
    for _ in 0..<60 {
        let length = UInt32.random(
            in: 1...(1 << UInt32.random(in: 1...22, using: &random)), using: &random)
        var chain = CountedTraversal(length: length)
        var index: UInt32 = 0
        while index < length {
            let most = max(1, UInt32.random(in: 0...length - index, using: &random) / 3)
            let jump = min(length - index, UInt32.random(in: 1...most, using: &random))
            let hashes = chain.advance(by: jump)
            index += jump
            let bound = UInt64(jump) * UInt64(PebbleSchedule.hashesMaximum(length: length))
            if hashes > min(bound, UInt64(length - index)) || !chain.isRight() {
                Issue.record("seed \(seed), length \(length), \(jump) units to \(index): \(hashes)")
            }
        }
    }
}

@Test func advancingTooFarEndsAtTheTip() {
    var chain = CountedTraversal(length: 10, revealed: 3)
    #expect(chain.advance(by: 0) == 0)
    #expect(chain.traversal.left == 7)
    _ = chain.advance(by: .max)
    #expect(chain.traversal.left == 0)
    #expect(chain.indexes == [10])
    #expect(chain.advance(by: 1) == 0)
}
