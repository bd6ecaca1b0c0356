import Foundation
import Testing
import TollCLI

/// The fixtures of this repository, and the programs that are asked about them.
private let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures").path

private func run(_ command: [String], options: [String] = []) async throws
    -> ChildProcess.Outcome
{
    try await Program.toll.run(
        ["conformance", "run", "--fixtures", fixtures] + options + ["--"] + command,
        expecting: nil)
}

@Test func theStubAgreesWithAllFixtures() async throws {
    let outcome = try await run([Program.toll.file.path, "conformance", "stub"])
    #expect(outcome.status == 0, "\(outcome.errors) \(outcome.output.suffix(2_000))")
    #expect(outcome.output.contains(#""agreed":true"#))
}

/// Programs that die, are silent, answer nonsense or send back what they are asked.
@Test(arguments: [
    (["false"], "it ended with 1"), (["no-such-program"], "it ended with 127"),
    (["sleep", "60"], "no answer within 1 s"), (["yes", "no"], "are answered otherwise"),
    (["cat"], "are answered otherwise"), (["head", "-c", "10"], "it ended with 0"),
])
func aProgramThatDoesNotAnswerIsReported(command: [String], message: String) async throws {
    let outcome = try await run(command, options: ["--subject", "cbor", "--timeout", "1"])
    #expect(outcome.status == 8)
    #expect(
        (outcome.errors + outcome.output).contains(message), "\(outcome.errors)\(outcome.output)")
}

/// A wrapper dies at once when it is ended; what it started would hold its output open for ever.
@Test(arguments: ["sleep 300; true", "sleep 300 & exit 0", "exec 1>&-; sleep 300"])
func whatAWrapperStartedEndsWithIt(script: String) async throws {
    let outcome = try await run(
        ["sh", "-c", script], options: ["--subject", "cbor", "--timeout", "1"])
    #expect(outcome.status == 8, "\(outcome.errors)")
}

@Test func anInterruptedRunEndsTheProgramItAsks() async throws {
    let folder = try TestFolder()
    let mark = "\(folder.path)/asked"
    let asking = try Program.toll.start(
        ["conformance", "run", "--fixtures", fixtures, "--timeout", "600", "--", "sh", "-c"]
            + ["echo $$ > \(mark).part; mv \(mark).part \(mark); echo; sleep 300; true"])
    var asked: Int32?
    while asked == nil, asking.isRunning {
        let text = try? String(contentsOfFile: mark, encoding: .utf8)
        asked = text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        await Task.yield()
    }
    asking.terminate()
    let outcome = await asking.outcome()
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("interrupted"), "\(outcome.errors)")
    #expect(kill(try #require(asked), 0) == -1, "it is still there")
}

@Test func theStubAnswersEachLineAsItComes() async throws {
    let process = try ChildProcess(
        Program.toll.file, ["conformance", "stub"],
        input: Array("{\"id\":1,\"op\":\"cbor.decode\",\"bytes\":\"8101\"}\n\nnonsense".utf8))
    let outcome = await process.outcome()
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(
        lines.first
            == #"{"id":1,"ok":true,"result":{"bytes":"8101","diagnostic":"[1]"}}"#)
    #expect(lines.count == 2)
    #expect(lines.last?.contains(#""reason":"malformed""#) == true)
}
