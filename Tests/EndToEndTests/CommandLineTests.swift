import Foundation
import PayWord
import Testing
import TollCLI

/// What a person meets at the prompt.
struct CommandLineTests {
    static let commands: [[String]] = [
        [], ["demo"], ["inspect"], ["wallet"], ["wallet", "init"], ["wallet", "load"],
        ["wallet", "withdraw"], ["wallet", "quote"], ["wallet", "pay"], ["wallet", "balance"],
        ["wallet", "channels"],
        ["wallet", "history"], ["wallet", "close"], ["wallet", "restore"], ["merchant"],
        ["merchant", "init"], ["merchant", "serve"], ["merchant", "prices"],
        ["merchant", "balance"],
        ["merchant", "channels"], ["merchant", "refund"], ["merchant", "redeem"], ["broker"],
        ["broker", "init"], ["broker", "serve"], ["broker", "accounts"], ["broker", "deposit"],
        ["broker", "payout"], ["broker", "credit"], ["broker", "ledger"],
        ["broker", "ledger", "check"], ["conformance"], ["conformance", "stub"],
        ["conformance", "run"], ["conformance", "peer"], ["conformance", "peer", "merchant"],
        ["conformance", "peer", "wallet"],
    ]

    @Test("Every command has help with an example", arguments: commands)
    func everyCommandHasHelpWithAnExample(command: [String]) async throws {
        let help = try await Program.toll.run(command + ["--help"]).output
        #expect(help.contains("EXAMPLES"))
        #expect(help.contains("toll \(command.joined(separator: " "))"))
        #expect(!help.contains("demo-wallet"), "what the demo uses is not shown")
    }

    @Test(arguments: [Program.tollMerchant, .tollWallet])
    func theDemoProgramsHaveHelpWithAnExample(program: Program) async throws {
        #expect(try await program.run(["--help"]).output.contains("EXAMPLES"))
    }

    @Test(
        "Every error ends with what to do next, and its exit status is stable",
        arguments: [
            (["wallet", "balance"], 4), (["wallet", "pay", "nonsense", "x"], 4),
            (["merchant", "balance"], 4), (["broker", "accounts"], 4), (["inspect", "xyz!"], 2),
            (["inspect", "d28458"], 8),
            (["merchant", "init", "--broker", "http://127.0.0.1:1"], 5),
            (["merchant", "init", "--broker", "http://192.0.2.1:8420"], 6),
            (["merchant", "init"], 2), (["wallet", "load"], 2), (["wallet", "fly"], 2),
            (["broker", "init", "--asset", "EURO"], 2),
            (["merchant", "serve", "--redeem-every", "9223372036854775807"], 2),
            (["merchant", "serve", "--redeem-every", "0"], 2),
            (["conformance", "peer", "merchant", "--misbehave", "politely"], 2),
            (["conformance", "peer", "wallet", "--listen", "127.0.0.1:0"], 2),
        ] as [([String], Int32)])
    func everyErrorSaysWhatToDoNext(arguments: [String], status: Int32) async throws {
        let folder = try TestFolder()
        let outcome = try await Program.toll.run(
            arguments, environment: ["TOLL_HOME": folder.path, "NO_COLOR": "1"], expecting: nil)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("hint: ") || outcome.errors.contains("--help"),
            "\(outcome.errors)")
    }

    @Test func errorsAreJSONWhenAskedFor() async throws {
        let folder = try TestFolder()
        let outcome = try await Program.toll.run(
            ["wallet", "balance", "--json", "--home", folder.path], expecting: 4)
        let error = try JSONDecoder().decode(ErrorMessage.self, from: Data(outcome.errors.utf8))
        #expect(error.error.code == "not-found")
        #expect(!error.error.hint.isEmpty)
    }

    @Test func wrongUsageIsJSONToo() async throws {
        let outcome = try await Program.toll.run(["wallet", "pay", "--json"], expecting: 2)
        let error = try JSONDecoder().decode(ErrorMessage.self, from: Data(outcome.errors.utf8))
        #expect(error.error.code == "usage")
        #expect(error.error.hint.contains("toll wallet pay --help"))
    }

    private struct ErrorMessage: Decodable {
        struct Body: Decodable {
            var code: String
            var hint: String
        }
        var error: Body
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func thereAreShellCompletions(shell: String) async throws {
        let script = try await Program.toll.run(["--generate-completion-script", shell]).output
        #expect(script.contains("wallet"))
    }

    @Test func inspectReadsStandardInputAndFiles() async throws {
        let hello = "00000018" + "8401810150000102030405060708090a0b0c0d0e0f6161"
        let bytes = try #require(Hex.decode(hello))
        let piped = try await Program.toll.run(
            ["inspect", "-"], input: bytes, expecting: nil)
        let text = try await Program.toll.run(["inspect", hello], expecting: nil)
        #expect(piped.output == text.output)
        #expect(text.output.contains("hello"))
    }

    @Test("A key file that others can read is refused, with the command that mends it")
    func threat39KeyFileReadableByOthersIsRefused() async throws {
        let folder = try TestFolder()
        _ = try await Program.toll.run(["broker", "init", "--home", folder.path])
        let key = "\(folder.path)/broker/signing.key"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let outcome = try await Program.toll.run(
            ["broker", "serve", "--home", folder.path], expecting: nil)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("chmod 600 '\(key)'"))
    }

    @Test(
        "Serving without TLS off the loopback address is refused",
        arguments: ["broker", "merchant"])
    func threat32PlainTransportOffLoopbackIsRefused(role: String) async throws {
        let folder = try TestFolder()
        let arguments = role == "broker" ? ["--faucet"] : ["--two-party", "5"]
        _ = try await Program.toll.run([role, "init", "--home", folder.path] + arguments)
        let outcome = try await Program.toll.run(
            [role, "serve", "--home", folder.path, "--listen", "192.0.2.1:0"], expecting: nil)
        #expect(outcome.status == 6, "\(outcome.errors)")
        #expect(outcome.errors.contains("insecure-transport"))
    }
}
