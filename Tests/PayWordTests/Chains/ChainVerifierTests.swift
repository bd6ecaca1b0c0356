import FixtureKit
import PayWord
import Testing

/// A chain of 1,000 of which 100 paywords were accepted.
private struct Accepted {
    let key: ChainKey
    let tip: ChainPosition
    var verifier: ChainVerifier

    init() {
        var random = SeededRandom(seed: 11)
        key = ChainKey.random(using: &random)
        tip = ChainPosition(index: ChainIndex(1_000), payword: Payword.random(using: &random))
        verifier = ChainVerifier(
            key: key, length: tip.index, accepted: key.walk(from: tip, steps: 900))
    }

    func position(_ index: UInt32) -> ChainPosition {
        key.walk(from: tip, steps: 1_000 - index)
    }
}

@Test func aPaywordThatLeadsToTheAcceptedOneIsAccepted() throws {
    var chain = Accepted()
    #expect(try chain.verifier.check(chain.position(101), stepsMaximum: 1) == 1)
    #expect(try chain.verifier.check(chain.position(1_000), stepsMaximum: 900) == 900)
    #expect(try chain.verifier.check(chain.position(100), stepsMaximum: 0) == 0)
    // Checking changes nothing.
    #expect(chain.verifier.accepted.index.value == 100)
    chain.verifier.accept(chain.position(400))
    #expect(chain.verifier.accepted.index.value == 400)
    #expect(throws: Refusal(.staleIndex)) {
        try chain.verifier.check(chain.position(399), stepsMaximum: 1_000)
    }
}

@Test func threat02ALowerIndexIsStaleIndexWithNothingHashed() {
    let chain = Accepted()
    for index: UInt32 in [0, 1, 99] {
        // With no steps allowed nothing can be hashed, whatever the payword says.
        for payword in [chain.position(index).payword, .zero] {
            let claimed = ChainPosition(index: ChainIndex(index), payword: payword)
            #expect(throws: Refusal(.staleIndex)) {
                try chain.verifier.check(claimed, stepsMaximum: 0)
            }
        }
    }
}

@Test func threat03AForgedPaywordIsBadPayword() {
    let chain = Accepted()
    let right = chain.position(150)
    var random = SeededRandom(seed: 12)
    for payword in [.zero, Payword.random(using: &random), chain.position(151).payword] {
        #expect(throws: Refusal(.badPayword)) {
            try chain.verifier.check(
                ChainPosition(index: right.index, payword: payword), stepsMaximum: 1_000)
        }
    }
    // A right payword at a wrong index, above and below its own.
    for index: UInt32 in [101, 149, 151, 1_000] {
        #expect(throws: Refusal(.badPayword)) {
            try chain.verifier.check(
                ChainPosition(index: ChainIndex(index), payword: right.payword),
                stepsMaximum: 1_000)
        }
    }
    // Another payword at the accepted index.
    #expect(throws: Refusal(.badPayword)) {
        try chain.verifier.check(
            ChainPosition(index: ChainIndex(100), payword: right.payword), stepsMaximum: 0)
    }
}

@Test func threat04ALongJumpIsJumpTooLongWithNothingHashed() {
    var random = SeededRandom(seed: 13)
    // To walk 2^31 steps would take minutes, so that this ends shows that nothing was hashed.
    let verifier = ChainVerifier(
        key: ChainKey.random(using: &random), length: ChainIndex(.max),
        accepted: ChainPosition(index: .zero, payword: Payword.random(using: &random)))
    for index: UInt32 in [65_537, 1 << 31, .max] {
        #expect(throws: Refusal(.jumpTooLong)) {
            try verifier.check(
                ChainPosition(index: ChainIndex(index), payword: .zero), stepsMaximum: 65_536)
        }
    }
    let chain = Accepted()
    #expect(throws: Refusal(.jumpTooLong)) {
        try chain.verifier.check(chain.position(111), stepsMaximum: 10)
    }
    #expect(throws: Never.self) {
        try chain.verifier.check(chain.position(110), stepsMaximum: 10)
    }
}

@Test func anIndexAboveTheLengthIsIndexPastEndWithNothingHashed() {
    let chain = Accepted()
    for index: UInt32 in [1_001, .max] {
        #expect(throws: Refusal(.indexPastEnd)) {
            try chain.verifier.check(
                ChainPosition(index: ChainIndex(index), payword: .zero), stepsMaximum: 0)
        }
    }
}

@Test func refusalsOfPaywordsDoNotShowThem() {
    let chain = Accepted()
    let secret = chain.position(151).payword
    let error = #expect(throws: Refusal.self) {
        try chain.verifier.check(
            ChainPosition(index: ChainIndex(150), payword: secret), stepsMaximum: 1_000)
    }
    #expect(error?.description.contains(secret.hex) == false)
}
