import FixtureKit
import PayWord
import Testing

@Test func amountsPrintWithAllOfTheirPlaces() throws {
    let euro = try Asset(code: "EUR", scale: 6)
    let yen = try Asset(code: "JPY", scale: 0)
    let ether = try Asset(code: "ETH", scale: 18)
    #expect(euro.text(.zero) == "0.000000")
    #expect(euro.text(try Amount(units: 1)) == "0.000001")
    #expect(euro.text(try Amount(units: 1_250_000)) == "1.250000")
    #expect(euro.text(.maximum) == "9223372036854.775807")
    #expect(yen.text(.maximum) == "9223372036854775807")
    #expect(ether.text(.maximum) == "9.223372036854775807")
    #expect(euro.description == "EUR/6")
}

@Test func decimalsReadExactlyOrNotAtAll() throws {
    let euro = try Asset(code: "EUR", scale: 6)
    for (text, units) in [
        ("0", 0), ("12", 12_000_000), ("0.5", 500_000), (".25", 250_000), ("0.000001", 1),
        ("0000000000000000000000001", 1_000_000), ("9223372036854.775807", Int64.max),
    ] as [(String, Int64)] {
        #expect(try euro.amount(text).signed == units, "\(text)")
    }
    for text in [
        "", ".", "1.", "-1", "+1", "1,5", "1.2.3", " 1", "1 ", "1e3", "0x10", "0.0000001", "١",
        "1.-5", "1.+5", "NaN",
    ] {
        #expect(throws: Refusal(.malformed), "\(text)") { try euro.amount(text) }
    }
    for text in [
        "9223372036854.775808", "18446744073709.551615", "18446744073709.551616",
        "99999999999999999999999999",
    ] {
        #expect(throws: Refusal(.amountOverflow), "\(text)") { try euro.amount(text) }
    }
    let yen = try Asset(code: "JPY", scale: 0)
    #expect(throws: Refusal(.malformed)) { try yen.amount("1.0") }
}

@Test func printingAndReadingAmountsAreInverse() throws {
    let seed = TestSeed.choose(for: "printingAndReadingAmountsAreInverse")
    var random = SeededRandom(seed: seed)
    for scale in 0...Asset.scaleMaximum {
        let asset = try Asset(code: "TEST", scale: scale)
        for shift in UInt64(1)...63 {
            let amount = try Amount(units: random.next() >> shift)
            #expect(try asset.amount(asset.text(amount)) == amount, "seed \(seed)")
        }
    }
}

@Test func anAssetHasAPlainCodeAndABoundedScale() throws {
    #expect(try Asset(code: "ABC", scale: 18).scale == 18)
    #expect(try Asset(code: "ABCDEFGHIJKL", scale: 0).code.count == 12)
    for code in ["", "AB", "ABCDEFGHIJKLM", "A B", "ABÉ", "AB\n", "AB\u{7f}", "AB\u{0}"] {
        #expect(throws: Refusal(.malformed), "\(code)") { try Asset(code: code, scale: 2) }
    }
    #expect(throws: Refusal(.malformed)) { try Asset(code: "ABC", scale: 19) }
}

@Test func timesDoNotWrap() {
    #expect(Timestamp(.max).adding(1) == Timestamp(.max))
    #expect(Timestamp(5).subtracting(6) == Timestamp(0))
    #expect(Timestamp(5).since(Timestamp(9)) == 0)
    #expect(Timestamp(9).since(Timestamp(5)) == 4)
    #expect(Timestamp.clockDifferenceMaximum == 300)
}

@Test func ordinalsGoFrom0To7() {
    #expect(Ordinal(7)?.position == 7)
    #expect(Ordinal(8) == nil)
    #expect(Ordinal(.max) == nil)
    #expect(Ordinal.all(count: 3).map(\.value) == [0, 1, 2])
    #expect(Ordinal.all(count: 99).count == 8)
    #expect(Ordinal.all(count: -1).isEmpty)
}
