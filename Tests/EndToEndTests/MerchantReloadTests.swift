import Foundation
import Testing
import TollCLI

/// SIGHUP: what is sold changes while the merchant serves.
struct MerchantReloadTests {
    @Test func pricesChangeAtASignalAndMistakesChangeNothing() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        let home = town.parties.merchantHome
        _ = try await town.parties.run([
            "merchant", "init", "--home", home, "--broker", town.broker, "--price", "a=0.01",
        ])
        let shop = try Program.toll.start([
            "merchant", "serve", "--home", home, "--listen", "127.0.0.1:0", "--json",
        ])
        let address = try ProcessMessage(try #require(await shop.line(0))).text("address")
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])

        let file = URL(fileURLWithPath: "\(home)/merchant/merchant.json")
        let right = try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(of: "\"0.01\"", with: "\"0.02\"")
        try Data(right.utf8).write(to: file)
        shop.reload()
        try await until(shop, logs: "reloaded")
        let quote = try await town.walletLines(["quote", address, "a"])
        #expect(quote.contains("0.020000"), "\(quote)")

        try Data(right.replacingOccurrences(of: "\"0.02\"", with: "\"0\"").utf8).write(to: file)
        shop.reload()
        try await until(shop, logs: "not reloaded")
        #expect(shop.errors.contains("prices.a.price"), "\(shop.errors)")
        #expect(try await town.walletLines(["quote", address, "a"]).contains("0.020000"))

        shop.terminate()
        #expect(await shop.ended() == 0)
        #expect(shop.errors.contains("stopped"), "\(shop.errors)")
        await town.parties.stop()
    }

    /// Waits for a line in the log; each look is a process that runs, so it is bounded.
    private func until(_ process: ChildProcess, logs text: String) async throws {
        for _ in 0..<200 where !process.errors.contains(text) {
            _ = try await Program.toll.run(["--version"])
        }
        try #require(process.errors.contains(text), "\(process.errors)")
    }
}
