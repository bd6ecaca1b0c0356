import DeterministicCBOR
import FixtureKit
import Testing

@Test func decodingIsTheInverseOfEncoding() throws {
    let seed = TestSeed.choose(for: "decodingIsTheInverseOfEncoding")
    var source = RandomCBOR(random: SeededRandom(seed: seed))
    for round in 0..<2_000 {
        let value = source.value()
        let encoded = value.encoded
        let decoded = try CBORValue(decoding: encoded)
        #expect(decoded == value, "seed \(seed), round \(round)")
        #expect(decoded.encoded == encoded, "seed \(seed), round \(round)")
    }
}

@Test func whatDecodesIsWhatTheEncoderWrites() {
    let seed = TestSeed.choose(for: "whatDecodesIsWhatTheEncoderWrites")
    var source = RandomCBOR(random: SeededRandom(seed: seed))
    var accepted = 0
    for round in 0..<20_000 {
        let bytes =
            round.isMultiple(of: 4)
            ? source.random.bytes(round % 12) : source.mutated(source.value(depth: 4).encoded)
        guard let value = try? CBORValue(decoding: bytes, tag: .optional) else { continue }
        accepted += 1
        if value.encoded != bytes { Issue.record("seed \(seed), round \(round): \(bytes)") }
    }
    // Otherwise the property says nothing.
    #expect(accepted > 500)
}

@Test func everyInputOfTwoBytesIsRefusedOrWrittenBackAlike() {
    for first in UInt8.min ... .max {
        for second in UInt8.min ... .max {
            let bytes = [first, second]
            guard let value = try? CBORValue(decoding: bytes, tag: .optional) else { continue }
            if value.encoded != bytes { Issue.record("\(bytes)") }
        }
    }
}

@Test func everyPrefixOfAnItemEndsTooSoon() throws {
    let seed = TestSeed.choose(for: "everyPrefixOfAnItemEndsTooSoon")
    var source = RandomCBOR(random: SeededRandom(seed: seed))
    for _ in 0..<200 {
        let encoded = source.value(depth: 4).encoded
        for length in 0..<encoded.count {
            let error = #expect(throws: CBORFault.self) {
                try CBORDecoder(encoded[..<length])
            }
            if error?.code != .endOfInput, error?.code != .invalidText {
                Issue.record("seed \(seed): \(encoded[..<length])")
            }
        }
    }
}

@Test func skippingAnItemGivesItsEncoding() throws {
    let seed = TestSeed.choose(for: "skippingAnItemGivesItsEncoding")
    var source = RandomCBOR(random: SeededRandom(seed: seed))
    for _ in 0..<500 {
        let first = source.value(depth: 3)
        let second = source.value(depth: 3)
        var decoder = try CBORDecoder(CBORValue.array([first, second]).encoded)
        _ = try decoder.readArray()
        #expect(Array(try decoder.skipItem()) == first.encoded)
        #expect(Array(try decoder.skipItem()) == second.encoded)
        #expect(decoder.isAtEnd)
    }
}
