import Foundation
import PayWord
import Testing
import TollCLI
import TollSQLite

/// What a person is told who took a wrong turn: the reason, and the way out of this situation.
struct HintTests {
    /// A key that nobody has, for addresses where nobody answers.
    static let stranger = "43y9fRX1ycryxuWSij8DXG0qa68VIBTHfL-1OaedkqQ"

    @Test(
        "A mistyped argument ends with 2 and says what is wanted in its place",
        arguments: [
            (["merchant", "init", "--two-party"], "such as 5"),
            (["merchant", "init", "--two-party", "5,0"], "decimal with a point"),
            (["merchant", "init", "--two-party", "0"], "least amount"),
            (["merchant", "init", "--two-party", "5", "--price", "article"], "article=0.25"),
            (
                ["merchant", "init", "--two-party", "5", "--price", "a=1", "--price", "a=2"],
                "one --price for each"
            ),
            (["wallet", "init", "--home", ""], "give a path"),
            (["broker", "init", "--asset", "EURO"], "EUR/6"),
            (["broker", "init", "--fee-basis-points", "10001"], "one percent"),
            (["wallet", "init", "--per-day", "two"], "decimal with a point"),
            (["wallet", "init", "--lock-days", "8"], "a channel pays for a day"),
            (["wallet", "init", "--broker", "127.0.0.1:8420"], "toll broker serve prints"),
            (["wallet", "pay", "x", "y", "--count", "many"], "How many times"),
            (["wallet", "channels", "--config", "/none/such.json"], "name one that exists"),
            (["merchant", "init", "--two-party", "99999999999999999999"], "the most is"),
            (["merchant", "init", "--two-party", "5", "--price", "a=0"], "a price is above 0"),
            (["wallet", "load", "-5"], "without the sign"),
            (["merchant", "channels", "--limit", "-5"], "what --limit takes is not below 0"),
            (["merchant", "channels", "--limit=-5"], "--help"),
            (["merchant", "purge", "--older-than", "-5d"], "what --older-than takes"),
            (["merchant", "purge", "--older-than=-5d"], "such as --older-than 90d"),
            (["wallet", "pay", "x", "--amount", "-1"], "without the sign"),
            (["inspect", "."], "one of its files"),
            (["inspect", "d28458", "--case", "x"], "leave --case out"),
        ])
    func aMistypedArgumentSaysWhatIsWanted(arguments: [String], hint: String) async throws {
        let folder = try TestFolder()
        let outcome = try await Program.toll.run(
            arguments, environment: ["TOLL_HOME": folder.path], expecting: 2)
        try expect(outcome.errors, hint)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.filter { $0 != "wallet" }.isEmpty, "nothing was made: \(files)")
    }

    @Test(
        "A wallet refuses before it connects what it could not pay anyway",
        arguments: [
            (["pay", "nonsense", "x"], 2, "toll merchant serve prints"),
            (["pay", "http://127.0.0.1:1", "x"], 2, "a broker's address"),
            (["pay", "toll+tcp://KEY@127.0.0.1:1", "x"], 2, "in place of KEY"),
            (["pay", "toll+tcp://\(stranger)@127.0.0.1:1", "--amount", "0"], 2, "least amount"),
            (["pay", "toll+tcp://\(stranger)@127.0.0.1:1", "--amount", "1,5"], 2, "decimal"),
            (["pay", "toll+tcp://\(stranger)@127.0.0.1:1", "x"], 5, "toll merchant serve starts"),
            (["quote", "toll://\(stranger)@127.0.0.1:1", "x"], 5, "toll merchant serve starts"),
            (["close", "xyz"], 2, "toll wallet channels"), (["load", "5"], 4, "--broker URL"),
        ] as [([String], Int32, String)])
    func aWalletSaysWhatIsInTheWay(
        arguments: [String], status: Int32, hint: String
    ) async throws {
        let folder = try TestFolder()
        _ = try await Program.toll.run(["wallet", "init", "--home", folder.path])
        let outcome = try await Program.toll.run(
            ["wallet"] + arguments + ["--home", folder.path], expecting: status)
        try expect(outcome.errors, hint)
        #expect(!outcome.errors.contains(".swift") && !outcome.errors.contains(".cc:"))
    }

    /// The parser would take it for options, print the help and end with 0, as if it were booked.
    @Test func aKeyThatBeginsWithAHyphenIsAKey() async throws {
        let folder = try TestFolder()
        let key = "-o6jVQByw6WFMtYRmukfCfYEjVxhyasempCvtiCPyko"
        for verb in ["deposit", "payout"] {
            let outcome = try await Program.toll.run(
                ["broker", verb, key, "1", "--reference", "k", "--home", folder.path], expecting: 4)
            try expect(outcome.errors, "toll broker init")
        }
        let shown = try await Program.toll.run(["inspect", key], expecting: nil)
        #expect(!shown.errors.contains("--help") && !shown.output.isEmpty, "\(shown.errors)")
    }

    @Test func aSettingThatIsNoneIsRefused() async throws {
        let folder = try TestFolder()
        for (name, value, hint) in [
            ("TOLL_CONFIG", "\(folder.path)/none.json", "name one that exists"),
            ("TOLL_LOG_LEVEL", "loud", "one of trace"),
        ] {
            let outcome = try await Program.toll.run(
                ["wallet", "channels"], environment: ["TOLL_HOME": folder.path, name: value],
                expecting: 2)
            try expect(outcome.errors, hint)
        }
        for (text, fault) in [
            (#"{"broker": {"lisen": "127.0.0.1:1"}}"#, "‘broker.lisen’"),
            (#"{"broker": {"listen": 5}}"#, "is to be text"),
            (#"{"allowInsecureTransport": 1}"#, "is to be true or false"),
            (#"{"walet": {}}"#, "‘walet’"), (#"["broker"]"#, "cannot be read as JSON"),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/config.json"))
            let outcome = try await Program.toll.run(
                ["wallet", "channels", "--home", folder.path], expecting: 1)
            #expect(outcome.errors.contains(fault), "\(outcome.errors)")
            try expect(outcome.errors, "--config")
        }
    }

    @Test("A damaged file of settings is named, with what to do about it")
    func aDamagedFileOfSettingsIsNamed() async throws {
        let folder = try TestFolder()
        _ = try await Program.toll.run(["wallet", "init", "--home", folder.path])
        try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/wallet/wallet.json"))
        let outcome = try await Program.toll.run(
            ["wallet", "channels", "--home", folder.path], expecting: 1)
        #expect(outcome.errors.contains("wallet.json"))
        try expect(outcome.errors, "mend the file")
    }

    @Test("The small programs end as toll does", arguments: [Program.tollMerchant, .tollWallet])
    func theSmallProgramsEndAsTollDoes(program: Program) async throws {
        let wrong = try await program.run(["--fly"], expecting: 2)
        try expect(wrong.errors, "\(program.rawValue) --help")
        let toll = try await Program.toll.run(["--version"])
        #expect(try await program.run(["--version"]).output == toll.output)
        guard program == .tollWallet else { return }
        let folder = try TestFolder()
        for (address, status) in [("abc", 2), ("toll+tcp://\(Self.stranger)@127.0.0.1:1", 5)] {
            let outcome = try await program.run(
                [address, "--folder", folder.path], expecting: Int32(status))
            try expect(outcome.errors, "start toll-merchant")
        }
    }

    @Test func aPortInUseSaysHowToTakeAnother() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        let shop = try #require(try await town.shop.split(separator: "@").last)
        let port = try #require(shop.split(separator: ":").last)
        let wrong: [(Program, [String], String)] = [
            (.toll, ["merchant", "serve", "--listen", "\(shop)", "--home"], "--listen"),
            (
                .toll, ["broker", "serve", "--listen", "\(town.broker.dropFirst(7))", "--home"],
                "--listen"
            ),
            (.tollMerchant, ["--port", "\(port)", "--folder"], "--port"),
        ]
        // Homes of their own: a folder that is served already is refused before its port is.
        let homes = ["merchant", "broker", "small"].map { "\(folder.path)/another-\($0)" }
        let shopInit = ["merchant", "init", "--two-party", "5", "--price", "tip=0.01", "--home"]
        _ = try await Program.toll.run(shopInit + [homes[0]])
        _ = try await Program.toll.run(["broker", "init", "--home", homes[1]])
        for ((program, arguments, hint), home) in zip(wrong, homes) {
            let outcome = try await program.run(arguments + [home], expecting: 1)
            try expect(outcome.errors, hint)
            #expect(outcome.errors.contains(": Address already in use\n"), "\(outcome.errors)")
        }
        await town.parties.stop()
    }

    @Test("What is locked, what is short, what is left: amounts with their asset")
    func moneyIsToldAsAPersonReadsIt() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.0025", "--price", "api=0.0005/call"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        let home = ["--home", town.parties.walletHome(0)]
        let shop = try await town.shop
        func wallet(_ arguments: [String], _ status: Int32) async throws -> String {
            try await Program.toll.run(["wallet"] + arguments + home, expecting: status).errors
        }

        let tooMuch = try await wallet(["load", "5000"], 3)
        #expect(tooMuch.contains("1000.000000 EUR"), "\(tooMuch)")
        try expect(tooMuch, "load less")
        _ = try await town.wallet(["load", "3"])

        let quote = try await town.wallet(["quote", shop, "api"])
        #expect(try quote.text("price") == "0.000500")
        #expect(try quote.flag("takes_your_broker"))
        let prices = try await Program.toll.run(
            ["merchant", "prices", "--home", town.parties.merchantHome])
        #expect(prices.output.contains("\"resource\":\"api\",\"price\":\"0.000500\""))
        try expect(try await wallet(["pay", shop, "artcle"], 4), "toll merchant prices")
        try expect(try await wallet(["pay", "toll" + shop.dropFirst(8), "api"], 5), "use \(shop)")
        try expect(try await wallet(["pay", shop, "api", "--lock", "0.0001"], 2), "at least that")
        try expect(try await wallet(["pay", shop, "api", "--lock", "9"], 3), "lower --lock")
        #expect(try await town.walletLines(["channels"]) == "[]", "nothing was opened")

        let told = try await wallet(["pay", shop, "article", "--count", "1000"], 0)
        #expect(told.contains("3.000000 EUR is locked at the broker"), "\(told)")
        #expect(told.contains("toll wallet close"))
        #expect(try await town.merchant(["balance"]).text("credit") == "0.000000")
        #expect(try await town.wallet(["balance"]).text("paid_today") == "2.500000")
        let short = try await wallet(["pay", shop, "article", "--count", "1000"], 3)
        #expect(short.contains("2.500000 EUR is wanted, 0.000000 is available"), "\(short)")
        try expect(short, "toll wallet close --all")
        await town.parties.stop()
    }

    @Test func aDisputedChannelIsNamedWhenAllAreClosed() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        let paid = try await town.wallet(["pay", town.shop, "article"])
        let id = try paid.text("channel")
        let home = town.parties.walletHome(0)
        try await SQLiteWalletStore(path: "\(home)/wallet/wallet.sqlite").dispute(
            try #require(CommitmentID(hex: id)), "it claims 9 of 4")

        let all = try await Program.toll.run(["wallet", "close", "--all", "--home", home])
        #expect(all.output == "[]")
        #expect(all.errors.contains("\(id) is left as it is: it is disputed: it claims 9 of 4"))
        let one = try await Program.toll.run(
            ["wallet", "close", id, "--home", home], expecting: 8)
        try expect(one.errors, "comes back by itself")
        await town.parties.stop()
    }

    @Test func aMerchantThatIsItsOwnBrokerTakesWhatItsLimitAllows() async throws {
        let folder = try TestFolder()
        let shopHome = "\(folder.path)/shop"
        let purse = ["--home", "\(folder.path)/purse"]
        _ = try await Program.toll.run(
            ["merchant", "init", "--two-party", "1", "--price", "a=0.25", "--home", shopHome])
        let merchant = try Program.toll.start(
            ["merchant", "serve", "--listen", "127.0.0.1:0", "--home", shopHome])
        let line = try await merchant.line { $0.contains("\"address\"") }
        let shop = try ProcessMessage(line).text("address")
        _ = try await Program.toll.run(["wallet", "init"] + purse)

        // Ten times 0.5 is more than may be owed; 0.5 is not.
        let paid = try await Program.toll.run(["wallet", "pay", shop, "a", "--count", "2"] + purse)
        #expect(paid.errors.contains("0.500000 EUR"), "\(paid.errors)")
        let refused = try await Program.toll.run(
            ["wallet", "pay", shop, "a", "--count", "3"] + purse, expecting: 3)
        #expect(refused.errors.contains("may come to owe 1.000000 EUR"), "\(refused.errors)")
        try expect(refused.errors, "settle with the merchant")
        let channels = try await Program.toll.run(["wallet", "channels", "--json"] + purse)
        #expect(channels.output.contains("\"state\":\"unused\""), "\(channels.output)")
        merchant.terminate()
        _ = await merchant.outcome()
    }

    @Test func whoeverIsAwayIsNotTakenForNothingToDo() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        try await town.openShop(["--price", "article=0.25"])
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "9"])
        for lock in ["2", "3"] {
            _ = try await town.wallet(
                ["pay", town.shop, "article", "--count", "\(lock == "2" ? 8 : 9)", "--lock", lock])
        }
        await town.parties.kill(.broker)
        let redeemed = try await Program.toll.run(
            ["merchant", "redeem", "--home", town.parties.merchantHome], expecting: 5)
        #expect(redeemed.output.isEmpty && !redeemed.errors.contains("nothing is due"))
        let closed = try await Program.toll.run(
            ["wallet", "close", "--all", "--home", town.parties.walletHome(0)], expecting: 5)
        #expect(closed.output.isEmpty && !closed.errors.contains("no channel to close"))
        #expect(closed.errors.components(separatedBy: "stays open").count == 3, "\(closed.errors)")
        await town.parties.stop()
    }

    @Test func aShopWithoutPricesIsToldThatItSellsNothing() async throws {
        let folder = try TestFolder()
        let outcome = try await Program.toll.run(
            ["merchant", "init", "--two-party", "5", "--home", folder.path])
        #expect(outcome.errors.contains("nothing is sold yet"))
    }

    @Test func theRootKeyIsNamedByItsPath() async throws {
        let folder = try TestFolder()
        let outcome = try await Program.toll.run(["broker", "init", "--home", folder.path])
        #expect(outcome.errors.contains("Move \(folder.path)/broker/root.key"))
        let accounts = ["broker", "accounts", "--home", folder.path]
        #expect(try await Program.toll.run(accounts).errors.isEmpty)
        let keys = "\(folder.path)/broker"
        try FileManager.default.removeItem(atPath: "\(keys)/signing.key")
        try FileManager.default.copyItem(
            atPath: "\(keys)/root.key", toPath: "\(keys)/signing.key")
        let warned = try await Program.toll.run(accounts)
        #expect(warned.errors.contains("signing.key is the root key itself"), "\(warned.errors)")
    }

    private func expect(_ errors: String, _ hint: String) throws {
        let line = try #require(
            errors.split(separator: "\n").last { $0.hasPrefix("hint: ") }, "\(errors)")
        #expect(line.contains(hint), "\(errors)")
    }
}
