import ArgumentParser
import Foundation
import PayWord
import TollCLI
import TollConformance
import UnixSignals

/// `toll conformance run`: asks another implementation all test vectors.
struct ConformanceRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Ask another implementation all test vectors, and say where it disagrees.",
        discussion: """
            Starts COMMAND, writes every case to its standard input, one JSON object a line, and \
            reads as many answers. Ends with 0 if it agrees on all of them, and with 8 if not.

            EXAMPLES
              toll conformance run -- python3 my_stub.py
              toll conformance run --fixtures ../tollchain/fixtures -- ./my-stub --strict
              toll conformance run --subject cbor -- toll conformance stub
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "The folder of the test vectors.", completion: .directory)
    var fixtures = "fixtures"

    @Option(help: "Ask the cases of this subject alone.")
    var subject: String?

    @Option(help: "How many seconds an answer may take.")
    var timeout: UInt32 = 30

    @Option(help: "How many disagreements to list.")
    var limit: UInt32 = 50

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program to ask, after --.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else {
            throw ValidationError("name the program to ask: toll conformance run -- COMMAND")
        }
        guard timeout > 0 else { throw ValidationError("--timeout is at least 1") }
    }

    func run() async throws {
        let context = try await common.context()
        let cases = try fixtureCases()
        // The program leads a group of its own, which no terminal interrupts: signals are waited for
        // before it starts, so that none ends this process and leaves that one.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let program = try AskedProgram(
            command, requests: cases.map(\.request.line), answerSeconds: timeout)
        let interruption = Task<UnixSignal?, Never> {
            for await signal in signals {
                await program.end()
                return signal
            }
            return nil
        }
        let report = await ConformanceReport(of: cases) { position in
            try await program.answer(position)
        }
        await program.end()
        interruption.cancel()
        if let signal = await interruption.value {
            throw CommandError(
                code: "interrupted", detail: "\(signal) after some of the cases",
                hint: "run it again", exitCode: .failure)
        }
        if report.unanswered == cases.count, let interruption = report.interruption {
            throw CommandError(
                code: "no-answer", detail: "the program answered nothing: \(interruption)",
                hint: "try it alone: it reads one JSON object a line and answers each with one",
                exitCode: .checkFailed)
        }
        show(report, on: context.output)
        guard report.isAgreed else {
            throw CommandError(
                code: "disagreement",
                detail: report.interruption.map { "the program stopped answering: \($0)" }
                    ?? "\(report.disagreements.count) of \(cases.count) cases are answered "
                    + "otherwise",
                hint: "each case's description says what it shows; "
                    + "spec/13-conformance.md describes the operations",
                exitCode: .checkFailed)
        }
    }

    private func fixtureCases() throws -> [Fixture] {
        do {
            let cases = try FixtureFolder(at: fixtures).cases.filter {
                subject == nil || $0.subject == subject
            }
            guard !cases.isEmpty else { throw FixtureFault("no case has that subject") }
            return cases
        } catch let fault as FixtureFault {
            throw CommandError(
                code: Reason.malformed.code, detail: fault.description,
                hint: "name the folder of the test vectors with --fixtures", exitCode: .failure)
        }
    }

    private func show(_ report: ConformanceReport, on output: Output) {
        var table = Table(["subject", "cases", "agreed", "disagreed"])
        for subject in report.subjects {
            table.add([
                .text(subject.name), .count(subject.cases), .count(subject.agreed),
                .count(subject.cases - subject.agreed),
            ])
        }
        let listed = report.disagreements.prefix(Int(limit))
        let json: JSONText = [
            "agreed": .bool(report.isAgreed), "subjects": table.json,
            "unanswered": .integer(Int64(report.unanswered)),
            "interruption": .optional(report.interruption),
            "disagreements": .array(
                listed.map {
                    [
                        "id": .text($0.fixture.id), "op": .text($0.fixture.operation),
                        "description": .text($0.fixture.description), "fault": .text($0.fault),
                    ]
                }),
        ]
        var lines = table.lines(style: output.data.style)
        for disagreement in listed {
            let fixture = disagreement.fixture
            lines.append(
                PrintableText.escape(
                    "\(fixture.id) (\(fixture.operation)): \(fixture.description)"))
            lines.append("  \(disagreement.fault)")
        }
        let left = report.disagreements.count - listed.count
        if left > 0 { lines.append("and \(left) more") }
        output.show(json, lines)
    }
}
