import Foundation
import PayWord
import Testing
import TollCLI

/// Backups, older copies, and channels that are let go of.
@Suite(.serialized)
struct RetentionTests {
    private func paidTown(_ folder: TestFolder) async throws -> Town {
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25", "--price", "line=0.001"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "9"])
        return town
    }

    @Test("Channels that are over go; the totals stay, and the proofs hold")
    func purgedChannelsLeaveTotalsAndProofs() async throws {
        let folder = try TestFolder()
        let town = try await paidTown(folder)
        _ = try await town.wallet(["pay", town.shop, "article", "--count", "4", "--lock", "2"])
        #expect(try await town.merchant(["redeem"]).text("net") == "1.000000")
        await town.parties.stop()
        let before = try await town.merchant(["balance"])
        let purge = ["purge", "--older-than", "90d"]
        // Too early: nothing goes, whatever is asked for.
        #expect(try await town.merchant(purge).number("channels") == 0)
        let early = try ProcessMessage(await town.merchantText(purge, ahead: 97).output)
        #expect(try early.number("channels") == 0)
        _ = try await town.merchantText(["purge", "--older-than", "0d"], expecting: 2)
        _ = try await town.merchantText(["purge", "--older-than", "90"], expecting: 2)

        let dry = try ProcessMessage(
            await town.merchantText(purge + ["--dry-run"], ahead: 99).output)
        #expect(try dry.number("channels") == 1)
        #expect(try !dry.flag("purged") && dry.flag("dry_run"))
        #expect(try await town.merchant(["balance"]).number("purged_channels") == 0)
        let gone = try ProcessMessage(await town.merchantText(purge, ahead: 99).output)
        #expect(try gone.text("settled") == "1.000000")
        let after = try await town.merchant(["balance"])
        for name in ["accepted", "spent", "claimed", "settled", "refused", "short", "unclaimed"] {
            #expect(try after.text(name) == before.text(name), "\(name)")
        }
        #expect(try after.number("purged_channels") == 1)
        let euro = town.parties.asset
        let parts = try ["claimed", "unclaimed", "refused", "lapsed"].map {
            try euro.amount(after.text($0))
        }
        #expect(try euro.text(parts.sum()) == after.text("due"))
        #expect(try await town.merchantText(["channels"]).output == "[]")
        let proofs = try await town.merchantText(["settlements", "--verify"])
        #expect(proofs.output.contains(#""proof":"holds""#), "\(proofs.output)")
        let again = try ProcessMessage(await town.merchantText(purge, ahead: 99).output)
        #expect(try again.number("channels") == 0)
        // Nobody who comes back is served on it: by a clock that went back to before its expiry, it is
        // known to be over.
        try await town.restart(ahead: 0)
        let shop = try await town.shop
        let pay = [
            "wallet", "pay", shop, "article", "--home", town.parties.walletHome(0), "--json",
        ]
        let refused = try await Program.toll.run(pay, expecting: 3)
        #expect(refused.errors.contains("channel-closed"), "\(refused.errors)")
        #expect(try await town.merchant(["balance"]).text("spent") == "1.000000")
        // By a clock that is right, the wallet opens another.
        try await town.restart(ahead: 99)
        _ = try await Program.toll.run(pay, environment: Town.ahead(99))
        let balance = try await town.merchant(["balance"])
        #expect(try balance.text("spent") == "1.250000")
        #expect(try balance.number("channels") == 2)
        await town.parties.stop()
    }

