import Foundation
import Testing
import TollCLI

/// The fault harness itself, for a few rounds: `make chaos` runs it for longer.
@Suite(.serialized)
struct HarnessTests {
    @Test("Every kind of fault, a few times each: nothing is lost, nothing doubled")
    func nothingIsLostInAShortStorm() async throws {
        let outcome = try await Self.chaos(["--seed", "1996", "--rounds", "16", "--seconds", "600"])
        #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
    }

    @Test("A flush that does nothing is found out, with no power lost at all")
    func aFlushThatLiesIsFoundOut() async throws {
        let outcome = try await Self.chaos(
            ["--seed", "7", "--rounds", "40", "--seconds", "600", "--faults", "cut", "--lie"])
        #expect(outcome.status == 8)
        #expect(outcome.output.contains("acknowledged ⊆ durable: after a power loss"))
        #expect(outcome.output.contains("make chaos SEED=7"))
    }

    /// What is flushed after a failed flush must not stand on what was not.
    @Test("A flush fails, the process ends, the next one goes on: all of it is durable")
    func whatAFailedFlushLeftIsFlushedBeforeItIsBuiltOn() async throws {
        let outcome = try await Self.chaos(
            ["--seed", "12", "--rounds", "12", "--seconds", "600", "--faults", "fsync"])
        #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
    }

    private static func chaos(_ arguments: [String]) async throws -> ChildProcess.Outcome {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(fileURLWithPath: link ?? CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("toll-chaos")
        return await
            (try ChildProcess(
                program, arguments, environment: ["SWIFT_BACKTRACE": "enable=no"], leadsGroup: true))
            .outcome()
    }
}
