internal import PayWord

/// What every command prints through: data to standard output, for a person on a terminal and as
/// JSON when it is piped or asked for; messages and progress to standard error.
///
/// ```swift
/// let output = Output.standard(json: options.json, environment: environment)
/// output.say("asking the broker")
/// output.show(table)
/// exit(output.fail(error).rawValue)
/// ```
public struct Output: Sendable {
    /// For whom data is written.
    public enum Form: Sendable, Equatable {
        /// Tables and lines, for a person.
        case text
        /// One JSON value, for a script: on one line, or indented on a terminal.
        case json
    }

    /// For whom data is written.
    public let form: Form
    /// Where data goes.
    public let data: TextSink
    /// Where everything else goes.
    public let messages: TextSink
    private let showsErrorsAsJSON: Bool

    /// Output to two sinks.
    ///
    /// - Parameters:
    ///   - form: what was asked for; nil for text on a terminal and JSON elsewhere.
    ///   - data: where data goes.
    ///   - messages: where everything else goes.
    public init(form: Form? = nil, data: TextSink, messages: TextSink) {
        self.form = form ?? (data.isTerminal ? .text : .json)
        self.data = data
        self.messages = messages
        // An error of a pipe that nobody asked to be JSON is still read by a person.
        showsErrorsAsJSON = form == .json
    }

    /// Standard output and standard error.
    public static func standard(json: Bool, environment: [String: String]) -> Output {
        Output(
            form: json ? .json : nil, data: .standardOutput(environment: environment),
            messages: .standardError(environment: environment))
    }

    /// Shows a table.
    public func show(_ table: Table) { show(table.json, table.lines(style: data.style)) }

    /// Shows the facts of one thing.
    public func show(_ facts: Facts) { show(facts.json, facts.lines(style: data.style)) }

    /// Shows `json` to a script, or `lines` to a person. What is a stranger's in the lines must be
    /// escaped already, as in every ``Cell``.
    public func show(_ json: JSONText, _ lines: @autoclosure () -> [String]) {
        switch form {
        case .json: data.writeLine(data.isTerminal ? json.prettyText : json.text)
        case .text: for line in lines() { data.writeLine(line) }
        }
    }

    /// Tells a person something that is no data. Escaped as a whole.
    public func say(_ message: String) { messages.writeLine(PrintableText.escape(message)) }

    /// Tells a person of something to be looked at.
    public func warn(_ message: String) {
        messages.writeLine(
            messages.style.yellow("warning:") + " " + PrintableText.escape(message))
    }

    /// Tells why a command failed: `error: CODE: detail` and `hint: …`, or one line of JSON where
    /// JSON was asked for.
    /// - Returns: how the process should end.
    public func fail(_ error: any Error) -> ExitCode {
        let failure = CommandError(describing: error)
        if showsErrorsAsJSON {
            messages.writeLine(failure.json.text)
        } else {
            let style = messages.style
            messages.writeLine(
                style.red("error:") + " \(failure.code): "
                    + PrintableText.escape(failure.detail))
            messages.writeLine(style.bold("hint:") + " " + PrintableText.escape(failure.hint))
        }
        return failure.exitCode
    }
}
