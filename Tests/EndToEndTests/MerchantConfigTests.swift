import Foundation
import Testing
import TollCLI

/// `toll merchant config`, as a person runs it.
struct MerchantConfigTests {
    private let folder: TestFolder
    private var file: URL { URL(fileURLWithPath: "\(folder.path)/merchant/merchant.json") }

    init() async throws {
        folder = try TestFolder()
        _ = try await Program.toll.run(
            ["merchant", "init", "--two-party", "5", "--price", "tip=0.01", "--home", folder.path])
    }

    private func run(
        _ arguments: [String], environment: [String: String] = [:], expecting status: Int32
    ) async throws -> ChildProcess.Outcome {
        try await Program.toll.run(
            ["merchant"] + arguments + ["--home", folder.path], environment: environment,
            expecting: status)
    }

    @Test func whatInitWritesHasNoFault() async throws {
        let outcome = try await run(["config", "check"], expecting: 0)
        #expect(outcome.output.contains(#""errors":0"#), "\(outcome.output)")
    }

    @Test func mistakesStopTheServiceAndAreAllTold() async throws {
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(of: "\"asset\"", with: "\"lissten\": 1,\n  \"asset\"")
            .replacingOccurrences(of: "\"0.01\"", with: "\"0\"")
        try Data(text.utf8).write(to: file)
        let check = try await run(["config", "check"], expecting: 8)
        #expect(check.output.contains(#""key":"lissten""#) && check.output.contains("above 0"))
        let serve = try await run(["serve", "--listen", "127.0.0.1:0"], expecting: 1)
        #expect(serve.errors.contains("merchant.json:2: lissten"), "\(serve.errors)")
        #expect(serve.errors.contains("prices.tip.price"))
        // What threatens money is no reason to keep the books shut; what cannot be read is.
        let balance = try await run(["balance"], expecting: 1)
        #expect(balance.errors.contains("‘listen’"), "\(balance.errors)")
    }

    @Test(arguments: ["", " \n"])
    func anEmptyFileIsCalledEmpty(text: String) async throws {
        try Data(text.utf8).write(to: file)
        let check = try await run(["config", "check"], expecting: 8)
        #expect(check.output.contains("the file is empty"), "\(check.output)")
        #expect(check.output.contains(#""line":1"#) && check.output.contains("bring back a copy"))
    }

    @Test func aFileThatIsNotThereIsNamed() async throws {
        let other = try await run(["config", "check", "--file", "/none/x.json"], expecting: 8)
        #expect(other.output.contains("there is no file ‘/none/x.json’"), "\(other.output)")
        try FileManager.default.removeItem(at: file)
        let own = try await run(["config", "check"], expecting: 4)
        #expect(own.errors.contains("merchant.json’ beside the merchant's key"), "\(own.errors)")
        #expect(own.errors.contains("hint: bring back a copy"))
    }

    @Test func aVariableThatCannotBeReadIsRefused() async throws {
        let shown = try await run(
            ["config", "show"], environment: ["TOLL_MERCHANT_REDEEM_EVERY": "hourly"], expecting: 1)
        #expect(shown.output.isEmpty)
        #expect(shown.errors.contains("TOLL_MERCHANT_REDEEM_EVERY"), "\(shown.errors)")
        #expect(!shown.errors.contains("nothing redeems by itself"))
    }

    @Test func whatIsInEffectIsShownWithItsOrigin() async throws {
        let outcome = try await run(
            ["config", "show"], environment: ["TOLL_MERCHANT_LISTEN": "127.0.0.1:7777"],
            expecting: 0)
        #expect(
            outcome.output.contains(
                #"{"key":"listen","value":"127.0.0.1:7777","from":"TOLL_MERCHANT_LISTEN"}"#),
            "\(outcome.output)")
        #expect(outcome.output.contains(#""from":"default""#))
    }

    @Test func theSchemaIsJSON() async throws {
        let outcome = try await run(["config", "schema"], expecting: 0)
        let schema = try PositionedJSON(parsing: Array(outcome.output.utf8))
        guard case .object(let members) = schema.content else { throw CancellationError() }
        #expect(members.first?.name == "$schema")
    }
}
