import Foundation
import PayWord
import PrivatePostgres
import Testing
import TollCLI

/// Whole programs on PostgreSQL.
struct PostgresTests {
    /// Durable, since programs serve from no other.
    private static let server = Result { try PrivateServer(isDurable: true) }

    private func database() throws -> String { try Self.server.get().uri("postgres") }

    @Test func twoInstancesServeOneMerchantFromOneDatabase() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        let home = town.parties.merchantHome
        _ = try await town.parties.run(
            [
                "merchant", "init", "--home", home, "--broker", town.broker, "--price",
                "article=0.01", "--store", try database(),
            ])
        #expect(!FileManager.default.fileExists(atPath: "\(home)/merchant/channels.sqlite"))
        var shops: [ChildProcess] = []
        var places: [String] = []
        for _ in 0..<2 {
            let shop = try Program.toll.start([
                "merchant", "serve", "--home", home, "--listen", "127.0.0.1:0", "--json",
            ])
            shops.append(shop)
            places.append(
                try ProcessMessage(try #require(await shop.line(0))).text("address"))
        }
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        for turn in 0..<6 {
            _ = try await town.wallet(["pay", places[turn % 2], "article", "--count", "2"])
        }
        let channels = try await town.walletLines(["channels"])
        #expect(channels.split(separator: "\"channel\"").count == 2, "\(channels)")
        #expect(try await town.merchant(["balance"]).text("accepted") == "0.120000")
        _ = try await town.merchant(["redeem"])
        #expect(try await town.merchant(["balance"]).text("settled") == "0.120000")
        for shop in shops { await shop.kill() }
        await town.parties.stop()
    }

    @Test func allThreeRolesKeepTheirBooksInPostgreSQL() async throws {
        let folder = try TestFolder()
        let store = ["--store", try database()]
        let parties = ThreeParties(
            folder: folder.path, executable: Program.toll.file,
            asset: try Asset(code: "EUR", scale: 6), walletCount: 1)
        _ = try await parties.run(
            ["broker", "init", "--home", parties.brokerHome, "--faucet"] + store)
        let broker = try Program.toll.start([
            "broker", "serve", "--home", parties.brokerHome, "--listen", "127.0.0.1:0", "--json",
        ])
        let url = try ProcessMessage(try #require(await broker.line(0))).text("url")
        _ = try await parties.run(
            [
                "merchant", "init", "--home", parties.merchantHome, "--broker", url, "--price",
                "article=0.01",
            ] + store)
        let shop = try Program.toll.start([
            "merchant", "serve", "--home", parties.merchantHome, "--listen", "127.0.0.1:0",
            "--json",
        ])
        let address = try ProcessMessage(try #require(await shop.line(0))).text("address")
        let wallet = ["--home", parties.walletHome(0), "--json"]
        _ = try await parties.run(["wallet", "init", "--broker", url] + store + wallet)
        _ = try await parties.run(["wallet", "load", "5"] + wallet)
        _ = try await parties.run(["wallet", "pay", address, "article", "--count", "7"] + wallet)
        _ = try await parties.run(["merchant", "redeem", "--home", parties.merchantHome])
        let check = try await parties.run(
            ["broker", "ledger", "check", "--home", parties.brokerHome, "--json"])
        let report = try ProcessMessage(check)
        #expect(try report.flag("sums_to_zero"), "\(check)")
        let migrated = try await parties.run(
            ["wallet", "migrate"] + wallet)
        #expect(try ProcessMessage(migrated).number("migrations_run") == 0)
        let files = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        #expect(files.count > 6)
        #expect(!files.contains { "\($0)".hasSuffix(".sqlite") }, "\(files)")
        await shop.kill()
        await broker.kill()
    }

    @Test(arguments: [
        ("postgres://toll:hunter2@127.0.0.1/toll", "a password stands in"),
        ("postgres://toll@db.example/toll", "nobody checks"),
        ("mysql://toll@127.0.0.1/toll", "no PostgreSQL database"),
    ])
    func aDangerousStoreIsRefused(store: String, why: String) async throws {
        let folder = try TestFolder()
        let outcome = try await Program.toll.run(
            [
                "broker", "init", "--home", folder.path, "--store", store,
            ], expecting: 2)
        #expect(outcome.errors.contains(why), "\(outcome.errors)")
        #expect(!outcome.errors.contains("hunter2"))
    }

    @Test func booksInAFileAreNotLeftBehind() async throws {
        let folder = try TestFolder()
        let home = ["--home", folder.path]
        _ = try await Program.toll.run(
            ["merchant", "init", "--two-party", "5", "--price", "tip=0.01"] + home)
        let path = "\(folder.path)/merchant/merchant.json"
        let settings = try String(contentsOfFile: path, encoding: .utf8)
        try settings.replacing("{", with: "{\"store\": \"\(try database())\",", maxReplacements: 1)
            .write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try await Program.toll.run(
            ["merchant", "balance"] + home, expecting: nil)
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("this merchant’s books are in"), "\(outcome.errors)")
        // Once the file is gone, the tables may be missing.
        try FileManager.default.removeItem(atPath: "\(folder.path)/merchant/channels.sqlite")
        let server = try PrivateServer(isDurable: true)
        try settings.replacing(
            "{", with: "{\"store\": \"\(server.uri("postgres"))\",", maxReplacements: 1
        ).write(toFile: path, atomically: true, encoding: .utf8)
        let missing = try await Program.toll.run(
            ["merchant", "balance"] + home, expecting: nil)
        #expect(missing.errors.contains("toll merchant migrate"), "\(missing.errors)")
        for command in ["migrate", "balance"] {
            _ = try await Program.toll.run(["merchant", command] + home)
        }
        server.end()
    }
}
