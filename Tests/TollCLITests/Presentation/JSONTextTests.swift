import Foundation
import PayWord
import Testing
import TollCLI

@Suite struct JSONTextTests {
    @Test func membersKeepTheirOrder() {
        let value: JSONText = ["z": 1, "a": [true, nil, "x"], "m": [:]]
        #expect(value.text == #"{"z":1,"a":[true,null,"x"],"m":{}}"#)
        #expect(value["a"] == [true, nil, "x"])
        #expect(value["b"] == nil)
    }

    @Test func prettyTextIsIndented() {
        let value: JSONText = ["a": [1, 2], "b": []]
        #expect(value.prettyText == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}")
    }

    @Test func theLargestNumbersAreExact() {
        #expect(JSONText.unsigned(.max).text == "18446744073709551615")
        #expect(JSONText.integer(.min).text == "-9223372036854775808")
    }

    @Test func stringsComeBackAsTheyWere() throws {
        let strings = [
            "", "\"\\/", "\u{0}\u{1b}[2J\u{7f}\u{9b}", "line\nline\r\t\u{2028}\u{2029}",
            "\u{202e}reversed\u{200b}", "déjà vu 東京 🏦", "\u{e0001}",
        ]
        for string in strings {
            let text = JSONText.array([.text(string)]).text
            let back = try JSONDecoder().decode([String].self, from: Data(text.utf8))
            #expect(back == [string])
            #expect(
                text.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && $0.properties.generalCategory != .format
                })
        }
    }
}
