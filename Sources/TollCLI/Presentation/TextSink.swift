internal import Foundation

/// Where text goes, and what may be done there.
///
/// ```swift
/// let sink = TextSink.standardOutput(environment: environment)
/// sink.writeLine(sink.style.bold("12.50"))
/// ```
public struct TextSink: Sendable {
    /// Whether a person looks at it.
    public let isTerminal: Bool
    /// Whether lines may be drawn over.
    public let canRedraw: Bool
    /// The emphasis to use.
    public let style: TextStyle
    /// How many columns a line has.
    public let columns: Int
    private let writeText: @Sendable (String) -> Void

    /// A sink that hands every text to `write`.
    ///
    /// `NO_COLOR` (if not empty) and `TERM=dumb` in the environment take the emphasis away, and a
    /// dumb terminal is never drawn over.
    public init(
        isTerminal: Bool, environment: [String: String] = [:], columns: Int = 80,
        write: @escaping @Sendable (String) -> Void
    ) {
        let isDumb = (environment["TERM"] ?? "dumb") == "dumb"
        let isColorless = !(environment["NO_COLOR"] ?? "").isEmpty
        self.isTerminal = isTerminal
        canRedraw = isTerminal && !isDumb
        style = isTerminal && !isDumb && !isColorless ? .ansi : .plain
        self.columns = columns
        writeText = write
    }

    /// Standard output.
    public static func standardOutput(environment: [String: String]) -> TextSink {
        descriptor(STDOUT_FILENO, environment)
    }

    /// Standard error.
    public static func standardError(environment: [String: String]) -> TextSink {
        descriptor(STDERR_FILENO, environment)
    }

    private static func descriptor(
        _ descriptor: Int32, _ environment: [String: String]
    ) -> TextSink {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return TextSink(
            isTerminal: isatty(descriptor) == 1, environment: environment,
            columns: isKnown ? Int(size.ws_col) : 80
        ) { text in
            writeAll(Array(text.utf8), to: descriptor)
        }
    }

    /// Writes `text` as it is.
    public func write(_ text: String) { writeText(text) }

    /// Writes `line` and ends it.
    public func writeLine(_ line: String) { writeText(line + "\n") }
}

/// Writes all of it; a reader that has gone away is no error of the command's.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno != EINTR {
            return
        }
    }
}
