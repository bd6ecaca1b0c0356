import FixtureKit

extension SeededRandom {
    mutating func next() -> UInt8 { UInt8(truncatingIfNeeded: next() as UInt64) }
    mutating func upTo(_ maximum: Int) -> Int { Int.random(in: 0...maximum, using: &self) }
}
