import ArgumentParser
import Foundation
import TollConformance

/// `toll conformance stub`: answers requests on standard input until it ends.
struct ConformanceStubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stub",
        abstract: "Answer requests, one JSON object a line, on standard input.",
        discussion: """
            Any vector set can be run against this implementation. A line that is no request is \
            answered, too. Nothing is kept from one line to the next.

            EXAMPLES
              echo '{"id":1,"op":"cbor.decode","bytes":"8101"}' | toll conformance stub
              toll conformance stub < requests.jsonl > answers.jsonl
            """)

    func run() async throws {
        let stub = ConformanceStub()
        var lines = LineCutter()
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            try await answer(lines.append(buffer[..<count]), by: stub)
        }
        if let last = lines.finish() { try await answer([last], by: stub) }
    }

    /// Answers what came in one stretch by one write, so that neither a program that waits for each
    /// answer nor one that sends a million requests is kept waiting.
    private func answer(_ lines: [LineCutter.Line], by stub: ConformanceStub) async throws {
        var answers = ""
        for line in lines {
            if let line {
                answers += await stub.answer(line)
            } else {
                answers += ConformanceStub.answerToTooLongLine
            }
            answers += "\n"
        }
        guard !answers.isEmpty else { return }
        try FileHandle.standardOutput.write(contentsOf: Data(answers.utf8))
    }
}
