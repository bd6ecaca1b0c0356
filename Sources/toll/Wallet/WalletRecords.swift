import ArgumentParser
import PayWord
import TollCLI
import TollWallet

/// `toll wallet channels`: one line a channel.
struct WalletChannels: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels",
        abstract: "List channels, and what is left on each.",
        discussion: """
            EXAMPLES
              toll wallet channels
              toll wallet channels --json | jq '.[] | select(.state == "ready")'
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let home = try await WalletHome(common.context())
        var table = Table([
            "Channel", "Merchant", "Payments", "Spent", "Left", "State", "Expires", "Address",
        ])
        table.emptyText = "no channels yet"
        for record in try await home.wallet.channels() {
            table.add([
                .text(record.id.hex), .text("\(record.merchant)"),
                .count(record.progress.payments), .amount(record.progress.spent, record.asset),
                .amount(record.stage == .closed ? .zero : try record.spendable, record.asset),
                .text(record.isUntaken && record.stage == .ready ? "unused" : "\(record.stage)"),
                .text(UTCText.text(record.commitment.payload.expiresAt)), .text(record.address),
            ])
        }
        home.context.output.show(table)
    }
}

/// `toll wallet history`: the latest payments.
struct WalletHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the latest payments, newest first.",
        discussion: """
            EXAMPLES
              toll wallet history
              toll wallet history --limit 1000 --json
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "How many to list at most.")
    var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let home = try await WalletHome(common.context())
        var assets: [CommitmentID: Asset] = [:]
        for record in try await home.wallet.channels() { assets[record.id] = record.asset }
        var table = Table(["Time", "Amount", "State", "For", "Memo", "Channel"])
        table.emptyText = "no payments yet"
        for entry in try await home.wallet.history(limit: limit) {
            let payment = entry.payment
            let state = payment.reason.map { "\(payment.state): \($0.code)" } ?? "\(payment.state)"
            table.add([
                .text(UTCText.text(payment.at)),
                .amount(payment.amount, assets[entry.channel] ?? home.asset), .text(state),
                .optional(payment.resource), .optional(payment.memo), .text(entry.channel.hex),
            ])
        }
        home.context.output.show(table)
    }
}
