import ArgumentParser
import Foundation
import Logging
import PayWord
import TollCLI

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: "Keep all files below this folder.", completion: .directory)
    var home: String?

    @Option(
        name: .customLong("config"), help: "Read settings from this JSON file.",
        completion: .file(extensions: ["json"]))
    var configurationFile: String?

    @Flag(help: "Print JSON, as is the default when standard output is no terminal.")
    var json = false

    /// What a command works with: where files are, what was set, and where to print.
    func context() async throws -> CommandContext {
        let environment = ProcessInfo.processInfo.environment
        for (name, value) in [("--home", home), ("--config", configurationFile)] where value == "" {
            throw CommandError.usage(
                "\(name) is empty", hint: "a variable that is not set, perhaps: give a path")
        }
        let places = Places(
            environment: environment, home: home, configuration: configurationFile)
        let isNamed = configurationFile != nil || environment["TOLL_CONFIG"]?.isEmpty == false
        let file = places.configurationFile
        guard !isNamed || FileManager.default.fileExists(atPath: file) else {
            throw CommandError.usage(
                "there is no file of settings ‘\(file)’",
                hint: "name one that exists with --config or TOLL_CONFIG, or name none")
        }
        let settings: Settings
        do { settings = try await Settings(environment: environment, file: file) } catch {
            throw CommandError(error, hint: "mend the file, or name another with --config")
        }
        if let level = settings.string("log.level"), Logger.Level(rawValue: level) == nil {
            throw CommandError.usage(
                "‘\(level.prefix(40))’ is no level of the log",
                hint: "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return CommandContext(
            places: places, settings: settings,
            output: .standard(json: json, environment: environment),
            environment: environment)
    }
}

/// What a command works with.
struct CommandContext: Sendable {
    let places: Places
    let settings: Settings
    let output: Output
    let environment: [String: String]

    /// The clock of this process, which is read here and handed down as a value.
    /// In a debug build, `TOLLCHAIN_CLOCK_AHEAD` in the environment puts it so many seconds ahead, for
    /// tests of what comes months later.
    static let clock: @Sendable () -> Timestamp = {
        #if DEBUG
            let ahead =
                ProcessInfo.processInfo.environment["TOLLCHAIN_CLOCK_AHEAD"]
                .flatMap(Seconds.init) ?? 0
        #else
            let ahead: Seconds = 0
        #endif
        return { Timestamp(UInt64(max(0, Date().timeIntervalSince1970))).adding(ahead) }
    }()

    /// A logger to standard error: of a service, everything that an operator needs; of a command,
    /// what went wrong.
    func logger(_ label: String, level: Logger.Level = .warning) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel =
            settings.string("log.level").flatMap(Logger.Level.init(rawValue:)) ?? level
        return logger
    }
}
