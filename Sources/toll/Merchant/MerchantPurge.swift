import ArgumentParser
import PayWord
import TollCLI
import TollMerchant

/// `toll merchant purge`: lets go of channels that are over.
struct MerchantPurge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Let go of settled channels that are over; totals and proofs stay.",
        discussion: """
            A channel goes so long after its redeem-by, when nobody can pay on it or redeem it any \
            more: with its chains, its commitment and its references. Its part of every total stays, \
            and so does each settlement with its leaves, which toll merchant settlements --verify \
            checks. What waits for an answer or for you stays too, and so does what a payer owes you \
            directly. The service does it by itself with retention.purgeAfterDays.

            EXAMPLES
              toll merchant purge --older-than 90d --dry-run
              toll merchant purge --older-than 90d
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "How long after its redeem-by a channel goes: days, such as 90d, at least 1d.")
    var olderThan: String

    @Flag(help: "Say what would go, and change nothing.")
    var dryRun = false

    func run() async throws {
        let age = try Self.age(olderThan)
        let home = try await MerchantHome(common.context(), writing: !dryRun)
        let purge = ChannelPurge(
            store: home.store, rule: PurgeRule(olderThan: age, at: CommandContext.clock()))
        let gone = try await dryRun ? purge.look() : purge.run()
        let totals = gone[home.asset] ?? PurgedTotals()
        var facts = Facts()
        facts.add("Channels", .count(totals.channels))
        facts.add("Payments", .count(totals.payments))
        facts.add("Accepted", .amount(totals.accepted, home.asset))
        facts.add("Spent", .amount(totals.spent, home.asset))
        facts.add("Settled", .amount(totals.settled, home.asset))
        facts.add("Lapsed", .amount(totals.lapsed, home.asset))
        facts.add("Purged", .flag(!dryRun))
        if dryRun { facts.add("Dry run", .flag(true)) }
        home.context.output.show(facts)
        if dryRun, totals.channels > 0 {
            home.context.output.say("nothing was changed: leave out --dry-run to let them go")
        }
    }

    /// The seconds of `90d`.
    static func age(_ text: String) throws(CommandError) -> Seconds {
        guard text.hasSuffix("d"), let days = UInt64(text.dropLast()), (1...36_500).contains(days)
        else {
            throw CommandError.usage(
                "--older-than is a number of days from 1d to 36500d, not ‘\(text.prefix(40))’",
                hint: "such as --older-than 90d")
        }
        return days * .day
    }
}
