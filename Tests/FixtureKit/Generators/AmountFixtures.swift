internal import PayWord

/// Text, sums, products, fees.
func amountFixtures() throws -> [FixtureFile] {
    [amountTextFixtures(), amountArithmeticFixtures(), feeFixtures()]
}

private func assetInputs(_ code: String, _ scale: UInt64) -> [(String, FixtureValue)] {
    [("asset", .list([.text(code), .integer(scale)]))]
}

private func amountTextFixtures() -> FixtureFile {
    func text(_ text: String, _ scale: UInt64 = 6) -> [(String, FixtureValue)] {
        [("op", .text("amount.parse"))] + assetInputs("EUR", scale) + [("text", .text(text))]
    }
    let accepted: [(String, String, UInt64, UInt64, String)] = [
        ("zero", "0", 6, 0, "0.000000"), ("whole", "12", 6, 12_000_000, "12.000000"),
        ("part", "0.5", 6, 500_000, "0.500000"), ("no-whole", ".25", 6, 250_000, "0.250000"),
        ("least", "0.000001", 6, 1, "0.000001"),
        ("leading-zeros", "0000000000000000000000007", 0, 7, "7"),
        ("largest", "9223372036854.775807", 6, UInt64(Int64.max), "9223372036854.775807"),
        ("scale-18", "9.223372036854775807", 18, UInt64(Int64.max), "9.223372036854775807"),
    ]
    let refused: [(String, String, UInt64, Reason, String, String)] = [
        ("empty", "", 6, .malformed, "whole", "no digit"),
        ("point", ".", 6, .malformed, "no-whole", "a point alone"),
        ("no-places", "12.", 6, .malformed, "whole", "a point with nothing after it"),
        ("negative", "-12", 6, .malformed, "whole", "a sign"),
        ("positive", "+12", 6, .malformed, "whole", "a plus sign"),
        ("comma", "0,5", 6, .malformed, "part", "a comma"),
        ("space", " 12", 6, .malformed, "whole", "a space"),
        ("exponent", "12e0", 6, .malformed, "whole", "an exponent"),
        ("two-points", "0.5.0", 6, .malformed, "part", "two points"),
        ("too-many-places", "0.0000001", 6, .malformed, "least", "more places than the asset has"),
        ("not-ascii", "١٢", 6, .malformed, "whole", "digits other than ASCII"),
        (
            "one-too-many", "9223372036854.775808", 6, .amountOverflow, "largest",
            "2^63 smallest units"
        ),
        (
            "too-many", "99999999999999999999", 6, .amountOverflow, "largest",
            "more than 64 bits hold"
        ),
    ]
    let codes: [(String, String, UInt64, String)] = [
        ("code-too-short", "EU", 6, "a code of two characters"),
        ("code-too-long", "EUROEUROEUROE", 6, "a code of thirteen characters"),
        ("code-with-space", "EU R", 6, "a space in the code"),
        ("code-not-ascii", "EÜR", 6, "a letter other than ASCII in the code"),
        ("scale-too-large", "EUR", 19, "a scale above 18"),
    ]
    return FixtureFile(
        subject: "amounts", name: "text",
        description: "Decimal text of an asset to units, exactly, and back with all places.",
        cases: accepted.map { id, input, scale, units, printed in
            .accept(
                "amount-text-\(id)", "‘\(input)’ at scale \(scale)", text(input, scale),
                [("units", .decimal(units)), ("text", .text(printed))])
        }
            + refused.map { id, input, scale, reason, base, about in
                .refuse(
                    "amount-text-\(id)", about, text(input, scale), reason,
                    base: "amount-text-\(base)")
            }
            + codes.map { id, code, scale, about in
                .refuse(
                    "amount-asset-\(id)", about,
                    [("op", .text("amount.parse"))] + assetInputs(code, scale) + [
                        ("text", .text("12"))
                    ], .malformed, base: "amount-text-whole")
            })
}

