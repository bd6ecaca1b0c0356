import ArgumentParser
import PayWord
import TollBrokerAPI
import TollCLI
import TollTransport
import TollWallet

/// `toll wallet close`: ends channels; what was not spent comes back.
struct WalletClose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "End a channel; the broker gives back what was not spent.",
        discussion: """
            The merchant signs how far it will redeem at most, and the broker frees the rest. If \
            the merchant is away, the rest comes back by itself a day after the commitment's \
            redeem-by.

            EXAMPLES
              toll wallet close 5f0c…e1
              toll wallet close --all
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The channel's id, as toll wallet channels shows it.")
    var channel: String?

    @Flag(help: "Close every channel that is not closed.")
    var all = false

    func validate() throws {
        guard (channel != nil) != all else { throw ValidationError("give a CHANNEL, or --all") }
    }

    func run() async throws {
        let home = try WalletHome(await common.context())
        var records = try await home.wallet.channels()
        if let channel {
            let id = try ChannelText.id(channel)
            records = [try await home.wallet.channel(id)]
        } else {
            records = records.filter {
                $0.stage == .ready || ($0.stage == .closed && !$0.isCloseDelivered)
            }
        }
        var table = Table(["Channel", "Spent", "Given back", "State"])
        table.emptyText = "no channel to close"
        var failure: (any Error)?
        for record in records {
            do {
                try await close(record, home)
                let closed = try await home.wallet.channel(record.id)
                let worth = try closed.commitment.payload.worth
                table.add([
                    .text(record.id.hex), .amount(closed.progress.spent, record.asset),
                    .amount(worth.subtractingOrZero(closed.progress.spent), record.asset),
                    .text("closed"),
                ])
            } catch {
                home.context.output.warn("\(record.id.hex) stays open: \(error)")
                failure = error
            }
        }
        home.context.output.show(table)
        if let failure { throw failure }
    }

    private func close(_ record: TollWallet.ChannelRecord, _ home: WalletHome) async throws {
        if record.stage != .closed {
            let link = try await home.connect(try MerchantAddress(record.address), connection)
            do {
                _ = try await home.wallet.connect(record.id, over: link)
                try await home.wallet.close(record.id, at: nil)
                await link.end()
            } catch {
                await link.end()
                throw error
            }
        }
        guard record.mode != .twoParty else { return }
        let (_, url) = try home.broker()
        try await withBroker(connection.broker(url, home.context)) { client in
            try await home.wallet.close(record.id, at: client)
        }
    }
}
