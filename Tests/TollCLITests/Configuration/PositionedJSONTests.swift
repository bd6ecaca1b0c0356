import Testing
import TollCLI

struct PositionedJSONTests {
    private func read(_ text: String) throws -> PositionedJSON {
        try PositionedJSON(parsing: Array(text.utf8))
    }

    @Test func everyValueKnowsItsLine() throws {
        let value = try read("{\n  \"a\": 1,\n  \"b\":\n    [true,\n \"x\"]\n}")
        guard case .object(let members) = value.content else { throw Missing() }
        #expect(members.map(\.line) == [2, 3])
        #expect(members[1].value.line == 4)
        guard case .list(let list) = members[1].value.content else { throw Missing() }
        #expect(list.map(\.line) == [4, 5])
    }

    @Test(
        "What is no JSON is refused, with its line and what to do",
        arguments: [
            ("", 1, "value"), ("{", 1, "double quotes"), ("{\n\"a\" 1}", 2, "colon"),
            ("{\n\"a\": 1\n\"b\": 2}", 3, "comma"), ("{\"a\": 1,\n}", 2, "remove the comma"),
            ("{\"a\": 01}", 1, "leading zero"), ("{\"a\": 5s}", 1, "comma"),
            ("{\"a\": yes}", 1, "double quotes"), ("{\"a\": \"x\ny\"}", 1, "double quote"),
            ("// x\n{}", 1, "comment"), ("{}\n{}", 2, "last brace"),
            ("{\"a\": \"\\q\"}", 1, "backslash"), ("{\"a\": \"\\ud800\"}", 1, "backslash"),
            ("{\"a\": \"\\u+1f5\"}", 1, "backslash"),
            (String(repeating: "[", count: 17), 1, "deep"),
        ])
    func whatIsNoJSONIsRefused(text: String, line: Int, fix: String) throws {
        let fault = #expect(throws: JSONSyntaxFault.self) { _ = try read(text) }
        #expect(fault?.line == line, "\(text)")
        #expect(fault?.fix.contains(fix) == true, "\(fault?.fix ?? "")")
    }

    @Test func aTextThatIsTooLongIsRefusedUnread() {
        let bytes = [UInt8](repeating: 0x20, count: PositionedJSON.bytesMaximum + 1)
        #expect(throws: JSONSyntaxFault.self) { _ = try PositionedJSON(parsing: bytes) }
    }

    @Test func textIsReadWithItsEscapes() throws {
        let value = try read(#""a\n\u00e9\ud83d\ude00\/""#)
        #expect(value.content == .text("a\né😀/"))
        #expect(try read("18446744073709551615").content == .whole(.max))
        #expect(try read("18446744073709551616").content == .number("18446744073709551616"))
        #expect(throws: JSONSyntaxFault.self) {
            _ = try PositionedJSON(parsing: [0x22, 0xff, 0x22])
        }
    }

    private struct Missing: Error {}
}
