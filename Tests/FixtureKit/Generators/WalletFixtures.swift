internal import DeterministicCBOR
internal import PayWord

/// What a wallet decides: which chains to advance, and what it finds again with its secret alone.
func walletFixtures(_ samples: Samples) throws -> [FixtureFile] {
    [chooseFixtures(), try restoreFixtures(samples)]
}

/// denomination, length, revealed
private typealias Chain = (UInt64, UInt32, UInt32)

private let page: [Chain] = [(1, 100, 0), (25, 40, 0), (1_000, 2, 0)]
private let most = UInt64(Int64.max)

private func chooseFixtures() -> FixtureFile {
    func inputs(_ chains: [Chain], _ credit: UInt64, _ amount: UInt64)
        -> [(String, FixtureValue)]
    {
        [
            ("op", .text("wallet.choose")),
            (
                "chains",
                .list(
                    chains.map { denomination, length, revealed in
                        SessionScript.object([
                            ("denomination", .decimal(denomination)),
                            ("length", .integer(UInt64(length))),
                            ("revealed", .integer(UInt64(revealed))),
                        ])
                    })
            ), ("credit", .decimal(credit)), ("amount", .decimal(amount)),
        ]
    }
    func accept(
        _ id: String, _ about: String, _ chains: [Chain], credit: UInt64 = 0, _ amount: UInt64,
        _ indexes: [UInt64], worth: UInt64, excess: UInt64 = 0, steps: UInt64
    ) -> FixtureCase {
        .accept(
            "choose-\(id)", about, inputs(chains, credit, amount),
            [
                ("indexes", .list(indexes.map { .integer($0) })), ("worth", .decimal(worth)),
                ("excess", .decimal(excess)), ("steps", .integer(steps)),
            ])
    }
    func refuse(
        _ id: String, _ about: String, _ chains: [Chain], _ amount: UInt64, _ reason: Reason,
        base: String
    ) -> FixtureCase {
        .refuse(
            "choose-\(id)", about, inputs(chains, 0, amount), reason, base: "choose-\(base)")
    }
    let one: [Chain] = [(25, 40, 0)]
    return FixtureFile(
        subject: "wallet", name: "choices",
        description: """
            Which chains to advance for an amount: credit first, then the least excess, then the \
            fewest steps, then the larger denominations, lower ordinals first.
            """,
        cases: [
            accept("small", "three of the smallest", page, 3, [3, 0, 0], worth: 3, steps: 3),
            accept(
                "mixed", "one chain of each kind", page, 1_030, [5, 1, 1], worth: 1_030, steps: 7),
            accept(
                "onward", "from where the chains stand",
                [(1, 100, 10), (25, 40, 5), (1_000, 2, 1)],
                1_026, [11, 6, 2], worth: 1_026, steps: 3),
            accept("nothing", "an amount of nothing", page, 0, [0, 0, 0], worth: 0, steps: 0),
            accept(
                "credit", "the credit is enough", page, credit: 30, 25, [0, 0, 0], worth: 0,
                excess: 5, steps: 0),
            accept(
                "part-credit", "the credit is not enough", page, credit: 20, 45, [0, 1, 0],
                worth: 25, steps: 1),
            accept(
                "excess", "no set makes it exactly: the rest stays as credit", one, 30, [2],
                worth: 50, excess: 20, steps: 2),
            accept(
                "least-excess", "12 of 7 and 5 comes nearer to 11 than 14 or 15",
                [(7, 10, 0), (5, 10, 0)], 11, [1, 1], worth: 12, excess: 1, steps: 2),
            accept(
                "fewest-steps", "two steps of 3 rather than three of 2", [(2, 10, 0), (3, 10, 0)],
                6, [0, 2], worth: 6, steps: 2),
            accept(
                "larger-first", "3 and 1 rather than 2 and 2",
                [(1, 10, 0), (2, 10, 0), (3, 10, 0)],
                4, [1, 0, 1], worth: 4, steps: 2),
            accept(
                "exact-over-short", "three exact steps rather than two with an excess",
                [(1, 10, 0), (4, 10, 0)], 6, [2, 1], worth: 6, steps: 3),
            accept(
                "lower-ordinal", "of two alike chains the lower", [(5, 10, 0), (5, 10, 0)], 5,
                [1, 0], worth: 5, steps: 1),
            accept(
                "used-up", "a chain that is used up is passed over", [(1, 10, 0), (5, 10, 10)], 5,
                [5, 10], worth: 5, steps: 5),
            accept(
                "all", "all that is left", page, 3_100, [100, 40, 2], worth: 3_100, steps: 142),
            accept(
                "largest", "a denomination of 2^63 - 1", [(most, 1, 0)], most, [1], worth: most,
                steps: 1),
            accept(
                "largest-excess", "one unit of a payword of 2^63 - 1", [(most, 1, 0)], 1, [1],
                worth: most, excess: most - 1, steps: 1),
            refuse(
                "too-much", "one unit more than is left", page, 3_101, .insufficientFunds,
                base: "all"),
            refuse("overflow", "an amount of 2^63", page, most + 1, .amountOverflow, base: "all"),
            refuse(
                "left-overflows", "chains that are worth 2^63 together",
                [(most, 1, 0), (1, 1, 0)], most, .amountOverflow, base: "largest"),
            refuse(
                "no-denomination", "a denomination of 0", [(0, 40, 0)], 30, .malformed,
                base: "excess"),
            refuse(
                "no-length", "a chain of no paywords", [(25, 0, 0)], 30, .malformed, base: "excess"),
            refuse(
                "past-end", "a chain revealed beyond its end", [(25, 40, 41)], 30, .indexPastEnd,
                base: "excess"),
            refuse("no-chain", "no chain", [], 30, .malformed, base: "excess"),
            refuse(
                "nine-chains", "nine chains", (0..<9).map { _ in (25, 40, 0) }, 30, .tooLarge,
                base: "excess"),
        ])
}
