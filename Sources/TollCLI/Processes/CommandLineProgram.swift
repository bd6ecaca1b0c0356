public import ArgumentParser
internal import Foundation

/// How every program of ours runs a command line and ends: data on standard output, `error:` and
/// `hint:` on standard error, and an exit status of ``ExitCode``.
///
/// ```swift
/// static func main() async { await CommandLineProgram.run(Self.self) }
/// ```
public enum CommandLineProgram {
    /// What `--version` prints, of every program of this package.
    public static let version = "0.1.0"

    /// Runs the command that the process's arguments name. It returns if the command did.
    public static func run(_ root: any ParsableCommand.Type) async {
        do {
            var command = try root.parseAsRoot(TypedArguments.parsable(CommandLine.arguments))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(error, root)
        }
    }

    private static func end(_ error: any Error, _ root: any ParsableCommand.Type) -> Never {
        if let code = error as? ArgumentParser.ExitCode { exit(code.rawValue) }
        let environment = ProcessInfo.processInfo.environment
        var failure = error
        if isOfParser(error) {
            if root.exitCode(for: error).isSuccess {
                TextSink.standardOutput(environment: environment)
                    .writeLine(root.fullMessage(for: error))
                exit(ExitCode.ok.rawValue)
            }
            let typed = Array(CommandLine.arguments.dropFirst())
            failure =
                UsageAdvice.negative(typed, root.message(for: error))
                ?? usage(
                    root.message(for: error) + UsageAdvice.suggestion(typed, root),
                    root.fullMessage(for: error),
                    program: root.configuration.commandName ?? "the program")
        }
        let output = Output.standard(
            json: CommandLine.arguments.contains("--json"), environment: environment)
        exit(output.fail(failure).rawValue)
    }

    private static func isOfParser(_ error: any Error) -> Bool {
        error is ValidationError || error is CleanExit
            || String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    }

    /// A command line that the parser refuses. The hint is what the parser knows of the argument at
    /// fault, and where to read more.
    static func usage(_ message: String, _ fullMessage: String, program: String) -> CommandError {
        let lines = fullMessage.split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let about = lines.first { $0.hasPrefix("Help:") }?.dropFirst("Help:".count)
            .trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "  ", with: ": ")
        let reference = lines.first { $0.hasPrefix("See '") }?.split(separator: "'").dropFirst()
            .first.map { String($0) }
        let place = reference ?? "\(program) --help"
        return .usage(message, hint: about.map { "\($0) See \(place)" } ?? "see \(place)")
    }
}
