import ArgumentParser
import Foundation
import TollCLI
import TollConformancePeer

/// `toll conformance peer`: a live merchant or wallet to test another implementation against.
struct PeerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Be a live merchant or wallet to test against, honest or not.",
        discussion: """
            A merchant listens, and the wallet under test connects to it; a wallet connects to the \
            merchant under test. Both can be told to misbehave in one way of the threat model. Each \
            thing that happens is one line of JSON, and so is the report: per rule, what was \
            expected and what was seen. Ends with 8 if anything is not as it must be.

            EXAMPLES
              toll conformance peer merchant --misbehave overclaim-opened --connections 2
              toll conformance peer wallet --connect toll+tcp://KEY@127.0.0.1:7600
              toll conformance peer wallet --connect toll+tcp://KEY@127.0.0.1:7600 --misbehave all
              toll conformance peer merchant --list
            """,
        subcommands: [PeerMerchantCommand.self, PeerWalletCommand.self])
}

/// What a peer prints: one JSON object a line, whether or not anybody looks.
struct PeerOutput: Sendable {
    private let sink: TextSink

    init(_ context: CommandContext) { sink = context.output.data }

    func write(_ json: JSONText) { sink.writeLine(json.text) }

    func write(_ event: PeerEvent) {
        var members = [
            JSONText.Member("event", .text(event.name)),
            JSONText.Member("connection", .integer(Int64(event.connection))),
            JSONText.Member("by", event.isTheirs ? "them" : "us"),
        ]
        for detail in event.details {
            members.append(JSONText.Member(detail.name, Self.json(detail.value)))
        }
        write(.object(members))
    }

    func write(_ report: PeerReport) {
        let findings = report.findings.map { finding -> JSONText in
            [
                "rule": .text(finding.rule), "expected": .text(finding.expected),
                "seen": .text(finding.seen), "passed": .bool(finding.isRight),
            ]
        }
        write([
            "report": .text(report.mode), "verdict": .text(report.verdict.rawValue),
            "note": .text(report.note), "findings": .array(findings),
        ])
    }

    /// Every mode, as a table for a person or an array for a script.
    static func list(_ modes: [PeerMode], _ context: CommandContext) {
        let json = modes.map { mode -> JSONText in
            [
                "mode": .text(mode.name), "threat": .text(mode.row), "rules": .text(mode.rules),
                "does": .text(mode.does), "expects": .text(mode.expects),
            ]
        }
        let lines = modes.flatMap { mode in
            [
                "\(mode.name)  (threat \(mode.row); \(mode.rules))", "  does     \(mode.does)",
                "  expects  \(mode.expects)",
            ]
        }
        context.output.show(.array(json), lines)
    }

    private static func json(_ value: PeerEvent.Value) -> JSONText {
        switch value {
        case .text(let text): .text(text)
        case .count(let count): .unsigned(count)
        case .marks(let marks):
            .array(marks.map { .array($0.map { .unsigned($0) }) })
        }
    }
}

extension CommandError {
    /// How a run ends whose other side was not seen to be right.
    static func notPassed(_ reports: [PeerReport]) -> CommandError? {
        let wrong = reports.filter { $0.verdict == .failed || $0.verdict == .untested }
        guard let first = wrong.first else { return nil }
        return CommandError(
            code: "check-failed",
            detail: "\(wrong.count) of \(reports.count) did not pass, \(first.mode) for one: "
                + (first.findings.first { !$0.isRight }.map { "\($0.rule): \($0.seen)" }
                    ?? first.note),
            hint: "the lines with \"verdict\" say what was expected and what was seen",
            exitCode: .checkFailed)
    }

    /// For a name that is no mode.
    static func unknownMode(_ name: String) -> CommandError {
        .usage("there is no misbehaviour ‘\(name)’", hint: "see them all: --list")
    }
}
