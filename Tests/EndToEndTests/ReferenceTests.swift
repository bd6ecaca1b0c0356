import Foundation
import PayWord
import Testing
import TollCLI

/// A payment that bears a reference is made once, whatever happens between the tries.
@Suite(.serialized)
struct ReferenceTests {
    private func town(_ folder: TestFolder) async throws -> Town {
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "20"])
        return town
    }

    @Test("However often a reference is asked for, over however many channels, it is paid once")
    func aReferenceIsPaidOnceOverAllChannels() async throws {
        let folder = try TestFolder()
        let town = try await town(folder)
        let pay = ["pay", try await town.shop, "--amount", "1", "--reference", "order-17"]
        // Locked for one payment, so that the channel has nothing left for a second.
        let first = try await town.wallet(pay + ["--lock", "1"])
        for _ in 0..<2 {
            let again = try await town.wallet(pay + ["--lock", "1"])
            #expect(try again.text("channel") == first.text("channel"))
        }
        #expect(try await town.merchant(["balance"]).text("spent") == "1.000000")

        let other = try await Program.toll.run(
            ["wallet", "pay", town.shop, "--amount", "0.5", "--reference", "order-17", "--home"]
                + [town.parties.walletHome(0)], expecting: 3)
        #expect(other.errors.contains("reference-conflict"), "\(other.errors)")

        _ = try await town.walletLines(["close", "--all"])
        let closed = try await town.wallet(pay)
        #expect(try closed.text("channel") == first.text("channel"), "nothing is opened for it")
        #expect(try await town.merchant(["balance"]).text("spent") == "1.000000")
        await town.parties.stop()
    }

    @Test("Programs that pay one reference at once pay it once")
    func programsThatPayOneReferenceAtOncePayItOnce() async throws {
        let folder = try TestFolder()
        let town = try await town(folder)
        let pay = ["pay", try await town.shop, "--amount", "1", "--reference", "o", "--lock", "1"]
        let channels = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 {
                group.addTask { try await town.wallet(pay).text("channel") }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(channels.count == 1, "\(channels)")
        #expect(try await town.merchant(["balance"]).text("spent") == "1.000000")
        await town.parties.stop()
    }

    @Test("A wallet killed while it pays a reference pays it once when it is asked again")
    func aKilledPaymentIsFinishedByItsReference() async throws {
        let folder = try TestFolder()
        let town = try await town(folder)
        let home = ["--home", town.parties.walletHome(0)]
        for point in ["wallet-before-reveal", "wallet-after-reveal", "wallet-before-write-ahead"] {
            let pay = [
                "wallet", "pay", try await town.shop, "--amount", "1", "--lock", "1",
                "--reference", point,
            ]
            let killed = try Program.toll.start(
                pay + home, environment: ["TOLLCHAIN_FAILPOINT": "\(point):1"])
            #expect(await killed.outcome().status != 0)
            _ = try await Program.toll.run(pay + home)
            _ = try await Program.toll.run(pay + home)
        }
        #expect(try await town.merchant(["balance"]).text("spent") == "3.000000")
        await town.parties.stop()
    }

    @Test("Nothing is locked for a payment that the wallet's own budgets refuse")
    func nothingIsLockedForWhatABudgetRefuses() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(
            ["init", "--broker", town.broker, "--per-payment", "0.5", "--per-merchant", "1.5"])
        _ = try await town.wallet(["load", "20"])
        let shop = try await town.shop
        for what in [["--amount", "0.6"], ["article", "--count", "7"]] {
            let outcome = try await Program.toll.run(
                ["wallet", "pay", shop] + what + ["--home", town.parties.walletHome(0)],
                expecting: 7)
            #expect(outcome.errors.contains("budget-exceeded"), "\(outcome.errors)")
        }
        #expect(try await town.walletLines(["channels"]) == "[]")
        _ = try await town.wallet(["pay", shop, "article"])
        #expect(try await town.wallet(["balance"]).text("reserved") == "1.500000")

        // A limit on one commitment is no reason to open one that is too small for the payment.
        _ = try await town.walletLines(["close", "--all"])
        let reserved = try await town.wallet(["balance"]).text("reserved")
        let file = URL(filePath: "\(town.parties.walletHome(0))/wallet/wallet.json")
        var settings = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        var budget = try #require(settings["budget"] as? [String: Any])
        budget["perCommitment"] = "0.4"
        settings["budget"] = budget
        try JSONSerialization.data(withJSONObject: settings).write(to: file)
        let small = try await Program.toll.run(
            ["wallet", "pay", shop, "article", "--count", "2", "--home"]
                + [town.parties.walletHome(0)], expecting: 7)
        #expect(small.errors.contains("a commitment of"), "\(small.errors)")
        #expect(try await town.wallet(["balance"]).text("reserved") == reserved)
        await town.parties.stop()
    }
}
