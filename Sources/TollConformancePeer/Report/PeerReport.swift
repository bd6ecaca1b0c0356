/// What a run of the live counterparty found.
public struct PeerReport: Sendable, Equatable {
    /// Whether the implementation under test did what it must.
    public enum Verdict: String, Sendable {
        /// Every finding is as it must be.
        case passed
        /// At least one is not.
        case failed
        /// It never came to the misbehaviour, or did not come back after it.
        case untested
        /// The mode needs what the other side does not have, such as a broker.
        case skipped
    }

    /// The mode that was played; `honest` for none.
    public let mode: String
    /// The verdict on all findings.
    public let verdict: Verdict
    /// What was held against which rule.
    public let findings: [PeerFinding]
    /// Why it is untested or skipped; else empty.
    public let note: String

    init(mode: String, findings: [PeerFinding], verdict: Verdict? = nil, note: String = "") {
        self.mode = mode
        self.findings = findings
        self.note = note
        let isRight = findings.allSatisfy(\.isRight)
        self.verdict = isRight ? verdict ?? .passed : .failed
    }
}

/// One thing that a rule asks for, and what was seen of it.
public struct PeerFinding: Sendable, Equatable {
    /// The rule, such as `TC-06.22`.
    public let rule: String
    /// What it asks for.
    public let expected: String
    /// What was seen on the wire.
    public let seen: String
    /// Whether the two agree.
    public let isRight: Bool

    init(_ rule: String, expected: String, seen: String, isRight: Bool) {
        self.rule = rule
        self.expected = expected
        self.seen = seen
        self.isRight = isRight
    }
}

/// What one way to misbehave is, for people who choose one.
public struct PeerMode: Sendable, Equatable {
    /// What it is called on the command line.
    public let name: String
    /// The row of the threat model (`spec/11-security.md`).
    public let row: String
    /// The rules that it tries.
    public let rules: String
    /// What is done.
    public let does: String
    /// What a right implementation does then.
    public let expects: String

    init(_ name: String, row: String, rules: String, does: String, expects: String) {
        self.name = name
        self.row = row
        self.rules = rules
        self.does = does
        self.expects = expects
    }
}
