import DeterministicCBOR
import FixtureKit

/// Random trees of the profile, biased towards the lengths at which heads grow.
struct RandomCBOR {
    var random: SeededRandom

    mutating func value(depth: Int = 0) -> CBORValue {
        let kinds = depth < 7 ? 9 : 6
        switch Int.random(in: 0..<kinds, using: &random) {
        case 0: return .unsigned(argument())
        case 1: return .negative(argument: argument())
        case 2: return .bytes(random.bytes(length()))
        case 3: return .text(text())
        case 4: return .bool(Bool.random(using: &random))
        case 5: return .null
        case 6, 7:
            let count = Int.random(in: 0...5, using: &random)
            return .array((0..<count).map { _ in value(depth: depth + 1) })
        default:
            var pairs: [CBORKey: CBORValue] = [:]
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let key = CBORKey(
                    isNegative: Bool.random(using: &random), argument: argument())
                pairs[key] = value(depth: depth + 1)
            }
            return .map(pairs)
        }
    }

    private mutating func argument() -> UInt64 {
        let edges: [UInt64] = [
            0, 1, 23, 24, 255, 256, 65_535, 65_536, 0xffff_ffff, 0x1_0000_0000, .max - 1, .max,
        ]
        return Bool.random(using: &random)
            ? edges[Int.random(in: 0..<edges.count, using: &random)]
            : random.next() >> UInt64.random(in: 0...63, using: &random)
    }

    private mutating func length() -> Int {
        [0, 1, 23, 24, 31, 255, 256][Int.random(in: 0...6, using: &random)]
    }

    private mutating func text() -> String {
        let scalars: [Unicode.Scalar] = ["a", "~", "\u{0}", "é", "\u{301}", "€", "𝄞", "\u{ffff}"]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            text.append(scalars[Int.random(in: 0..<scalars.count, using: &random)])
        }
        return String(text)
    }

    /// `bytes` with one to three changes: a byte altered, removed, repeated or put in.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let index = Int.random(in: 0...bytes.count, using: &random)
            let byte = UInt8.random(in: .min ... .max, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where index < bytes.count: bytes[index] = byte
            case 1 where index < bytes.count: bytes.remove(at: index)
            case 2 where index < bytes.count: bytes.insert(bytes[index], at: index)
            default: bytes.insert(byte, at: index)
            }
        }
        return bytes
    }
}
