/// Text of strangers made safe to print: on a terminal, in a log line, in an error.
///
/// Control characters, invisible formatting (which can turn text around or hide it), and separators
/// of lines are written as escapes, so that what is printed stays on its line and moves no cursor.
///
/// ```swift
/// PrintableText.escape("a\u{1b}[2Jb\nc")                  // a\u{1b}[2Jb\nc, with visible escapes
/// PrintableText.escape("far too long", scalarsMaximum: 3)  // far…
/// ```
public enum PrintableText {
    /// `text` with every scalar that is not plainly visible, and the backslash, written as an
    /// escape of Swift's own form; cut after `scalarsMaximum` scalars of the input, with `…` to show
    /// it.
    public static func escape(
        _ text: some StringProtocol, scalarsMaximum: Int = .max
    ) -> String {
        var result = ""
        for (position, scalar) in text.unicodeScalars.enumerated() {
            guard position < scalarsMaximum else { return result + "…" }
            append(scalar, to: &result)
        }
        return result
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default:
            if isVisible(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            false
        default: true
        }
    }
}
