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
