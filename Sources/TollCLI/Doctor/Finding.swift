/// One thing that `toll doctor` looked at: how it is, and what to do about it.
///
/// ```swift
/// let finding = Finding.fault("port", "127.0.0.1:7600 is taken", fix: "stop the other program")
/// ```
public struct Finding: Sendable, Equatable {
    /// How it is.
    public enum State: String, Sendable {
        /// As it should be.
        case ok
        /// Worth a look.
        case warning
        /// It costs money or service, or will.
        case fault
        /// It could not be looked at, for a reason that is named.
        case skipped
    }

    /// What was looked at, such as `merchant disk`.
    public let check: String
    /// How it is.
    public let state: State
    /// What was found.
    public let found: String
    /// What to do; nil if there is nothing to do.
    public let fix: String?

    private init(_ check: String, _ state: State, _ found: String, _ fix: String?) {
        self.check = check
        self.state = state
        self.found = found
        self.fix = fix
    }

    /// As it should be.
    public static func ok(_ check: String, _ found: String) -> Finding {
        Finding(check, .ok, found, nil)
    }

    /// Worth a look.
    public static func warning(_ check: String, _ found: String, fix: String) -> Finding {
        Finding(check, .warning, found, fix)
    }

    /// It costs money or service, or will.
    public static func fault(_ check: String, _ found: String, fix: String) -> Finding {
        Finding(check, .fault, found, fix)
    }

    /// It could not be looked at.
    public static func skipped(_ check: String, _ why: String) -> Finding {
        Finding(check, .skipped, why, nil)
    }

    /// A mistake in a configuration.
    public static func configuration(_ check: String, _ fault: ConfigurationFault) -> Finding {
        Finding(check, fault.severity == .error ? .fault : .warning, fault.text, fault.fix)
    }
}

extension Table {
    /// Findings, a row each.
    public init(findings: [Finding]) {
        self.init(["Check", "State", "Found", "What to do"])
        for finding in findings {
            add([
                .text(finding.check), .text(finding.state.rawValue), .text(finding.found),
                finding.fix.map { .text($0) } ?? .shown("", .null),
            ])
        }
    }
}
