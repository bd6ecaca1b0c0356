import Foundation
import PayWord
import Testing
import TollCLI

/// The redeemer as a service and as a command, with brokers that come and go.
@Suite(.serialized)
struct RedeemingTests {
    private static let soon = """
        "redeem": {"atAmount": "0.75", "lookSeconds": 1, "retrySeconds": 1, "retryMaximumSeconds": 1}
        """

    @Test("A broker that was away pays everything when it is back, by itself and once")
    func threat27ABrokerThatWasAwayPaysWhenItIsBack() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.makeShop()
        try town.configureShop(Self.soon)
        try await town.parties.startMerchant(isNew: false)
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        _ = try await town.wallet(["pay", town.shop, "article", "--lock", "4"])
        await town.parties.kill(.broker)
        // It asks no broker to be paid.
        _ = try await town.wallet(["pay", town.shop, "article", "--count", "5"])
        #expect(try await town.merchant(["balance"]).text("settled") == "0.000000")
        try await town.parties.startBroker()
        try await town.untilBalance("settled", is: "1.500000")
        let balance = try await town.merchant(["balance"])
        #expect(try balance.text("spent") == "1.500000")
        #expect(try balance.text("claimed") == "1.500000")
        // Below the amount it leaves what is due alone.
        _ = try await town.wallet(["pay", town.shop, "article"])
        #expect(try await town.merchant(["balance"]).text("unclaimed") == "0.250000")
        let ledger = try await town.brokerCommand(["ledger", "check"])
        #expect(try ledger.flag("sums_to_zero"))
        await town.parties.stop()
    }

    @Test("Two brokers: one that is away holds up nobody, as a service and as a command")
    func twoBrokersAreRedeemedSideBySide() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.makeShop()
        let home = "\(folder.path)/second-broker"
        _ = try await Program.toll.run(
            ["broker", "init", "--home", home, "--asset", "EUR/6", "--faucet", "--json"])
        let second = try Program.toll.start(
            ["broker", "serve", "--home", home, "--listen", "127.0.0.1:0"])
        let line = try await second.line { $0.contains("\"url\"") }
        let url = try ProcessMessage(line).text("url")
        let enrolled = try await town.merchant(["enrol", url])
        #expect(try await town.merchant(["enrol", url]).text("root") == enrolled.text("root"))
        let entry = "{\"root\": \"\(try enrolled.text("root"))\", \"url\": \"\(url)\"}"
        try town.editShop { $0.replacing(/"brokers" ?: ?\[/, with: "\"brokers\": [\(entry),") }
        try town.configureShop(Self.soon)
        try await town.parties.startMerchant(isNew: false)
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        _ = try await town.wallet(["pay", town.shop, "article", "--count", "4", "--lock", "4"])
        try await town.untilBalance("settled", is: "1.000000")
        // The first broker goes; a payer of the second comes.
        await town.parties.kill(.broker)
        _ = try await town.wallet(["pay", town.shop, "article", "--count", "4"])
        let payer = "\(folder.path)/payer"
        let shop = try await town.shop
        for arguments in [
            ["init", "--broker", url], ["load", "5"],
            ["pay", shop, "article", "--count", "8", "--lock", "4"],
        ] {
            _ = try await Program.toll.run(["wallet"] + arguments + ["--home", payer, "--json"])
        }
        try await town.untilBalance("settled", is: "3.000000")
        _ = try await Program.toll.run(
            ["wallet", "pay", shop, "article", "--home", payer, "--json"])
        // The command gives up on the first and brings the second's money all the same.
        let redeemed = try await town.merchantText(["redeem"], expecting: 5)
        #expect(redeemed.output.contains(#""net":"0.250000""#), "\(redeemed.output)")
        #expect(redeemed.errors.contains("nothing from the broker"), "\(redeemed.errors)")
        try await town.parties.startBroker()
        try await town.untilBalance("settled", is: "4.250000")
        #expect(try await town.merchant(["balance"]).text("spent") == "4.250000")
        second.terminate()
        _ = await second.ended()
        await town.parties.stop()
    }

    @Test("Killed between sending and filing: the same batch again, and it is settled once")
    func threat19AKillBetweenSendingAndFilingCostsNothing() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        _ = try await town.wallet(["pay", town.shop, "article", "--count", "4", "--lock", "4"])
        for point in ["merchant-before-redeem", "merchant-after-redeem"] {
            let killed = try town.parties.start(
                ["merchant", "redeem", "--home", town.parties.merchantHome, "--json"],
                environment: ["TOLLCHAIN_FAILPOINT": "\(point):1", "SWIFT_BACKTRACE": "enable=no"])
            #expect(await killed.ended() != 0)
            let balance = try await town.merchant(["balance"])
            #expect(try balance.text("claimed") == "1.000000")
            #expect(try balance.text("settled") == "0.000000")
        }
        // What comes meanwhile goes into a batch of its own.
        _ = try await town.wallet(["pay", town.shop, "article"])
        let plan = try await town.merchant(["redeem", "--dry-run"])
        #expect(try plan.text("expected") == "1.000000")
        #expect(try await town.merchant(["redeem"]).text("net") == "1.250000")
        #expect(try await town.merchant(["balance"]).text("settled") == "1.250000")
        #expect(try await town.merchant(["redeem"]).text("net") == "0.000000")
        #expect(try await town.brokerCommand(["ledger", "check"]).flag("sums_to_zero"))
        await town.parties.stop()
    }

    @Test("A dry run says what would be claimed, and changes nothing anywhere")
    func aDryRunChangesNothing() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        let paid = try await town.wallet(
            ["pay", town.shop, "article", "--count", "4", "--lock", "4"])
        let channel = try paid.text("channel")
        // Not even a broker is needed.
        await town.parties.kill(.broker)
        let height = URL(fileURLWithPath: "\(town.merchantFolder)/channels.sqlite-height")
        let before = try Data(contentsOf: height)
        let balance = try await town.merchantText(["balance"]).output
        let plan = try await town.merchantText(["redeem", "--dry-run"])
        #expect(plan.output.contains(#""expected":"1.000000""#), "\(plan.output)")
        #expect(plan.output.contains(channel) && plan.output.contains(#""state":"new""#))
        #expect(plan.output.contains(#""dry_run":true"#))
        #expect(plan.errors.contains("nothing was sent"))
        #expect(try Data(contentsOf: height) == before)
        #expect(try await town.merchantText(["balance"]).output == balance)
        _ = try await town.merchantText(["redeem", "--dry-run", "--evidence", "x"], expecting: 2)
        try await town.parties.startBroker()
        #expect(try await town.merchant(["redeem"]).text("net") == "1.000000")
        let after = try await town.merchantText(["redeem", "--dry-run"])
        #expect(after.output.contains(#""expected":"0.000000""#), "\(after.output)")
        await town.parties.stop()
    }

    @Test("Part of a batch is refused: it is filed with its reason, and the rest is paid")
    func aPartialRefusalIsFiledForAPerson() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        _ = try await town.wallet(["pay", town.shop, "article", "--count", "2", "--lock", "0.5"])
        // The broker goes on with a copy that does not know of the second channel.
        let copy = "\(folder.path)/ledger.sqlite"
        _ = try await town.brokerCommand(["backup", copy])
        let paid = try await town.wallet(
            ["pay", town.shop, "article", "--count", "3", "--lock", "1"])
        let second = try paid.text("channel")
        await town.parties.stop()
        try town.moveAway("\(town.parties.brokerHome)/broker/ledger.sqlite")
        _ = try await town.brokerCommand(["restore", copy, "--compared"])
        try await town.parties.startBroker()

        let redeemed = try await town.merchantText(["redeem"])
        #expect(redeemed.output.contains(#""net":"0.500000""#), "\(redeemed.output)")
        #expect(redeemed.errors.contains("toll merchant refusals"), "\(redeemed.errors)")
        var filed = try await town.merchantText(["refusals"]).output
        #expect(filed.contains(#""reason":"unknown-commitment""#), "\(filed)")
        #expect(filed.contains(#""state":"to be claimed again""#) && filed.contains(second))
        #expect(filed.components(separatedBy: second).count == 2, "one refusal: \(filed)")
        var balance = try await town.merchant(["balance"])
        #expect(try balance.text("settled") == "0.500000")
        #expect(try balance.text("unclaimed") == "0.750000")
        // The next time the whole commitment goes along; every refusal is kept.
        _ = try await town.merchantText(["redeem"])
        filed = try await town.merchantText(["refusals"]).output
        #expect(filed.contains(#""reason":"not-reserved""#), "\(filed)")
        #expect(filed.components(separatedBy: second).count == 3, "\(filed)")
        #expect(try await town.merchantText(["refusals", "--waiting"]).output == "[]")
        // What is not refused for good needs nobody's word, and what is not there has none.
        _ = try await town.merchantText(["refusals", "--again", second], expecting: 3)
        let nobody = String(repeating: "0", count: 32)
        _ = try await town.merchantText(["refusals", "--again", nobody], expecting: 4)
        balance = try await town.merchant(["balance"])
        #expect(try balance.text("spent") == "1.250000")
        #expect(try balance.text("settled") == "0.500000")
        await town.parties.stop()
    }
}

