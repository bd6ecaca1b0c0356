import Foundation
import Testing
import TollCLI

/// The first evening's mistakes: an address of another party, a key that is not there, a broker that
/// comes later. Each ends soon, with what to do in this situation.
struct WrongTurnTests {
    @Test func aPartyAtAnothersAddressIsNamed() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25", "--price", "joke=0.01"])
        let shop = try await town.shop
        let port = try #require(shop.split(separator: ":").last)
        let brokerPort = try #require(town.broker.split(separator: ":").last)

        let merchant = try await fail(
            ["merchant", "init", "--broker", "http://127.0.0.1:\(port)", "--price", "a=1"],
            folder.path + "/m", 1)
        #expect(merchant.contains("no broker") && !merchant.contains("trying again"), "\(merchant)")
        try expect(merchant, "not a merchant")
        let secure = try await fail(
            ["wallet", "init", "--broker", "https://127.0.0.1:\(brokerPort)"], folder.path + "/w", 6
        )
        try expect(secure, "use the http:// address")

        _ = try await town.wallet(["init", "--broker", town.broker])
        let wrong = shop.dropLast(port.count) + brokerPort
        let paid = try await fail(
            ["wallet", "pay", "\(wrong)", "article"], town.parties.walletHome(0), 3)
        #expect(paid.contains("an HTTP server answers"))
        try expect(paid, "is it the broker's address?")

        let small = try await Program.tollWallet.run(
            [shop, "--folder", folder.path + "/small"], expecting: 3)
        try expect(small.errors, "--broker URL")
        await town.parties.stop()
    }

    @Test func aBrokerThatDoesNotRunIsGivenUpSoonAndSaid() async throws {
        let folder = try TestFolder()
        let told = try await fail(
            ["wallet", "init", "--broker", "http://127.0.0.1:1"], folder.path, 5)
        let lines = told.split(separator: "\n").filter { $0.contains("trying again") }
        #expect(lines.count == 1 && lines[0].contains("Connection refused"), "\(told)")
        try expect(told, "toll broker serve starts one")
    }

    @Test func aWalletGetsItsBrokerLater() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        let home = town.parties.walletHome(0)
        let alone = try await Program.toll.run(["wallet", "init", "--home", home])
        #expect(!alone.errors.contains("wallet load"))
        #expect(alone.errors.contains("wallet init --broker URL"))
        try expect(try await fail(["wallet", "init"], home, 3), "--broker URL")
        try expect(try await fail(["wallet", "balance"], home, 4), "--broker URL")
        let other = try await fail(
            ["wallet", "init", "--broker", town.broker, "--asset", "USD/6"], home, 3)
        try expect(other, "another --home")
        for _ in 1...2 {
            let made = try await town.wallet(["init", "--broker", town.broker])
            #expect(try made.text("broker") == town.broker)
        }
        _ = try await town.wallet(["load", "5"])
        let elsewhere = try await fail(
            ["wallet", "init", "--broker", "http://127.0.0.1:1"], home, 3)
        try expect(elsewhere, "another --home")

        let uncounted = try await fail(
            ["wallet", "init", "--broker", town.broker, "--asset", "USD/6"], folder.path + "/d", 3)
        try expect(uncounted, "--asset EUR/6")
        try expect(try await fail(["wallet", "withdraw", "9"], home, 3), "withdraw less")
        let account = try await town.wallet(["balance"]).text("account")
        let payout = try await fail(
            ["broker", "payout", account, "1", "--reference", "r"], town.parties.brokerHome, 4)
        try expect(payout, "--payer")
        await town.parties.stop()
    }

    @Test func aKeyThatIsNotTheWalletsIsNamed() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        _ = try await town.wallet(["init", "--broker", town.broker])
        let home = town.parties.walletHome(0)
        let key = "\(home)/wallet/wallet.key"
        let files = FileManager.default

        try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        try expect(try await fail(["wallet", "balance"], home, 1), "chmod 600 '\(key)'")
        try files.removeItem(atPath: key)
        try expect(try await fail(["wallet", "balance"], home, 1), "put the copy of this key back")
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: key))
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        for arguments in [["balance"], ["load", "1"], ["init", "--broker", town.broker]] {
            let told = try await fail(["wallet"] + arguments, home, 4)
            #expect(told.contains("is not the key with which this wallet was enrolled"), "\(told)")
            try expect(told, "put the copy of that key back")
        }
        await town.parties.stop()
    }

    private func fail(
        _ arguments: [String], _ home: String, _ status: Int32
    ) async throws -> String {
        try await Program.toll.run(arguments + ["--home", home], expecting: status).errors
    }

    private func expect(_ errors: String, _ hint: String) throws {
        let line = try #require(
            errors.split(separator: "\n").last { $0.hasPrefix("hint: ") }, "\(errors)")
        #expect(line.contains(hint), "\(errors)")
    }
}
