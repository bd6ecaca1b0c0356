import Foundation
import TollCLI

/// Another implementation as a process: all requests lie on its standard input, and its answers are
/// read as they come, each within its time.
struct AskedProgram {
    /// Why there is no answer.
    struct Silence: Error, CustomStringConvertible {
        let description: String
    }

    private let process: ChildProcess
    private let answerSeconds: UInt32

    /// Starts `command`, which is looked up like any command of a shell.
    init(_ command: [String], requests: [String], answerSeconds: UInt32) throws {
        let input = requests.map { $0 + "\n" }.joined()
        process = try ChildProcess(
            URL(filePath: "/usr/bin/env"), command, input: Array(input.utf8), leadsGroup: true)
        self.answerSeconds = answerSeconds
    }

    /// The answer to the request at `position`.
    /// - Throws: ``Silence`` if none comes in time, or the program ends before.
    func answer(_ position: Int) async throws -> String {
        let process = process
        let seconds = answerSeconds
        let watchdog = Task {
            try await Task.sleep(for: .seconds(seconds))
            await process.kill()
            return true
        }
        let line = await process.line(position)
        watchdog.cancel()
        if let line { return line }
        if (try? await watchdog.value) == true {
            throw Silence(description: "no answer within \(seconds) s")
        }
        let errors = process.errors.suffix(300).trimmingCharacters(in: .whitespacesAndNewlines)
        let status = await process.ended()
        throw Silence(
            description: "it ended with \(status)" + (errors.isEmpty ? "" : ": \(errors)"))
    }

    /// Ends the program, and what it started, if it runs on after its last answer.
    func end() async { if process.isRunning { await process.kill() } }
}
