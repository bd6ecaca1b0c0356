public import PayWord

/// Why a command failed, as a person or a script is told: a stable code, what is wrong, what to do
/// next, and how the process ends.
///
/// ```swift
/// throw CommandError.usage("--amount wants a decimal, such as 1.50")
/// ```
public struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A reason's code, or `usage`, `needs-confirmation`, `check-failed`.
    public let code: String
    /// What in particular is wrong. It may hold a stranger's text; it is escaped when it is shown.
    public let detail: String
    /// What to do next.
    public let hint: String
    /// How the process ends.
    public let exitCode: ExitCode

    /// A failure with a code of its own.
    public init(code: String, detail: String, hint: String, exitCode: ExitCode) {
        self.code = code
        self.detail = detail
        self.hint = hint
        self.exitCode = exitCode
    }

    /// A refusal as a failure of the command. A hint or an exit code that the caller knows better
    /// replaces the reason's own.
    public init(_ refusal: Refusal, hint: String? = nil, exitCode: ExitCode? = nil) {
        let place = refusal.offset.map { " (at byte \($0))" } ?? ""
        self.init(
            code: refusal.reason.code, detail: refusal.detail + place,
            hint: hint ?? Self.hint(refusal),
            exitCode: exitCode ?? ExitCode(refusal.reason))
    }

    /// The registry's hints are for all who meet a reason; these are for whoever typed a command.
    private static func hint(_ refusal: Refusal) -> String {
        switch refusal.reason {
        case .malformed where refusal.offset == nil:
            "compare what was given with --help of this command, and settings with what init wrote"
        case .timedOut:
            "is the other side running, and at this address? try again when it is"
        case .unknownResource:
            "ask the merchant what it sells: toll merchant prices, on its side, lists it"
        default:
            refusal.reason.hint
        }
    }

    /// Any error as a failure of the command.
    public init(describing error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case let refusal as Refusal: self.init(refusal)
        default:
            self.init(
                code: Reason.internal.code, detail: "\(error)",
                hint: "if it happens again, report it with what you did", exitCode: .failure)
        }
    }

    /// A command line that makes no sense.
    public static func usage(
        _ detail: String, hint: String = "see --help of this command"
    ) -> CommandError {
        CommandError(code: "usage", detail: detail, hint: hint, exitCode: .usage)
    }

    /// What was typed is not what is wanted there: the reason stays, and the process ends as for any
    /// wrong usage.
    public static func typed(_ refusal: Refusal, hint: String) -> CommandError {
        CommandError(refusal, hint: hint, exitCode: .usage)
    }

    /// Why a program does not serve a folder. Another one that serves it is no reason to wait, as `busy`
    /// is elsewhere: it has to be stopped. `option` names another folder.
    public static func notServing(_ refusal: Refusal, elsewhere option: String) -> CommandError {
        guard refusal.reason == .busy else { return CommandError(refusal) }
        return CommandError(
            refusal, hint: "stop the other one first, or serve another folder: \(option)",
            exitCode: .refused)
    }

    /// Something that is not done before it is confirmed.
    public static func needsConfirmation(_ detail: String, hint: String) -> CommandError {
        CommandError(
            code: "needs-confirmation", detail: detail, hint: hint, exitCode: .needsConfirmation)
    }

    /// A check whose outcome is bad.
    public static func checkFailed(_ detail: String, hint: String) -> CommandError {
        CommandError(code: "check-failed", detail: detail, hint: hint, exitCode: .checkFailed)
    }

    /// Two lines, `error: CODE: detail` and `hint: …`, with strangers' text escaped and no
    /// emphasis.
    public var description: String {
        """
        error: \(code): \(PrintableText.escape(detail))
        hint: \(PrintableText.escape(hint))
        """
    }

    /// `{"error": {"code", "detail", "hint", "exit_code"}}`.
    public var json: JSONText {
        [
            "error": [
                "code": .text(code), "detail": .text(detail), "hint": .text(hint),
                "exit_code": .integer(Int64(exitCode.rawValue)),
            ]
        ]
    }
}
