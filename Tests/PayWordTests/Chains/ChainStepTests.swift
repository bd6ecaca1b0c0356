import FixtureKit
import PayWord
import Testing

/// The step as the specification writes it, by OpenSSL's SHA-256 of the whole message.
private func step(_ key: ChainKey, _ index: UInt32, _ payword: Payword) -> Payword {
    let digest = SHA256.digest(
        key.bytes, withUnsafeBytes(of: index.bigEndian) { Array($0) }, payword.bytes)
    return Payword(storage: digest.storage)
}

@Test func aStepIsSHA256OfKeyIndexAndPayword() {
    let seed = TestSeed.choose(for: "aStepIsSHA256OfKeyIndexAndPayword")
    var random = SeededRandom(seed: seed)
    let edges: [UInt32] = [1, 2, 255, 256, 65_535, 65_536, 1 << 24, 1 << 31, .max - 1, .max]
    for round in 0..<2_000 {
        let index =
            round < edges.count ? edges[round] : UInt32.random(in: 1 ... .max, using: &random)
        let key = ChainKey.random(using: &random)
        let from = ChainPosition(
            index: ChainIndex(index), payword: Payword.random(using: &random))
        let below = key.walk(from: from, steps: 1)
        #expect(below.index.value == index - 1)
        #expect(below.payword == step(key, index, from.payword), "seed \(seed), index \(index)")
    }
}

@Test func walksAreStepsOneAfterAnother() {
    let seed = TestSeed.choose(for: "walksAreStepsOneAfterAnother")
    var random = SeededRandom(seed: seed)
    let key = ChainKey.random(using: &random)
    let tip = ChainPosition(index: ChainIndex(500), payword: Payword.random(using: &random))
    var expected = [tip.payword]
    for index in stride(from: UInt32(500), to: 0, by: -1) {
        expected.append(step(key, index, expected[expected.count - 1]))
    }
    for steps in UInt32(0)...500 {
        let reached = key.walk(from: tip, steps: steps)
        #expect(reached.index.value == 500 - steps)
        #expect(reached.payword == expected[Int(steps)], "seed \(seed), \(steps) steps")
    }
}

@Test func walksCompose() {
    let seed = TestSeed.choose(for: "walksCompose")
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
        let key = ChainKey.random(using: &random)
        let index = UInt32.random(in: 1...1_000, using: &random)
        let from = ChainPosition(
            index: ChainIndex(index), payword: Payword.random(using: &random))
        let steps = UInt32.random(in: 0...index, using: &random)
        let middle = key.walk(from: from, steps: UInt32.random(in: 0...steps, using: &random))
        let rest = steps - from.index.steps(downTo: middle.index)
        #expect(
            key.walk(from: middle, steps: rest) == key.walk(from: from, steps: steps),
            "seed \(seed)")
    }
}

@Test func aWalkEndsAtTheRoot() {
    let from = ChainPosition(index: ChainIndex(3), payword: .zero)
    let root = ChainKey.zero.walk(from: from, steps: 3)
    #expect(root.index == .zero)
    #expect(ChainKey.zero.walk(from: from, steps: .max) == root)
    #expect(ChainKey.zero.walk(from: root, steps: 1) == root)
    #expect(ChainKey.zero.walk(from: from, steps: 0) == from)
    #expect(ChainKey.zero.payword(at: ChainIndex(4), from: from) == nil)
    #expect(ChainKey.zero.payword(at: ChainIndex(3), from: from) == .zero)
    #expect(ChainKey.zero.payword(at: .zero, from: from) == root.payword)
}

@Test func aChainsKeyIsTheFirst16BytesOfItsDigest() {
    var random = SeededRandom(seed: 5)
    let context = ChainContext.random(using: &random)
    for ordinal in Ordinal.all(count: 8) {
        let digest = SHA256.digest(
            Array("tollchain/1 chain".utf8) + context.bytes + [ordinal.value])
        #expect(
            ChainKey(context: context, ordinal: ordinal).bytes == Array(digest.bytes.prefix(16)))
    }
}

/// The same secret, nonce and figures, made out to two merchants: no payword of one is of any use at
/// the other.
@Test func threat06AChainIsOfNoUseInAnotherCommitment() throws {
    let samples = try Samples()
    let first = samples.commitment.payload
    let parties = samples.parties
    func commitment(to merchant: PublicKey, ordinals: [Int]) throws -> Verified<Commitment> {
        try parties.payer.sign(
            Commitment(
                nonce: first.nonce, payer: first.payer, merchant: merchant,
                broker: first.broker, asset: first.asset,
                chains: ordinals.map { first.chains[$0] }, issuedAt: first.issuedAt,
                expiresAt: first.expiresAt, redeemBy: first.redeemBy,
                termsDigest: first.termsDigest))
    }
    // The payer copies the roots of the one commitment into another.
    let copies = [
        try commitment(to: parties.otherMerchant.publicKey, ordinals: [0, 1, 2]),
        try commitment(to: first.merchant, ordinals: [1, 0, 2]),
    ]
    let claim = try samples.payword(0, 700)
    let own = samples.commitment.object.chainVerifiers[0]
    #expect(try own.check(claim.position, stepsMaximum: 1_000) == 700)
    for copy in copies {
        for verifier in copy.object.chainVerifiers {
            #expect(verifier.key != own.key)
            #expect(throws: Refusal.self) {
                try verifier.check(claim.position, stepsMaximum: 1_000)
            }
        }
    }
    let other = copies[0].object.chainVerifiers[0]
    #expect(other.accepted == own.accepted)
    #expect(throws: Refusal(.badPayword)) {
        try other.check(claim.position, stepsMaximum: 1_000)
    }
}
