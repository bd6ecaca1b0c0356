import Foundation
import PayWord
import Testing
import TollCLI

/// Whole stories with real processes, as the README tells them.
@Suite(.serialized)
struct StoryTests {
    @Test("The demo loses nothing and settles once")
    func theDemoLosesNothingAndSettlesOnce() async throws {
        let outcome = try await Program.toll.run(
            ["demo", "--payments", "4000", "--channels", "40", "--wallets", "2", "--json"])
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.payments == 4000)
        #expect(report.channels == 40)
        #expect(report.settlements == 1)
        #expect(report.claims == 40)
        #expect(report.lost_payments == 0)
        #expect(report.double_payments == 0)
        #expect(report.redemption_repeated_identical)
        #expect(report.ledger_sum_zero)
        #expect(report.unacknowledged_at_kill.count == 2)
        #expect(report.unacknowledged_at_kill.allSatisfy { $0 >= 1 })
        #expect(report.payment_frame_bytes <= 64)
        #expect(report.gross == report.net)
    }

    private struct Report: Decodable {
        var payments: Int
        var channels: Int
        var settlements: Int
        var claims: Int
        var gross: String
        var net: String
        var lost_payments: Int
        var double_payments: Int
        var redemption_repeated_identical: Bool
        var ledger_sum_zero: Bool
        var unacknowledged_at_kill: [Int]
        var payment_frame_bytes: Int
    }

    @Test("Two small programs, two processes, no broker")
    func twoPartiesNeedNoBroker() async throws {
        let folder = try TestFolder()
        let merchant = try Program.tollMerchant.start(
            ["--folder", "\(folder.path)/shop", "--port", "0"])
        let address = try await merchant.line { $0.hasPrefix("toll+tcp://") }
        let wallet = try await Program.tollWallet.run(
            [address, "--folder", "\(folder.path)/purse", "--count", "500"])
        #expect(wallet.output.contains("paid 500 of 500 jokes"))
        #expect(wallet.output.contains("receipt: 1.250000 EUR, 500 payments"))
        merchant.terminate()
        let outcome = await merchant.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("settled 1.250000 EUR"))
    }

    @Test("The same two programs with a broker between them")
    func theDemoProgramsWorkWithABroker() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        let merchant = try Program.tollMerchant.start(
            ["--folder", "\(folder.path)/shop", "--port", "0", "--broker", town.broker])
        let address = try await merchant.line { $0.hasPrefix("toll+tcp://") }
        let wallet = try await Program.tollWallet.run(
            [
                address, "--folder", "\(folder.path)/purse", "--count", "300", "--broker",
                town.broker,
            ])
        #expect(wallet.output.contains("paid 300 of 300 jokes"))
        merchant.terminate()
        let outcome = await merchant.outcome()
        #expect(outcome.output.contains("settled 0.750000 EUR"), "\(outcome.errors)")
        await town.parties.stop()
    }

    @Test("Money comes in, is paid, refunded, redeemed, closed and withdrawn, to the unit")
    func everyUnitIsAccountedFor() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        let paid = try await town.wallet(
            ["pay", town.shop, "article", "--count", "4", "--lock", "2"])
        #expect(try paid.text("paid") == "1.000000")
        let channel = try paid.text("channel")

        _ = try await town.merchant(["refund", channel, "0.25", "--reference", "r1"])
        let refunded = try await town.merchant(["refund", channel, "0.25", "--reference", "r1"])
        #expect(try refunded.text("spent") == "0.750000", "the same refund twice is one")
        #expect(try await town.merchant(["redeem"]).text("net") == "0.750000")
        #expect(try await town.merchant(["redeem"]).text("net") == "0.000000")

        _ = try await town.walletLines(["close", "--all"])
        let balance = try await town.wallet(["balance"])
        #expect(try balance.text("available") == "4.250000")
        #expect(try balance.text("reserved") == "0.000000")
        let withdrawn = try await town.wallet(["withdraw", "4"])
        #expect(try withdrawn.text("payable") == "4.000000")
        #expect(try await town.brokerCommand(["ledger", "check"]).flag("sums_to_zero"))
        await town.parties.stop()
    }

    @Test("A wallet restored from its secret alone goes on paying where it stood")
    func aWalletIsRestoredFromItsSecretAlone() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        let ended = try await town.wallet(["pay", town.shop, "article", "--lock", "0.5"])
        _ = try await town.walletLines(["close", "--all"])
        let before = try await town.wallet(
            ["pay", town.shop, "article", "--count", "3", "--lock", "4.5"])

        // Nothing is left but the secret.
        let home = town.parties.walletHome(0)
        try FileManager.default.moveItem(
            atPath: "\(home)/wallet/wallet.key", toPath: "\(folder.path)/paper.key")
        try FileManager.default.removeItem(atPath: home)
        let restored = try await town.wallet(
            ["restore", "--broker", town.broker, "--secret", "\(folder.path)/paper.key"])
        #expect(try restored.number("live_channels") == 1)

        let after = try await town.wallet(["pay", town.shop, "article", "--count", "2"])
        #expect(try after.text("channel") == before.text("channel"), "no other channel is opened")
        #expect(try after.text("left_on_channel") == "3.250000")
        #expect(try await town.merchant(["balance"]).text("spent") == "1.500000")

        // Of what ended before, nothing is known but that it ended: no sum is made up for it.
        let closed = try await town.walletLines(["close", "--all"])
        #expect(closed.contains(try before.text("channel")))
        #expect(!closed.contains(try ended.text("channel")), "\(closed)")
        #expect(try await town.wallet(["balance"]).text("available") == "3.500000")
        await town.parties.stop()
    }

    @Test("A budget stops a runaway loop, and survives restarts")
    func threat23ABudgetStopsARunawayLoop() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker, "--per-day", "1"])
        _ = try await town.wallet(["load", "5"])
        _ = try await town.wallet(["pay", town.shop, "article", "--count", "3", "--lock", "5"])
        let outcome = try await Program.toll.run(
            ["wallet", "pay", town.shop, "article", "--count", "10", "--home"]
                + [town.parties.walletHome(0)], expecting: 7)
        #expect(outcome.errors.contains("budget-exceeded"))
        #expect(try await town.merchant(["balance"]).text("spent") <= "1.000000")
        await town.parties.stop()
    }
}