private func amountArithmeticFixtures() -> FixtureFile {
    let most = UInt64(Int64.max)
    let accepted: [(String, String, UInt64, UInt64, UInt64)] = [
        ("add", "add", 250, 750, 1_000), ("add-most", "add", most - 1, 1, most),
        ("add-nothing", "add", most, 0, most), ("subtract", "subtract", 1_000, 250, 750),
        ("subtract-all", "subtract", 7, 7, 0),
        ("multiply", "multiply", 250, 3, 750), ("multiply-zero", "multiply", most, 0, 0),
        ("multiply-one", "multiply", (1 << 62) + 1, 1, (1 << 62) + 1),
        ("multiply-large", "multiply", 1 << 32, (1 << 31) - 1, (1 << 63) - (1 << 32)),
        ("multiply-most", "multiply", 1 << 31, (1 << 32) - 1, (1 << 31) * ((1 << 32) - 1)),
    ]
    let refused: [(String, String, UInt64, UInt64, Reason, String, String)] = [
        ("add-over", "add", most, 1, .amountOverflow, "add-most", "a sum of 2^63"),
        (
            "add-far-over", "add", most, most, .amountOverflow, "add-nothing",
            "a sum of 2^64 - 2, which 64 bits hold"
        ),
        (
            "add-no-amount", "add", most + 1, 1, .amountOverflow, "add-most",
            "a first amount of 2^63"
        ),
        ("add-largest", "add", .max, 1, .amountOverflow, "add-most", "a first amount of 2^64 - 1"),
        (
            "subtract-over", "subtract", 7, 8, .insufficientFunds, "subtract-all",
            "one more taken than there is"
        ),
        (
            "multiply-over", "multiply", 1 << 31, 1 << 32, .amountOverflow, "multiply-most",
            "a product of 2^63"
        ),
        (
            "multiply-wrap", "multiply", 1 << 32, 1 << 32, .amountOverflow, "multiply-large",
            "a product of 2^64, which 64 bits show as 0"
        ),
        (
            "multiply-wrap-small", "multiply", (1 << 62) + 1, 4, .amountOverflow, "multiply-one",
            "a product of 2^64 + 4, which 64 bits show as 4"
        ),
        (
            "multiply-largest", "multiply", most, .max, .amountOverflow, "multiply-zero",
            "the largest amount times 2^64 - 1"
        ),
    ]
    func inputs(_ operation: String, _ left: UInt64, _ right: UInt64)
        -> [(String, FixtureValue)]
    {
        [
            ("op", .text("amount.\(operation)")), ("left", .decimal(left)),
            ("right", .decimal(right)),
        ]
    }
    return FixtureFile(
        subject: "amounts", name: "arithmetic",
        description: """
            Sums, differences and products of amounts, which go from 0 to 2^63 - 1; `right` of a \
            product is a factor. Nothing wraps and nothing traps.
            """,
        cases: accepted.map { id, operation, left, right, result in
            .accept(
                "amount-\(id)", "\(operation) \(left) and \(right)",
                inputs(operation, left, right), [("units", .decimal(result))])
        }
            + refused.map { id, operation, left, right, reason, base, about in
                .refuse(
                    "amount-\(id)", about, inputs(operation, left, right), reason,
                    base: "amount-\(base)")
            })
}

private func feeFixtures() -> FixtureFile {
    let most = UInt64(Int64.max)
    let accepted: [(String, UInt64, UInt64, UInt64, UInt64, String)] = [
        ("none", 0, 0, 1_000, 0, "no fee"), ("share", 50, 0, 10_000, 50, "half a percent"),
        ("rounded-down", 50, 0, 399, 1, "1.995, rounded down"),
        ("below-one", 50, 0, 199, 0, "0.995, rounded down"),
        ("fixed", 0, 200, 1_000, 200, "a fixed amount"),
        ("both", 50, 200, 1_000, 205, "a share and a fixed amount"),
        ("at-most-gross", 50, 200, 100, 100, "never more than the gross"),
        ("of-nothing", 50, 200, 0, 0, "of nothing, nothing"),
        ("whole", 10_000, 0, 12_345, 12_345, "all of it"),
        ("largest", 9_999, 0, most, 9_222_449_699_651_090_329, "the largest gross, in 128 bits"),
        ("sum-overflow", 10_000, most, most, most, "share and fixed amount overflow together"),
    ]
    func inputs(_ share: UInt64, _ fixed: UInt64, _ gross: UInt64)
        -> [(String, FixtureValue)]
    {
        [
            ("op", .text("amount.fee")), ("basis_points", .integer(share)),
            ("fixed", .decimal(fixed)), ("gross", .decimal(gross)),
        ]
    }
    return FixtureFile(
        subject: "amounts", name: "fees",
        description: """
            min(gross, floor(gross × basis points / 10,000) + fixed): computed once a settlement.
            """,
        cases: accepted.map { id, share, fixed, gross, fee, about in
            .accept("fee-\(id)", about, inputs(share, fixed, gross), [("units", .decimal(fee))])
        } + [
            .refuse(
                "fee-above-whole", "a share above 10,000 basis points",
                inputs(10_001, 0, 12_345), .malformed, base: "fee-whole"),
            .refuse(
                "fee-fixed-overflow", "a fixed amount of 2^63", inputs(0, most + 1, 1_000),
                .amountOverflow, base: "fee-fixed"),
            .refuse(
                "fee-gross-overflow", "a gross of 2^63", inputs(50, 0, most + 1),
                .amountOverflow, base: "fee-share"),
        ])
}
