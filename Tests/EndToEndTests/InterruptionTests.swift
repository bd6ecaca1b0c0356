import Foundation
import PayWord
import Testing
import TollCLI

/// What Control-C, or a service manager, leaves behind.
struct InterruptionTests {
    @Test func anInterruptedPaymentSaysHowManyWereMade() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "tip=0.00001"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        let home = ["--home", town.parties.walletHome(0)]
        let paying = try Program.toll.start(
            ["wallet", "pay", try await town.shop, "tip", "--count", "400000"] + home)
        while try await town.merchant(["balance"]).text("spent") == "0.000000", paying.isRunning {}
        paying.terminate()
        let outcome = await paying.outcome()
        #expect(outcome.status == 1, "\(outcome.errors)")
        let paid = outcome.errors.components(separatedBy: "stopped after ").last
            .flatMap { Int($0.prefix { $0.isNumber }) }
        let count = try #require(paid, "\(outcome.errors)")
        #expect(count > 0)
        #expect(outcome.errors.contains("--count \(400_000 - count)"), "\(outcome.errors)")
        let spent = try await town.merchant(["balance"]).text("spent")
        let tip = try Asset(code: "EUR", scale: 6).amount("0.00001")
        #expect(
            try Asset(code: "EUR", scale: 6).amount(spent) == tip.multiplied(by: UInt64(count)))
        await town.parties.stop()
    }

    /// Whoever goes on for a moment after an interruption must not leave a new server behind.
    @Test func partiesThatWereAbandonedStartNothing() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        let broker = try #require(await town.parties.server(.broker))
        await town.parties.abandon()
        #expect(!broker.isRunning)
        await #expect(throws: Refusal(.busy)) { try await town.parties.startBroker() }
    }

    @Test func anInterruptedDemoLeavesNothingBehind() async throws {
        let folder = try TestFolder()
        let demo = try Program.toll.start(["demo"], environment: ["TMPDIR": folder.path])
        func files() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
        }
        while try !files().contains(where: { $0.hasPrefix("toll-demo-") }), demo.isRunning {
            await Task.yield()
        }
        demo.terminate()
        let outcome = await demo.outcome()
        #expect(outcome.status == 1 && outcome.errors.contains("interrupted"), "\(outcome.errors)")
        #expect(try files() == [], "\(outcome.errors)")
    }
}
