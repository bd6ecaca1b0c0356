/// A mistake in what was configured: where it stands, what is wrong, and how it is mended.
public struct ConfigurationFault: Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// Nothing is served with it.
        case error
        /// It is served with, and a person should know.
        case warning
    }

    /// How bad it is.
    public let severity: Severity
    /// Where the value came from.
    public let origin: ConfigurationOrigin
    /// The key, such as `metrics.listen`.
    public let key: String
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let fix: String

    init(
        _ origin: ConfigurationOrigin, _ key: String, _ problem: String, fix: String,
        severity: Severity = .error
    ) {
        self.severity = severity
        self.origin = origin
        self.key = key
        self.problem = problem
        self.fix = fix
    }

    /// `merchant.json:12: listen: what is wrong`.
    public var text: String { "\(origin): " + (key.isEmpty ? "" : "\(key): ") + problem }

    /// For a script.
    public var json: JSONText {
        [
            "severity": .text(severity.rawValue), "from": .text("\(origin)"),
            "line": origin.line.map { .integer(Int64($0)) } ?? .null, "key": .text(key),
            "problem": .text(problem), "fix": .text(fix),
        ]
    }
}

/// Where a value came from.
public enum ConfigurationOrigin: Sendable, Equatable, CustomStringConvertible {
    /// A flag, such as `--listen`.
    case flag(String)
    /// An environment variable.
    case variable(String)
    /// A line of the file.
    case file(String, line: Int)
    /// The settings that all programs share.
    case shared(String)
    /// Nobody set it.
    case standard

    /// The line, where there is one.
    public var line: Int? { if case .file(_, let line) = self { line } else { nil } }

    /// For a person: `--listen`, `TOLL_TRUST`, `merchant.json:3`, or `default`.
    public var description: String {
        switch self {
        case .flag(let name): name
        case .variable(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .shared(let key): "config.json (\(key))"
        case .standard: "default"
        }
    }
}
