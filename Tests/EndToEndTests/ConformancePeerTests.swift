import Foundation
import PayWord
import Testing
import TollCLI

/// The live counterparty as a program, against the programs that people use.
struct ConformancePeerTests {
    /// The last line with a verdict.
    private static func verdict(_ output: String) throws -> String {
        let line = output.split(separator: "\n").last { $0.contains("\"verdict\"") }
        return try ProcessMessage(String(line ?? "")).text("verdict")
    }

    @Test(
        arguments: [
            (nil, "passed", 0), ("overclaim-opened", "passed", 0),
            ("drop-after-commit", "passed", 0), ("forgets-state", "passed", 0),
            ("false-receipt", "untested", 8),
        ] as [(String?, String, Int32)])
    func aWalletPaysALiveMerchant(mode: String?, verdict: String, status: Int32) async throws {
        let folder = try TestFolder()
        let options = mode.map { ["--misbehave", $0] } ?? []
        let merchant = try Program.toll.start(
            ["conformance", "peer", "merchant", "--folder", folder.path + "/peer"] + options)
        let ready = try ProcessMessage(try await merchant.line { $0.contains("\"ready\"") })
        let address = try ready.text("address")
        let home = ["--home", folder.path + "/wallet"]
        _ = try await Program.toll.run(["wallet", "init"] + home)
        for _ in 0..<4 {
            _ = try await Program.toll.run(
                ["wallet", "pay", address, "article", "--count", "3"] + home, expecting: nil)
        }
        merchant.terminate()
        let outcome = await merchant.outcome()
        #expect(outcome.status == status, "\(outcome.output)")
        #expect(try Self.verdict(outcome.output) == verdict, "\(outcome.output)")
        #expect(outcome.output.contains("\"event\":\"hello\""))
    }

    @Test(arguments: [false, true])
    func aLiveWalletPaysAMerchant(hasBroker: Bool) async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.0025", "--two-party", "1000"])
        var options = ["--connect", try await town.shop]
        if hasBroker { options += ["--broker", town.broker] }
        for more in [
            ["--resource", "article"], ["--misbehave", "wrong-payword"],
            ["--misbehave", "replayed-proof"], ["--misbehave", "frame-too-large"],
        ] {
            let outcome = try await Program.toll.run(
                ["conformance", "peer", "wallet"] + options + more, expecting: nil)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(try Self.verdict(outcome.output) == "passed")
        }
        await town.parties.stop()
    }

    /// What the specification says of each mode is what the program says of it.
    @Test func theSpecificationListsEveryMode() async throws {
        let spec = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "spec/13-conformance.md")
        let text = try String(contentsOf: spec, encoding: .utf8)
        for side in ["merchant", "wallet"] {
            let output = try await Program.toll.run(
                ["conformance", "peer", side, "--list", "--json"]
            ).output
            let modes = try JSONDecoder().decode([Mode].self, from: Data(output.utf8))
            #expect(modes.count > 30)
            for mode in modes {
                let row =
                    "| `\(mode.mode)` | \(mode.threat) | \(mode.rules) | \(mode.does) "
                    + "| \(mode.expects) |"
                #expect(text.contains(row), "spec/13-conformance.md lacks: \(row)")
            }
        }
    }

    private struct Mode: Decodable {
        var mode, threat, rules, does, expects: String
    }
}
