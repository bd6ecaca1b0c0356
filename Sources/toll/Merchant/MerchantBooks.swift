import ArgumentParser
import PayWord
import TollCLI
import TollMerchant
import TollSQLite

/// `toll merchant balance`: what was accepted, spent, claimed and settled.
struct MerchantBalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: "Show what was accepted, spent, claimed and settled.",
        discussion: """
            Accepted is what the paywords are worth, spent what was charged. The difference is \
            credit: a payer reveals a little more than a price where the right denominations have \
            run out, and its next payments use that first. You redeem what is due: what is spent, \
            and of closed channels what they were closed at. Due is claimed, unclaimed, refused and \
            lapsed together. Claimed is settled and what a broker has not answered yet; refused waits \
            for you, see toll merchant refusals; lapsed was less than the chains could express, on \
            channels that are over; and short is what a broker counted less than was due.

            EXAMPLES
              toll merchant balance
              toll merchant balance --json | jq -r .unclaimed
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let home = try await MerchantHome(common.context())
        let balance = try await home.store.balance(of: home.asset)
        var facts = Facts()
        facts.add("Asset", .text(home.asset.code))
        facts.add("Channels", .count(balance.channels))
        facts.add("Open channels", .count(balance.openChannels))
        facts.add("Purged channels", .count(balance.purgedChannels))
        facts.add("Payments", .count(balance.payments))
        facts.add("Accepted", .amount(balance.accepted, home.asset))
        facts.add("Spent", .amount(balance.spent, home.asset))
        facts.add("Credit", .amount(balance.credit, home.asset))
        facts.add("Due", .amount(balance.due, home.asset))
        facts.add("Unclaimed", .amount(balance.unclaimed, home.asset))
        facts.add("Claimed", .amount(balance.claimed, home.asset))
        facts.add("Settled", .amount(balance.settled, home.asset))
        facts.add("Refused", .amount(balance.refused, home.asset))
        facts.add("Lapsed", .amount(balance.lapsed, home.asset))
        facts.add("Short", .amount(balance.short, home.asset))
        home.context.output.show(facts)
        if balance.credit > .zero {
            home.context.output.say(
                "\(home.asset.textWithCode(balance.credit)) of what was accepted is credit: later "
                    + "payments on the same channels use it first, and a close gives it back.")
        }
    }
}

/// `toll merchant channels`: one line a channel.
struct MerchantChannels: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels",
        abstract: "List channels.",
        discussion: """
            EXAMPLES
              toll merchant channels
              toll merchant channels --limit 1000 --json
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "How many to list at most.")
    var limit = 100

    @Option(help: "Begin after the channel with this id.")
    var after: String?

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let home = try await MerchantHome(common.context())
        let cursor = try after.map { try ChannelText.typed($0, from: "toll merchant channels") }
        var table = Table([
            "Channel", "Payer", "Payments", "Accepted", "Spent", "State", "Redeem by",
        ])
        table.emptyText = "no channels yet"
        for record in try await home.store.channels(after: cursor, limit: limit) {
            let asset = record.terms.asset
            table.add([
                .text(record.terms.id.hex), .text("\(record.terms.payer)"),
                .count(record.state.payments), .amount(record.state.accepted, asset),
                .amount(record.state.spent, asset),
                .text(
                    record.state.refusedReason?.code ?? (record.state.isClosed ? "closed" : "open")),
                .text(UTCText.text(record.terms.redeemBy)),
            ])
        }
        home.context.output.show(table)
    }
}
