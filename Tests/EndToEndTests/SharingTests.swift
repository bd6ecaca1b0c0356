import Foundation
import PayWord
import Testing
import TollCLI

/// Two processes that come upon the same files.
@Suite(.serialized)
struct SharingTests {
    @Test("Two processes that pay from one wallet at once both pay")
    func twoProcessesOnOneWalletBothPay() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.001"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        let opened = try await town.wallet(["pay", town.shop, "article", "--lock", "4"])
        let shop = try await town.shop
        async let first = town.wallet(["pay", shop, "article", "--count", "700"])
        async let second = town.wallet(["pay", shop, "article", "--count", "800"])
        for paid in try await [first, second] {
            #expect(try paid.text("channel") == opened.text("channel"))
        }
        #expect(try await town.merchant(["balance"]).text("spent") == "1.501000")
        #expect(try await town.merchant(["redeem"]).text("net") == "1.501000")
        #expect(try await town.brokerCommand(["ledger", "check"]).flag("sums_to_zero"))
        await town.parties.stop()
    }

    @Test("Two copies of one wallet that pay at once are told, and go on")
    func threat17CopiesOfAWalletFolderGoOn() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.001"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        _ = try await town.wallet(["pay", town.shop, "article", "--lock", "4"])
        let homes = [town.parties.walletHome(0), "\(folder.path)/copy"]
        try FileManager.default.copyItem(atPath: homes[0], toPath: homes[1])
        let shop = try await town.shop
        let acknowledged = try await withThrowingTaskGroup(of: Int.self) { group in
            for home in homes {
                group.addTask { try await pay(from: home, at: shop, count: 300) }
            }
            return try await group.reduce(0, +)
        }
        #expect(acknowledged >= 600)
        for home in homes {
            // Connecting finds out where the channel stands, and it is in no dispute.
            #expect(try await pay(from: home, at: shop, count: 1) == 1)
        }
        let spent = try await town.merchant(["balance"]).text("spent")
        #expect(try await town.merchant(["redeem"]).text("net") == spent)
        #expect(try await town.brokerCommand(["ledger", "check"]).flag("sums_to_zero"))
        await town.parties.stop()
    }

    /// Pays in small commands, again where another copy was faster.
    private func pay(from home: String, at shop: String, count: Int) async throws -> Int {
        var paid = 0
        for _ in 0..<200 where paid < count {
            let step = min(100, count - paid)
            let outcome = try await Program.toll.run(
                ["wallet", "pay", shop, "article", "--count", "\(step)", "--json", "--home", home],
                expecting: nil)
            if outcome.status == 0 {
                paid += step
                continue
            }
            #expect(
                outcome.errors.contains("stale-index") || outcome.errors.contains("busy")
                    || outcome.errors.contains("timed-out"), "\(outcome.errors)")
        }
        return paid
    }

    @Test(
        "A second server on one folder is refused, and commands that read are not",
        arguments: ["broker", "merchant"])
    func aSecondServerIsRefused(role: String) async throws {
        let folder = try TestFolder()
        let home = ["--home", folder.path]
        let own = role == "broker" ? ["--faucet"] : ["--two-party", "5"]
        _ = try await Program.toll.run([role, "init"] + own + home)
        let serve = [role, "serve", "--listen", "127.0.0.1:0"] + home
        let first = try Program.toll.start(serve)
        _ = try await first.line { $0.contains("127.0.0.1") }
        let second = try await Program.toll.run(serve, expecting: 3)
        #expect(second.errors.contains("another process serves"))
        #expect(second.errors.contains("hint: stop the other one first"))
        let reading = role == "broker" ? ["ledger", "check"] : ["balance"]
        _ = try await Program.toll.run([role] + reading + home)
        // The kernel gives the lock back, however the first one ends.
        await first.kill()
        let third = try Program.toll.start(serve)
        _ = try await third.line { $0.contains("127.0.0.1") }
        third.terminate()
        #expect(await third.outcome().status == 0)
    }

    @Test("A second toll-merchant on one folder is told as a second toll merchant serve is")
    func aSecondSmallProgramIsRefusedToo() async throws {
        let folder = try TestFolder()
        let arguments = ["--port", "0", "--folder", "\(folder.path)/shop"]
        let first = try Program.tollMerchant.start(arguments)
        _ = try await first.line { $0.contains("127.0.0.1") }
        let second = try await Program.tollMerchant.run(arguments, expecting: 3)
        #expect(second.errors.contains("another process serves"), "\(second.errors)")
        #expect(second.errors.contains("hint: stop the other one first"), "\(second.errors)")
        first.terminate()
        _ = await first.outcome()
    }

    @Test("Another key over a merchant's channels is refused")
    func anotherKeyOverOldChannelsIsRefused() async throws {
        let folder = try TestFolder()
        let home = ["--home", folder.path]
        _ = try await Program.toll.run(["merchant", "init", "--two-party", "5"] + home)
        try Data(repeating: 7, count: 32).write(
            to: URL(fileURLWithPath: "\(folder.path)/merchant/merchant.key"))
        let outcome = try await Program.toll.run(["merchant", "serve"] + home, expecting: 3)
        #expect(outcome.errors.contains("wrong-merchant"))
        #expect(outcome.errors.contains("keeps the channels of"))
    }

    @Test("Books that lost their write-ahead log are not called sound, and not served")
    func threat37BooksThatLostTheirLogAreNotServed() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        // The folder as `cp` takes it, without the log.
        let copy = "\(folder.path)/copy"
        try FileManager.default.copyItem(atPath: town.parties.brokerHome, toPath: copy)
        for suffix in ["-wal", "-shm"] {
            try FileManager.default.removeItem(atPath: "\(copy)/broker/ledger.sqlite\(suffix)")
        }
        let check = try await Program.toll.run(
            ["broker", "ledger", "check", "--home", copy], expecting: 8)
        #expect(check.errors.contains("newest-copy"))
        let serve = try await Program.toll.run(
            ["broker", "serve", "--listen", "127.0.0.1:0", "--home", copy], expecting: 1)
        #expect(serve.errors.contains("older copy"))
        #expect(try await town.brokerCommand(["ledger", "check"]).flag("sums_to_zero"))
        await town.parties.stop()
    }
}
