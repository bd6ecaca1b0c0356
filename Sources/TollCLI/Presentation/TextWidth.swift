/// How many columns of a terminal a text takes, near enough for tables.
enum TextWidth {
    /// Wide characters of East Asia and emoji count two, marks that combine with the one before
    /// count nothing.
    static func of(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
            0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f,
            0x1f900...0x1f9ff, 0x20000...0x3fffd:
            return 2
        default:
            return 1
        }
    }

    static func pad(_ text: String, to width: Int, right: Bool) -> String {
        let padding = String(repeating: " ", count: max(0, width - of(text)))
        return right ? padding + text : text + padding
    }

    static func trimmingEnd(_ text: String) -> String {
        var result = text[...]
        while result.last == " " { result.removeLast() }
        return String(result)
    }

    /// As much of the text's beginning as fits.
    static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var result = ""
        var taken = 0
        for character in text {
            let more = of(String(character))
            guard taken + more < width else { break }
            result.append(character)
            taken += more
        }
        return result + "…"
    }
}
