import AsyncHTTPClient
import Foundation
import NIOCore
import Testing
import TollCLI

/// The operator's address of a merchant that serves and is paid.
struct MerchantOperatorTests {
    @Test func anOperatorSeesPaymentsRefusalsAndReadiness() async throws {
        let folder = try TestFolder()
        let town = try await Town(folder: folder.path)
        _ = try await town.parties.run(
            [
                "merchant", "init", "--home", town.parties.merchantHome, "--broker", town.broker,
                "--price", "article=0.01",
            ])
        let shop = try Program.toll.start([
            "merchant", "serve", "--home", town.parties.merchantHome, "--listen", "127.0.0.1:0",
            "--metrics-listen", "127.0.0.1:0", "--redeem-every", "1", "--json",
        ])
        let line = try #require(await shop.line(0))
        let place = try ProcessMessage(line)
        let address = try place.text("address")
        let page = try place.text("operator")
        _ = try await town.wallet(["init", "--broker", town.broker])
        _ = try await town.wallet(["load", "5"])
        _ = try await town.wallet(["pay", address, "article", "--count", "3"])

        #expect(try await get("\(page)/healthz") == "ok\n")
        let ready = try await get("\(page)/readyz")
        #expect(ready.contains(#""ready":true"#), "\(ready)")
        let figures = try await get("\(page)/metrics")
        for name in [
            "tollchain_peer_payments_accepted_total 3", "tollchain_merchant_payments_waiting 0",
            "tollchain_merchant_channels_in_memory 1", "tollchain_merchant_commit_seconds_count",
            #"tollchain_merchant_amount_units{asset="EUR/6",state="settled"}"#,
            "tollchain_merchant_redemption_age_seconds{broker=",
            "# HELP tollchain_peer_connections Open connections of payers.",
        ] { #expect(figures.contains(name), "\(name) in \(figures)") }
        await shop.kill()
        await town.parties.stop()
    }

    @Test func whatIsCountedStandsAtZeroFromTheStart() async throws {
        let folder = try TestFolder()
        let home = ["--home", folder.path]
        _ = try await Program.toll.run(
            ["merchant", "init", "--two-party", "5", "--price", "tip=0.01"] + home)
        let shop = try Program.toll.start(
            [
                "merchant", "serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0",
                "--json",
            ] + home)
        let page = try ProcessMessage(try #require(await shop.line(0))).text("operator")
        let figures = try await get("\(page)/metrics").split(separator: "\n").map(String.init)
        for name in [
            "tollchain_merchant_redemptions_total 0", "tollchain_merchant_claims_refused_total 0",
            #"tollchain_merchant_redemptions_failed_total{reason="timed-out"} 0"#,
            #"tollchain_peer_payments_refused_total{reason="bad-payword"} 0"#,
            "tollchain_merchant_commits_failed_total 0",
            "tollchain_peer_connections_turned_away_total 0",
        ] { #expect(figures.contains(name), "\(name) in \(figures)") }
        await shop.kill()
    }

    private func get(_ url: String) async throws -> String {
        let answer = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: url), timeout: .seconds(30))
        return String(buffer: try await answer.body.collect(upTo: 1 << 20))
    }
}
