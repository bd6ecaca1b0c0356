internal import PayWord

/// Steps, walks, verification and cursors.
///
/// The chains are made here by SHA-256 of whole messages, as the specification writes the step, and
/// not by the library's kernel.
func chainFixtures(_ samples: Samples) throws -> [FixtureFile] {
    [
        try chainStepFixtures(), try chainVerificationFixtures(), try chainCursorFixtures(),
    ]
}

/// A chain whose every payword is kept, by index.
struct ReferenceChain {
    let key: ChainKey
    let paywords: [Payword]

    init(key: ChainKey, tip: Payword, length: UInt32) {
        self.key = key
        var paywords = [tip]
        for index in stride(from: length, to: 0, by: -1) {
            paywords.append(Self.step(key, index, paywords[paywords.count - 1]))
        }
        self.paywords = paywords.reversed()
    }

    /// `SHA-256(key || be32(index) || payword)`.
    static func step(_ key: ChainKey, _ index: UInt32, _ payword: Payword) -> Payword {
        let big = withUnsafeBytes(of: index.bigEndian) { Array($0) }
        return Payword(storage: SHA256.digest(key.bytes, big, payword.bytes).storage)
    }
}

private func chainStepFixtures() throws -> FixtureFile {
    var cases: [FixtureCase] = []
    var random = SeededRandom(label: "chain steps")
    for (id, index) in [
        ("first", 1), ("second", 2), ("byte", 256), ("word", 65_536), ("sign", 1 << 31),
        ("last", .max),
    ] as [(String, UInt32)] {
        let (key, payword) = (ChainKey.random(using: &random), Payword.random(using: &random))
        cases.append(
            .accept(
                "chain-step-\(id)", "one step from index \(index)",
                [
                    ("op", .text("chain.walk")), ("chain_key", .hex(key.bytes)),
                    ("index", .integer(UInt64(index))), ("payword", .hex(payword.bytes)),
                    ("steps", .integer(1)),
                ],
                [
                    ("index", .integer(UInt64(index - 1))),
                    ("payword", .hex(ReferenceChain.step(key, index, payword).bytes)),
                ]))
    }
    for (id, index, steps) in [
        ("none", 5, 0), ("to-root", 5, 5), ("hundred", 1_000, 100), ("thousand", 65_536, 1_000),
    ] as [(String, UInt32, UInt32)] {
        let (key, payword) = (ChainKey.random(using: &random), Payword.random(using: &random))
        var reached = payword
        for step in 0..<steps { reached = ReferenceChain.step(key, index - step, reached) }
        cases.append(
            .accept(
                "chain-walk-\(id)", "\(steps) steps from index \(index)",
                [
                    ("op", .text("chain.walk")), ("chain_key", .hex(key.bytes)),
                    ("index", .integer(UInt64(index))), ("payword", .hex(payword.bytes)),
                    ("steps", .integer(UInt64(steps))),
                ],
                [
                    ("index", .integer(UInt64(index - steps))), ("payword", .hex(reached.bytes)),
                ]))
    }
    let (key, payword) = (ChainKey.random(using: &random), Payword.random(using: &random))
    func inputs(_ index: UInt64, _ steps: UInt64) -> [(String, FixtureValue)] {
        [
            ("op", .text("chain.walk")), ("chain_key", .hex(key.bytes)),
            ("index", .integer(index)), ("payword", .hex(payword.bytes)),
            ("steps", .integer(steps)),
        ]
    }
    cases += [
        .accept(
            "chain-walk-from-root", "no step from the root", inputs(0, 0),
            [("index", .integer(0)), ("payword", .hex(payword.bytes))]),
        .refuse(
            "chain-walk-below-root", "a step below the root", inputs(0, 1), .malformed,
            base: "chain-walk-from-root"),
        .refuse(
            "chain-walk-steps", "2^32 steps", inputs(0, 1 << 32), .malformed,
            base: "chain-walk-from-root"),
        .refuse(
            "chain-walk-index", "the index 2^32", inputs(1 << 32, 0), .indexPastEnd,
            base: "chain-walk-from-root"),
    ]
    return FixtureFile(
        subject: "chains", name: "walks",
        description: "Walks down a chain: w[i-1] = SHA-256(chain_key || be32(i) || w[i]).",
        cases: cases)
}

