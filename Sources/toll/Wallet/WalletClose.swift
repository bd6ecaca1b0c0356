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
        let home = try await WalletHome(common.context())
        var records = try await home.wallet.channels()
        if let channel {
            let id = try ChannelText.typed(channel, from: "toll wallet channels")
            records = [try await home.wallet.channel(id)]
            if let why = Self.obstacle(records[0]) { throw why }
        } else {
            for record in records where record.stage != .closed {
                guard let why = Self.obstacle(record) else { continue }
                home.context.output.warn(
                    "\(record.id.hex) is left as it is: \(why.detail); \(why.hint)")
            }
            records = records.filter { $0.stage == .ready || $0.hasCloseToDeliver }
        }
        var table = Table(["Channel", "Spent", "Given back", "State"])
        table.emptyText = "no channel to close"
        var failure: (any Error)?
        var places = AwayPlaces()
        for record in records {
            do {
                try await close(record, home, &places)
                let closed = try await home.wallet.channel(record.id)
                let worth = try closed.commitment.payload.worth
                table.add([
                    .text(record.id.hex), .amount(closed.progress.spent, record.asset),
                    .amount(worth.subtractingOrZero(closed.progress.spent), record.asset),
                    .text("closed"),
                ])
            } catch {
                let why = CommandError(describing: error)
                if record.isUntaken, why.code == Reason.limitExceeded.code {
                    home.context.output.warn(
                        "\(record.id.hex) is left as it is: the merchant never took it, and nothing "
                            + "is locked for it")
                    continue
                }
                home.context.output.warn("\(record.id.hex) stays open: \(why.code): \(why.detail)")
                failure = error
            }
        }
        if let failure, table.rows.isEmpty { throw failure }
        home.context.output.show(table)
        if let failure { throw failure }
    }

    /// Why a channel cannot be closed, and what becomes of its money; nil if it can, or is.
    private static func obstacle(_ record: TollWallet.ChannelRecord) -> CommandError? {
        let end = UTCText.text(record.commitment.payload.redeemBy)
        let rest =
            record.mode == .reserved
            ? "what is not redeemed comes back by itself a day after \(end)"
            : "nothing was locked for it, and it ends at \(end)"
        switch record.stage {
        case .closed where record.close == nil:
            return CommandError(
                Refusal(.channelClosed, "it ended before this wallet was restored"),
                hint: "nothing is left to do: toll wallet balance shows what came back")
        case .ready, .closed: return nil
        case .disputed:
            let claim = record.dispute.map { ": \($0)" } ?? ""
            return CommandError(
                Refusal(.overclaimed, "it is disputed\(claim)"),
                hint: "settle it with the merchant; \(rest)")
        case .committed:
            return CommandError(
                Refusal(.notReserved, "the broker has not answered its reservation"),
                hint: "there is nothing to close; if the broker has it, \(rest)")
        }
    }

    private func close(
        _ record: TollWallet.ChannelRecord, _ home: WalletHome, _ places: inout AwayPlaces
    ) async throws {
        if record.stage != .closed {
            try await places.asking(record.address) {
                try await home.dialling(MerchantAddress(record.address), connection) { link in
                    _ = try await home.wallet.connect(record.id, over: link)
                    try await home.wallet.close(record.id, at: nil)
                }
            }
        }
        guard record.mode != .twoParty else { return }
        let (_, url) = try home.broker()
        try await places.asking(url) {
            try await askingBroker(connection.broker(url, home.context)) { client in
                try await home.wallet.close(record.id, at: client)
            }
        }
    }
}

/// Whoever did not answer for one channel is not waited for again for the next.
private struct AwayPlaces {
    private var errors: [String: any Error] = [:]

    mutating func asking(_ place: String, _ body: () async throws -> Void) async throws {
        if let error = errors[place] { throw error }
        do { try await body() } catch {
            if CommandError(describing: error).code == Reason.timedOut.code {
                errors[place] = error
            }
            throw error
        }
    }
}

extension TollWallet.ChannelRecord {
    /// Whether the merchant has signed the end, and the broker has not seen it.
    fileprivate var hasCloseToDeliver: Bool {
        stage == .closed && mode != .twoParty && close != nil && !isCloseDelivered
    }

    /// Whether it is a promise that nobody was paid by, and that locks nothing.
    var isUntaken: Bool { mode == .twoParty && progress.payments == 0 }
}
