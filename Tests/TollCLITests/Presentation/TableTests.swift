import PayWord
import Testing
import TollCLI

@Suite struct TableTests {
    private func euro() throws -> Asset { try Asset(code: "EUR", scale: 2) }

    @Test func columnsLineUpAndNumbersStandAtTheRight() throws {
        let euro = try euro()
        var table = Table(["party", "amount", "state"])
        table.add([.text("Ann"), .amount(try Amount(units: 5), euro), .text("open")])
        table.add([.text("Bartholomew"), .amount(try Amount(units: 123_456), euro)])
        table.setFooter([.text("total"), .amount(try Amount(units: 123_461), euro)])
        #expect(
            table.lines() == [
                "PARTY         AMOUNT  STATE",
                "Ann             0.05  open",
                "Bartholomew  1234.56",
                "───────────────────────────",
                "total        1234.61",
            ])
    }

    @Test func amountsAreDecimalStringsInJSON() throws {
        var table = Table(["net amount"])
        table.add([.amount(.maximum, try euro())])
        #expect(table.json.text == #"[{"net_amount":"92233720368547758.07"}]"#)
    }

    @Test func aTableWithoutRowsSaysSo() {
        var table = Table(["channel"])
        table.emptyText = "no channels yet"
        #expect(table.lines() == ["no channels yet"])
        #expect(table.json.text == "[]")
    }

    @Test func wideAndCombiningCharactersKeepTheColumns() {
        var table = Table(["name", "n"])
        table.add([.text("東京"), .count(1)])
        table.add([.text("e\u{301}clair"), .count(2)])
        #expect(table.lines() == ["NAME    N", "東京    1", "e\u{301}clair  2"])
    }

    @Test func tooManyCellsAreLeftOut() {
        var table = Table(["a"])
        table.add([.text("1"), .text("2")])
        #expect(table.lines() == ["A", "1"])
        #expect(table.json.text == #"[{"a":"1"}]"#)
    }

    @Test func factsAreALineEachOrOneObject() throws {
        var facts = Facts()
        facts.add("asset", .text("EUR"))
        facts.add("last settled", .optional(nil))
        facts.add("faucet", .flag(false))
        #expect(facts.lines() == ["asset         EUR", "last settled  –", "faucet        no"])
        #expect(facts.json.text == #"{"asset":"EUR","last_settled":null,"faucet":false}"#)
    }
}