private func chainVerificationFixtures() throws -> FixtureFile {
    var random = SeededRandom(label: "chain verification")
    let chain = ReferenceChain(
        key: .random(using: &random), tip: .random(using: &random), length: 300)
    let stray = Payword.random(using: &random)
    func inputs(
        claimed: UInt64, _ payword: Payword, accepted: Int = 100, steps: UInt64 = 1_000,
        key: ChainKey? = nil
    ) -> [(String, FixtureValue)] {
        [
            ("op", .text("chain.pay")), ("chain_key", .hex((key ?? chain.key).bytes)),
            ("length", .integer(300)), ("accepted_index", .integer(UInt64(accepted))),
            ("accepted", .hex(chain.paywords[accepted].bytes)), ("index", .integer(claimed)),
            ("payword", .hex(payword.bytes)), ("limit", .integer(steps)),
        ]
    }
    let words = chain.paywords
    var cases: [FixtureCase] = [
        .accept(
            "chain-verify-next", "the next payword", inputs(claimed: 101, words[101]),
            [("steps", .integer(1))]),
        .accept(
            "chain-verify-jump", "fifty units at once", inputs(claimed: 150, words[150]),
            [("steps", .integer(50))]),
        .accept(
            "chain-verify-tip", "all that is left", inputs(claimed: 300, words[300]),
            [("steps", .integer(200))]),
        .accept(
            "chain-verify-root", "from the root",
            inputs(claimed: 10, words[10], accepted: 0), [("steps", .integer(10))]),
        .accept(
            "chain-verify-equal", "the accepted payword again",
            inputs(claimed: 100, words[100]), [("steps", .integer(0))]),
        .accept(
            "chain-verify-limit", "as many steps as are allowed",
            inputs(claimed: 150, words[150], steps: 50), [("steps", .integer(50))]),
    ]
    var flipped = words[150].bytes
    flipped[31] ^= 1
    cases += [
        .refuse(
            "chain-verify-stale", "an index below the accepted one; nothing is hashed",
            inputs(claimed: 99, words[99]), .staleIndex, base: "chain-verify-next"),
        .refuse(
            "chain-verify-stale-forged",
            "an index below the accepted one under a forged payword: still stale",
            inputs(claimed: 99, stray), .staleIndex, base: "chain-verify-next"),
        .refuse(
            "chain-verify-past-end", "an index above the length",
            inputs(claimed: 301, stray), .indexPastEnd, base: "chain-verify-tip"),
        .refuse(
            "chain-verify-far-past-end", "the index 2^32 - 1 of a chain of 300",
            inputs(claimed: UInt64(UInt32.max), stray), .indexPastEnd,
            base: "chain-verify-tip"),
        .refuse(
            "chain-verify-jump-too-long", "one step more than is allowed; nothing is hashed",
            inputs(claimed: 150, words[150], steps: 49), .jumpTooLong,
            base: "chain-verify-limit"),
        .refuse(
            "chain-verify-jump-forged",
            "the payword of the index below, one step further than is allowed: nothing is hashed",
            inputs(claimed: 151, words[150], steps: 50), .jumpTooLong, base: "chain-verify-limit"),
        .refuse(
            "chain-verify-forged", "a forged payword", inputs(claimed: 150, stray), .badPayword,
            base: "chain-verify-jump"),
        .refuse(
            "chain-verify-flipped", "a payword with one bit altered",
            inputs(claimed: 150, Payword(flipped) ?? .zero), .badPayword,
            base: "chain-verify-jump"),
        .refuse(
            "chain-verify-low", "the payword of the index below",
            inputs(claimed: 150, words[149]), .badPayword, base: "chain-verify-jump"),
        .refuse(
            "chain-verify-high", "the payword of the index above",
            inputs(claimed: 150, words[151]), .badPayword, base: "chain-verify-jump"),
        .refuse(
            "chain-verify-equal-forged", "another payword at the accepted index",
            inputs(claimed: 100, stray), .badPayword, base: "chain-verify-equal"),
        .refuse(
            "chain-verify-other-key", "the right payword under another chain's key",
            inputs(claimed: 150, words[150], key: .random(using: &random)), .badPayword,
            base: "chain-verify-jump"),
    ]
    cases += lastIndexCases()
    return FixtureFile(
        subject: "chains", name: "verification",
        description: """
            A claimed payword judged against the accepted one. The index is compared with the \
            length, then with the accepted index, then the steps with the limit; only then is \
            anything hashed.
            """, cases: cases)
}

