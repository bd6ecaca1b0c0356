import ArgumentParser
import Foundation
import PayWord
import TollCLI

/// `toll demo-audit`: a process that has no part in the demo reads what the three have on disk, and
/// the signed objects, and counts.
struct DemoAuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-audit", abstract: "Count what the demo's three databases say.",
        shouldDisplay: false)

    @OptionGroup var options: DemoOptions

    @Option(help: "The demo's folder.")
    var folder: String

    @Flag(help: "The parties are still at work: check only what must hold at any moment.")
    var live = false

    @Flag(help: "Not all of the plan is paid: check what is.")
    var partial = false

    func run() async throws {
        let asset = try AssetText.asset(AssetText.standard)
        let stage = ThreeParties(
            folder: folder, executable: URL(fileURLWithPath: "/nowhere"), asset: asset,
            walletCount: options.wallets)
        // In this order, a payment that is made meanwhile cannot look like one that was lost: what
        // the wallets have acknowledged before, the merchant has after. Once all is paid nothing
        // moves, and to read the wallets once is enough.
        let before = try await WalletRecords(stage)
        let merchant = try await MerchantRecords(stage)
        let after = live ? try await WalletRecords(stage) : before

        var audit = DemoAudit(asset: asset)
        audit.compare(before, merchant, after)
        if !live {
            audit.finish(after, merchant, partial ? nil : options.plan)
            try await audit.checkBroker(BrokerRecords(stage), merchant, asset)
            try audit.measureFrame(merchant)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(audit), as: UTF8.self))
    }
}
