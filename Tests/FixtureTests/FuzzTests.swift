import DeterministicCBOR
import FixtureKit
import PayWord
import PeerProtocol
import Testing

/// Changes to bytes and to trees, from a seed.
private struct Mutator {
    var random: SeededRandom

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    /// One to four bytes altered, removed, repeated or put in.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...number(0..<4) {
            let index = number(0..<bytes.count + 1)
            let byte = UInt8.random(in: .min ... .max, using: &random)
            switch number(0..<4) {
            case 0 where index < bytes.count: bytes[index] = byte
            case 1 where index < bytes.count: bytes.remove(at: index)
            case 2 where index < bytes.count: bytes.insert(bytes[index], at: index)
            default: bytes.insert(byte, at: index)
            }
        }
        return bytes
    }

    /// One leaf or branch replaced by something else.
    mutating func mutated(_ value: CBORValue) -> CBORValue {
        switch value {
        case .array(var items) where !items.isEmpty && number(0..<4) > 0:
            let index = number(0..<items.count)
            switch number(0..<6) {
            case 0: items.remove(at: index)
            case 1: items.insert(items[index], at: index)
            default: items[index] = mutated(items[index])
            }
            return .array(items)
        case .map(var pairs) where !pairs.isEmpty && number(0..<8) > 0:
            let keys = pairs.keys.sorted()
            let key = keys[number(0..<keys.count)]
            switch number(0..<6) {
            case 0: pairs[key] = nil
            case 1: pairs[CBORKey(number(-3..<20))] = replacement()
            default: pairs[key] = pairs[key].map { mutated($0) }
            }
            return .map(pairs)
        default: return number(0..<2) == 0 ? value.altered : replacement()
        }
    }

    private mutating func replacement() -> CBORValue {
        let edges: [UInt64] = [0, 1, 7, 8, 255, 65_536, 1 << 32, 1 << 63, .max]
        switch number(0..<7) {
        case 0, 1: return .unsigned(edges[number(0..<edges.count)])
        case 2: return .negative(argument: edges[number(0..<edges.count)])
        case 3: return .bytes(random.bytes([0, 15, 16, 31, 32, 64, 600][number(0..<7)]))
        case 4: return .text(String(repeating: "é", count: number(0..<40)))
        case 5: return .array((0..<number(0..<20)).map { _ in .unsigned(1) })
        default: return .null
        }
    }
}

/// Signed again after each change, so that what is reached are the fields' own checks: whatever they
/// let pass is written back as it was read.
@Test func changedObjectsAreRefusedOrReadExactly() throws {
    let seed = TestSeed.choose(for: "changedObjectsAreRefusedOrReadExactly")
    var mutator = Mutator(random: SeededRandom(seed: seed))
    let samples = try Samples().objects
    var accepted = 0
    for round in 0..<6_000 {
        let sample = samples[round % samples.count]
        var raw = try RawObject(sample.encoded)
        guard case .map(let fields) = mutator.mutated(.map(raw.fields)) else { continue }
        raw.fields = fields
        try raw.sign(by: sample.signer)
        guard let read = try? sample.verify(raw.encoded) else { continue }
        accepted += 1
        let known = CBORValue.map(fields.filter { !$0.key.isNegative })
        if read.encoded != known.encoded {
            Issue.record("seed \(seed), round \(round), \(sample.name): \(fields)")
        }
    }
    #expect(accepted > 500)
}

@Test func changedBytesOfObjectsAreRefused() throws {
    let seed = TestSeed.choose(for: "changedBytesOfObjectsAreRefused")
    var mutator = Mutator(random: SeededRandom(seed: seed))
    let samples = try Samples().objects
    for round in 0..<6_000 {
        let sample = samples[round % samples.count]
        let bytes = mutator.mutated(sample.encoded)
        guard bytes != sample.encoded else { continue }
        if (try? sample.verify(bytes)) != nil {
            Issue.record("seed \(seed), round \(round), \(sample.name): \(bytes.hex)")
        }
    }
}

@Test func changedMessagesAreRefusedOrWrittenBackAlike() throws {
    let seed = TestSeed.choose(for: "changedMessagesAreRefusedOrWrittenBackAlike")
    var mutator = Mutator(random: SeededRandom(seed: seed))
    let messages = try Samples().messages.map(\.message.encoded)
    var accepted = 0
    for round in 0..<10_000 {
        let base = messages[round % messages.count]
        let bytes =
            round.isMultiple(of: 2)
            ? mutator.mutated(base) : mutator.mutated(try CBORValue(decoding: base)).encoded
        guard let message = try? PeerMessage(decoding: bytes) else { continue }
        accepted += 1
        if message.encoded != bytes {
            Issue.record("seed \(seed), round \(round): \(bytes.hex)")
        }
    }
    #expect(accepted > 500)
}

@Test func changedAnswersAreRefusedOrWrittenBackAlike() throws {
    let seed = TestSeed.choose(for: "changedAnswersAreRefusedOrWrittenBackAlike")
    var mutator = Mutator(random: SeededRandom(seed: seed))
    let samples = try Samples()
    let answer = try samples.settlementAnswer
    let redemption = try samples.redemption.object
    let leaves = try samples.outcomes.map(\.encoded)
    for round in 0..<3_000 {
        let bytes = mutator.mutated(answer.encoded)
        if bytes != answer.encoded, let changed = try? SettlementAnswer(decoding: bytes) {
            #expect(changed.encoded == bytes)
            // A certificate that is changed, or left out, or a leaf: nothing verifies any more.
            #expect(throws: Refusal.self, "seed \(seed), round \(round): \(bytes.hex)") {
                try changed.verified(for: redemption)
            }
        }
        let leaf = mutator.mutated(leaves[round % leaves.count])
        if let outcome = try? ClaimOutcome(decoding: leaf[...]) {
            #expect(outcome.encoded == leaf, "seed \(seed), round \(round)")
        }
    }
}

/// However a stream is chopped, changed or cut, a session answers, waits or ends, and never traps.
@Test func aSessionOutlivesWhateverItIsSent() throws {
    let seed = TestSeed.choose(for: "aSessionOutlivesWhateverItIsSent")
    var mutator = Mutator(random: SeededRandom(seed: seed))
    let samples = try Samples()
    let frames = try samples.messages.map { name, message in
        var encoder = FrameEncoder()
        try encoder.write(message)
        return encoder.bytes
    }
    for _ in 0..<600 {
        var session = MerchantSession(
            key: samples.parties.merchant, nonce: samples.merchantNonce, certificate: nil,
            now: Samples.now)
        var stream = frames[0]
        for _ in 0..<mutator.number(1..<5) {
            let frame = frames[mutator.number(0..<frames.count)]
            stream += mutator.number(0..<2) == 0 ? frame : mutator.mutated(frame)
        }
        while !stream.isEmpty, !session.isEnded {
            let count = min(stream.count, mutator.number(1..<400))
            _ = session.receive(stream[..<count], now: Samples.now)
            stream.removeFirst(count)
        }
        let last = session.advance(to: Samples.now.adding(100_000))
        #expect(session.isEnded || session.unansweredFrames > 0, "seed \(seed): \(last)")
    }
}