extension Town {
    /// Moves a database away, as a person does who puts another one in its place.
    func moveAway(_ path: String) throws {
        for end in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + end) {
            try FileManager.default.moveItem(atPath: path + end, toPath: "\(path).old\(end)")
        }
    }

    private var books: String { "\(merchantFolder)/channels.sqlite" }

    /// Copies the channels as `cp` does, which marks nothing as a copy.
    func copyBooks(to path: String) throws {
        for end in ["", "-wal"] where FileManager.default.fileExists(atPath: books + end) {
            try FileManager.default.copyItem(atPath: books + end, toPath: path + end)
        }
    }

    /// Puts such a copy where nothing says any more how much there was.
    func putBooks(from path: String) throws {
        for end in ["", "-wal", "-shm", "-height"] {
            try? FileManager.default.removeItem(atPath: books + end)
        }
        for end in ["", "-wal"] where FileManager.default.fileExists(atPath: path + end) {
            try FileManager.default.copyItem(atPath: path + end, toPath: books + end)
        }
    }

    /// What `toll doctor` finds at the merchant.
    func doctor(expecting status: Int32) async throws -> String {
        try await Program.toll.run(
            ["doctor", "--home", parties.merchantHome, "--json"], expecting: status
        ).output
    }

    /// Starts broker and shop anew, with clocks so many days ahead.
    func restart(ahead days: Int) async throws {
        await parties.stop()
        try await parties.startBroker(environment: Self.ahead(days))
        try await parties.startMerchant(isNew: false, environment: Self.ahead(days))
    }
}
