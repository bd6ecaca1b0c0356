import Foundation
import PayWord
import TollCLI

/// A broker that serves, a merchant and a wallet, and short ways to call them.
final class Town: Sendable {
    let parties: ThreeParties
    let broker: String

    init(folder: String) async throws {
        parties = ThreeParties(
            folder: folder, executable: Program.toll.file,
            asset: try Asset(code: "EUR", scale: 6), walletCount: 1)
        try await parties.startBroker()
        broker = try await parties.brokerAddress
    }

    /// Makes a merchant with these options and has it serve.
    func openShop(_ options: [String]) async throws {
        _ = try await parties.run(
            ["merchant", "init", "--home", parties.merchantHome, "--broker", broker] + options)
        try await parties.startMerchant(isNew: false)
    }

    /// The address of the shop.
    var shop: String {
        get async throws { try await parties.merchantPlace }
    }

    func wallet(_ arguments: [String]) async throws -> ProcessMessage {
        try ProcessMessage(await walletLines(arguments))
    }

    func walletLines(_ arguments: [String]) async throws -> String {
        try await parties.run(
            ["wallet"] + arguments + ["--home", parties.walletHome(0), "--json"])
    }

    func merchant(_ arguments: [String]) async throws -> ProcessMessage {
        try ProcessMessage(
            await parties.run(
                ["merchant"] + arguments + ["--home", parties.merchantHome, "--json"]))
    }

    func brokerCommand(_ arguments: [String]) async throws -> ProcessMessage {
        try ProcessMessage(
            await parties.run(
                ["broker"] + arguments + ["--home", parties.brokerHome, "--json"]))
    }
}
