import ArgumentParser
import PayWord
import TollCLI
import TollMerchant
import TollSQLite

/// `toll merchant refund`: gives back what was spent and not yet claimed.
struct MerchantRefund: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Give back what was spent on a channel, before it is redeemed.",
        discussion: """
            The amount becomes credit of the channel, which the payer can spend, or gets back from \
            the broker when the channel closes. With --reference, the same refund twice is one.

            EXAMPLES
              toll merchant refund 5f0c…e1 0.25
              toll merchant refund 5f0c…e1 0.25 --reference order-17
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The channel's id, as toll merchant channels shows it.")
    var channel: String

    @Argument(help: "How much.")
    var amount: String

    @Option(help: "A name of this refund, 1 to 64 bytes: it is made once, however often asked.")
    var reference: String?

    func run() async throws {
        let home = try await MerchantHome(common.context(), writing: true)
        let id = try ChannelText.typed(channel, from: "toll merchant channels")
        let amount = try home.asset.typedAboveZero(amount)
        let status: ChannelStatus
        do {
            status = try await home.merchant().refund(
                id, amount: amount, reference: reference.map { Array($0.utf8) })
        } catch {
            throw try await hinted(error, id, home)
        }
        var facts = Facts()
        facts.add("Channel", .text(id.hex))
        facts.add("Accepted", .amount(status.accepted, home.asset))
        facts.add("Spent", .amount(status.spent, home.asset))
        facts.add("Credit", .amount(status.credit, home.asset))
        home.context.output.show(facts)
    }

    private func hinted(
        _ refusal: Refusal, _ id: CommitmentID, _ home: MerchantHome
    ) async throws(Refusal) -> any Error {
        guard [.insufficientFunds, .alreadySettled].contains(refusal.reason),
            let state = try await home.store.channel(id)?.state
        else { return refusal }
        let spent = home.asset.textWithCode(state.spent)
        let claimed = home.asset.text(try state.claimedWorth)
        return CommandError(
            Refusal(
                refusal.reason, "\(spent) was spent on this channel, of which \(claimed) is claimed"
            ),
            hint: "give back no more than the difference; what is claimed, pay back in another way")
    }
}