/// The end of the longest chain that there can be.
private func lastIndexCases() -> [FixtureCase] {
    var random = SeededRandom(label: "the longest chain")
    let (key, tip) = (ChainKey.random(using: &random), Payword.random(using: &random))
    let below = ReferenceChain.step(key, .max, tip)
    func inputs(
        _ index: UInt64, limit: UInt64 = 1, accepted: UInt64 = UInt64(UInt32.max) - 1
    ) -> [(String, FixtureValue)] {
        [
            ("op", .text("chain.pay")), ("chain_key", .hex(key.bytes)),
            ("accepted_index", .integer(accepted)), ("accepted", .hex(below.bytes)),
            ("index", .integer(index)), ("payword", .hex(tip.bytes)),
            ("limit", .integer(limit)),
        ]
    }
    let last = UInt64(UInt32.max)
    return [
        .accept(
            "chain-verify-last", "the payword at 2^32 - 1", inputs(last),
            [("steps", .integer(1))]),
        .refuse(
            "chain-verify-beyond-last", "the index 2^32", inputs(last + 1), .indexPastEnd,
            base: "chain-verify-last"),
        .refuse(
            "chain-verify-no-steps", "one step where none is allowed", inputs(last, limit: 0),
            .jumpTooLong, base: "chain-verify-last"),
        .refuse(
            "chain-verify-far", "2^32 - 1 steps where one is allowed: nothing is hashed",
            inputs(last, accepted: 0), .jumpTooLong, base: "chain-verify-last"),
    ]
}

private func chainCursorFixtures() throws -> FixtureFile {
    var random = SeededRandom(label: "chain cursors")
    var cases = [1, 2, 3, 100, 1_024, 5_000].map { (length: UInt32) in
        let chain = ReferenceChain(
            key: .random(using: &random), tip: .random(using: &random), length: length)
        let indexes = Array(Set([0, 1, length / 3, length / 2, length - 1, length])).sorted()
        return FixtureCase.accept(
            "chain-cursor-\(length)", "a chain of \(length) revealed from its root upwards",
            [
                ("op", .text("chain.reveal")), ("chain_key", .hex(chain.key.bytes)),
                ("length", .integer(UInt64(length))),
                ("tip", .hex(chain.paywords[Int(length)].bytes)),
                ("indexes", .list(indexes.map { .integer(UInt64($0)) })),
            ],
            [("paywords", .list(indexes.map { .hex(chain.paywords[Int($0)].bytes) }))])
    }
    let (key, tip) = (ChainKey.random(using: &random), Payword.random(using: &random))
    func inputs(_ indexes: [UInt64], length: UInt64 = 16) -> [(String, FixtureValue)] {
        [
            ("op", .text("chain.reveal")), ("chain_key", .hex(key.bytes)),
            ("length", .integer(length)), ("tip", .hex(tip.bytes)),
            ("indexes", .list(indexes.map { .integer($0) })),
        ]
    }
    let words = ReferenceChain(key: key, tip: tip, length: 16).paywords
    let all = Array(0...16) as [UInt64]
    cases += [
        .accept(
            "chain-cursor-each", "every payword of a chain of 16, one after another", inputs(all),
            [("paywords", .list(words.map { .hex($0.bytes) }))]),
        .accept(
            "chain-cursor-again", "the same payword twice", inputs([5, 5, 16]),
            [("paywords", .list([words[5], words[5], words[16]].map { .hex($0.bytes) }))]),
        .refuse(
            "chain-cursor-back", "back to a payword below", inputs([5, 4, 16]), .staleIndex,
            base: "chain-cursor-again"),
        .refuse(
            "chain-cursor-past-end", "one payword beyond the chain", inputs([5, 5, 17]),
            .indexPastEnd, base: "chain-cursor-again"),
        .refuse(
            "chain-cursor-no-chain", "a chain of no paywords", inputs([5, 5, 16], length: 0),
            .malformed, base: "chain-cursor-again"),
    ]
    return FixtureFile(
        subject: "chains", name: "cursors",
        description: """
            Paywords revealed in order from the tip alone, root first. How many values are kept \
            meanwhile is the implementation's choice.
            """, cases: cases)
}
