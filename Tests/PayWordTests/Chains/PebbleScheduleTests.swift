import FixtureKit
import Testing

@testable import PayWord

/// How many hashes a pebbler of a level does in a round of its initial stage, rounds counted from 1:
/// the schedule as its paper states it (theorem on the optimal schedule), round by round.
private func hashesInRound(_ round: Int, level: Int) -> Int {
    guard round >= 1 << (level - 1) else { return 0 }
    let modulus = 1 << digits((1 << level) - round)
    return ((level + round) % 2 + level + 1 - digits(2 * round % modulus)) / 2
}

/// How many binary digits a number has.
private func digits(_ number: Int) -> Int { Int.bitWidth - number.leadingZeroBitCount }

@Test func theClosedFormIsTheSumOfTheRoundsOfThePaper() {
    for level in 0...16 {
        let size = 1 << level
        var width = 1
        #expect(PebbleSchedule.width(level: level, rounds: 0) == 1)
        for rounds in 1..<max(size, 1) {
            width += hashesInRound(size - rounds, level: level)
            if PebbleSchedule.width(level: level, rounds: UInt32(rounds)) != width {
                Issue.record("level \(level), \(rounds) rounds left")
                break
            }
        }
        #expect(width == size)
    }
}

@Test func aPebblerNeverTurnsBack() {
    let seed = TestSeed.choose(for: "aPebblerNeverTurnsBack")
    var random = SeededRandom(seed: seed)
    for level in 17...31 {
        let half: UInt32 = 1 << (level - 1)
        #expect(PebbleSchedule.width(level: level, rounds: half - 1) < 1 << level)
        #expect(PebbleSchedule.width(level: level, rounds: half) == 1 << level)
        #expect(PebbleSchedule.width(level: level, rounds: 2 * half - 1) == 1 << level)
        for _ in 0..<200 {
            let rounds = UInt32.random(in: 1..<half, using: &random)
            let (before, after) = (
                PebbleSchedule.width(level: level, rounds: rounds),
                PebbleSchedule.width(level: level, rounds: rounds - 1)
            )
            // A pebbler hashes at least once in each round of its second half.
            if after >= before || Int(before - after) > level / 2 + 1 {
                Issue.record("seed \(seed), level \(level), \(rounds) rounds left")
            }
        }
    }
}

@Test func theScheduleHoldsWhatItShould() {
    #expect(PebbleLayout(length: 0, left: 0).heldCount == 0)
    #expect(PebbleLayout(length: 1, left: 1).heldCount == 1)
    #expect(PebbleLayout(length: 1, left: 0).heldCount == 0)
    let seed = TestSeed.choose(for: "theScheduleHoldsWhatItShould")
    var random = SeededRandom(seed: seed)
    for length: UInt32 in [1, 2, 3, 5, 1 << 20, 1 << 31, 1 << 31 + 1, .max - 1, .max] {
        let maximum = PebbleSchedule.heldMaximum(length: length)
        #expect(maximum == max(1, ceilingLog2(length)))
        var lefts = [length, length - 1, length / 2, length / 2 + 1, length / 3, 1, 0]
        lefts += (0..<200).map { _ in UInt32.random(in: 0...length, using: &random) }
        for left in lefts {
            let layout = PebbleLayout(length: length, left: left)
            var place = layout.place(from: 0)
            var lowest = UInt64(left) + 1
            while let next = place {
                let depth = UInt64(layout.depth(at: next))
                // Each stands above the one before, and the highest is the tip.
                #expect(depth < lowest, "seed \(seed), length \(length), left \(left)")
                #expect(next <= maximum)
                lowest = depth
                place = layout.place(from: next + 1)
            }
            #expect(lowest == 0)
            #expect(layout.heldCount <= maximum)
        }
        #expect(PebbleLayout(length: length, left: 0).heldCount == 0)
    }
}

@Test func anyUnitOfAMillionTakesAtMostTenHashes() {
    #if DEBUG
        let levels = 17  // a million takes seconds without optimisation
    #else
        let levels = 20
    #endif
    // By units left: the largest pebbler's hashes, and those of what lies below it.
    var hashes = [UInt8](repeating: 0, count: 1 << levels)
    for level in 1..<levels {
        let start = 1 << level
        var most: UInt8 = 0
        for below in 1..<start {
            var count = hashes[below]
            if below <= start / 2 {
                let rounds = UInt32(below)
                count += UInt8(
                    PebbleSchedule.width(level: level, rounds: rounds)
                        - PebbleSchedule.width(level: level, rounds: rounds - 1))
            }
            hashes[start + below] = count
            most = max(most, count)
        }
        #expect(Int(most) == PebbleSchedule.hashesMaximum(length: 2 << UInt32(level)))
    }
    #expect(PebbleSchedule.hashesMaximum(length: 1 << 20) == 10)
}

@Test func theBoundsAreThoseOfThePaper() {
    let rows: [(length: UInt32, held: Int, hashes: Int)] = [
        (1, 1, 0), (2, 1, 1), (3, 2, 1), (4, 2, 1), (5, 3, 2), (8, 3, 2), (9, 4, 2), (1_000, 10, 5),
        (65_536, 16, 8), (65_537, 17, 9), (1 << 20, 20, 10), (.max, 32, 16),
    ]
    for row in rows {
        #expect(PebbleSchedule.heldMaximum(length: row.length) == row.held)
        #expect(PebbleSchedule.hashesMaximum(length: row.length) == row.hashes)
    }
}