    @Test("A backup while payments go on; put back, it is told, and taken up only by command")
    func threat37ABackupThatIsPutBackIsTold() async throws {
        let folder = try TestFolder()
        let town = try await paidTown(folder)
        _ = try await town.wallet(["pay", town.shop, "line", "--lock", "8"])
        async let paying = town.wallet(["pay", town.shop, "line", "--count", "1500"])
        let backup = "\(folder.path)/backup.sqlite"
        let made = try await town.merchant(["backup", backup])
        #expect(try made.number("changes") > 0)
        _ = try await paying
        let again = try await town.merchantText(["backup", backup], expecting: 3)
        #expect(again.errors.contains(#""code":"exists""#), "\(again.errors)")
        #expect(try await town.merchant(["redeem"]).text("net") == "1.501000")
        await town.parties.kill(.merchant)

        // An operator who puts it back by hand is told, and nothing is served.
        let path = "\(town.merchantFolder)/channels.sqlite"
        try town.moveAway(path)
        try FileManager.default.copyItem(atPath: backup, toPath: path)
        for command in [["serve"], ["redeem"], ["purge", "--older-than", "90d"]] {
            let refused = try await town.merchantText(command, expecting: 1).errors
            #expect(refused.components(separatedBy: "is a backup of").count == 2, "\(refused)")
            #expect(refused.contains("go on with this one: toll merchant restore"), "\(refused)")
        }
        let read = try await town.merchantText(["balance"])
        #expect(read.errors.contains("is a backup of"), "\(read.errors)")
        _ = try await town.merchantText(["restore", backup], expecting: 3)
        let doctor = try await town.doctor(expecting: 8)
        #expect(doctor.contains("is a backup of") && doctor.contains("toll merchant restore"))

        let taken = try await town.merchant(["restore"])
        #expect(try taken.number("epoch") == 2)
        #expect(try taken.number("changes_lost_at_least") > 0)
        let twice = try await town.merchantText(["restore"], expecting: 1)
        #expect(twice.errors.contains("there is nothing to do"), "\(twice.errors)")
        // The broker knows of a settlement that this copy does not, and its owner knows that.
        try town.configureShop(#""limits": {"connections": 64, "connectionsPerAddress": 16}"#)
        let known = try await town.doctor(expecting: 0)
        #expect(known.contains("taken up knowingly at"), "\(known)")
        #expect(known.contains("1.501000 EUR that the broker credited are not known"), "\(known)")
        let adopted = "\(folder.path)/adopted"
        try town.copyBooks(to: adopted)

        // It goes on: the payer shows its latest payword, and what was settled is not settled twice.
        try await town.parties.startMerchant(isNew: false)
        _ = try await town.wallet(["pay", town.shop, "line", "--count", "9"])
        _ = try await town.merchantText(["redeem"], expecting: 8)
        let statement = try await town.brokerCommand(["ledger", "check"])
        #expect(try statement.flag("sums_to_zero"))
        #expect(try await town.merchant(["balance"]).text("short") > "0.000000")
        _ = try await town.doctor(expecting: 0)

        // A copy of what was taken up is older again, also where no file says so, and says it until
        // it is taken up.
        await town.parties.kill(.merchant)
        try town.putBooks(from: adopted)
        let further = try await town.doctor(expecting: 8)
        #expect(further.contains("besides 1.501000 that were missing"), "\(further)")
        #expect(try await town.merchant(["restore"]).number("epoch") == 3)
        _ = try await town.doctor(expecting: 0)
        await town.parties.stop()
    }

    @Test("Broker and wallet are backed up while they work; a broker's older books are not served")
    func brokersAndWalletsAreBackedUpToo() async throws {
        let folder = try TestFolder()
        let town = try await paidTown(folder)
        _ = try await town.wallet(["pay", town.shop, "article", "--lock", "2"])
        let ledger = "\(folder.path)/ledger.sqlite"
        _ = try await town.brokerCommand(["backup", ledger])
        let wallet = "\(folder.path)/wallet.sqlite"
        _ = try await town.wallet(["backup", wallet])
        _ = try await town.merchant(["redeem"])
        await town.parties.stop()

        let broker = ["--home", town.parties.brokerHome, "--json"]
        let path = "\(town.parties.brokerHome)/broker/ledger.sqlite"
        let occupied = try await Program.toll.run(
            ["broker", "restore", ledger, "--compared"] + broker, expecting: 3)
        #expect(occupied.errors.contains("is in the way"), "\(occupied.errors)")
        try town.moveAway(path)
        let asked = try await Program.toll.run(
            ["broker", "restore", ledger] + broker, expecting: 6)
        #expect(asked.errors.contains("pays twice"), "\(asked.errors)")
        #expect(!FileManager.default.fileExists(atPath: path))
        // A wallet's file is no ledger, and does not stay.
        _ = try await Program.toll.run(
            ["broker", "restore", wallet, "--compared"] + broker, expecting: 1)
        #expect(!FileManager.default.fileExists(atPath: path))
        // Nor is what was cut off, or is damaged.
        let whole = try Data(contentsOf: URL(fileURLWithPath: ledger))
        let broken = URL(fileURLWithPath: "\(folder.path)/broken.sqlite")
        let noise = Data(repeating: 0xa5, count: 4096)
        for bytes in [
            Data(), whole.prefix(9000), whole.prefix(8192) + noise + whole.dropFirst(12288),
        ] {
            try bytes.write(to: broken)
            let refused = try await Program.toll.run(
                ["broker", "restore", broken.path, "--compared"] + broker, expecting: 1)
            #expect(refused.errors.contains("nothing was put in place"), "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
        // A link is followed: the backup stays what it is, and where.
        let link = "\(folder.path)/latest.sqlite"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: ledger)
        _ = try await Program.toll.run(["broker", "restore", link, "--compared"] + broker)
        #expect(try Data(contentsOf: URL(fileURLWithPath: ledger)) == whole)
        #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil)
        _ = try await Program.toll.run(["broker", "ledger", "check"] + broker)

        let purse = "\(town.parties.walletHome(0))/wallet/wallet.sqlite"
        for end in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: purse + end)
        }
        try FileManager.default.copyItem(atPath: wallet, toPath: purse)
        let channels = try await town.walletLines(["channels"])
        #expect(channels.contains("1.750000"), "\(channels)")
    }
}
