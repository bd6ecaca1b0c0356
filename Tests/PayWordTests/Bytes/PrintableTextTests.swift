import PayWord
import Testing

@Suite struct PrintableTextTests {
    @Test func plainTextStaysAsItIs() {
        for text in ["", "plain", "déjà vu", "東京 🏦", "a  b", "\"'<&>"] {
            #expect(PrintableText.escape(text) == text)
        }
    }

    @Test(
        arguments: [
            ("a\nb\r\tc", #"a\nb\r\tc"#), ("\u{1b}[31m", #"\u{1b}[31m"#),
            ("\u{0}\u{7f}\u{9b}", #"\u{0}\u{7f}\u{9b}"#), ("a\\nb", #"a\\nb"#),
            ("\u{202e}gpj.exe", #"\u{202e}gpj.exe"#), ("\u{200b}\u{feff}", #"\u{200b}\u{feff}"#),
            ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("\u{e000}", #"\u{e000}"#),
        ]) func whatIsNotPlainlyVisibleIsWrittenOut(text: String, shown: String)
    {
        #expect(PrintableText.escape(text) == shown)
    }

    @Test func longTextIsCutAndSaysSo() {
        #expect(PrintableText.escape("abcdef", scalarsMaximum: 6) == "abcdef")
        #expect(PrintableText.escape("abcdefg", scalarsMaximum: 6) == "abcdef…")
        #expect(PrintableText.escape("\n\n\n", scalarsMaximum: 2) == #"\n\n…"#)
        #expect(PrintableText.escape("abc", scalarsMaximum: 0) == "…")
    }

    @Test func differentTextsAreShownDifferently() {
        #expect(PrintableText.escape("\\u{1b}") != PrintableText.escape("\u{1b}"))
        #expect(PrintableText.escape("\\n") != PrintableText.escape("\n"))
    }
}
