import ArgumentParser
import PayWord
import TollCLI
import TollTransport
import TollWallet

/// `toll wallet quote`: what a resource costs, and nothing is paid.
struct WalletQuote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quote",
        abstract: "Show a merchant's signed offer of a resource, without paying.",
        discussion: """
            Merchants do not list what they sell over the wire: ask them, or look at what they \
            publish (toll merchant prices, on their side).

            EXAMPLES
              toll wallet quote toll+tcp://KEY@127.0.0.1:7600 article
              toll wallet quote toll://KEY@pay.example:7600 api --json | jq -r .price
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The merchant's address, as toll merchant serve shows it.")
    var address: String

    @Argument(help: "What to ask for, by the merchant's name for it.")
    var resource: String

    func run() async throws {
        let home = try await WalletHome(common.context())
        let place = try MerchantText.typed(address)
        let offer = try await home.dialling(place, connection) { link in
            try await home.wallet.quote(resource, over: link).payload
        }
        var facts = Facts()
        facts.add("Resource", .text(offer.resource))
        facts.add("Price", .amount(offer.price, offer.asset))
        facts.add("Asset", .text(offer.asset.code))
        facts.add("Unit", .text(offer.unit))
        facts.add("Maximum", .optional(offer.maximum.map { offer.asset.text($0) }))
        facts.add("Terms", .optional(offer.terms))
        facts.add("Valid until", .text(UTCText.text(offer.validUntil)))
        facts.add("Merchant", .text("\(offer.merchant)"))
        facts.add("Own broker", .flag(offer.brokers.contains(offer.merchant)))
        facts.add("Takes your broker", .flag(try takesOurs(offer, home)))
        home.context.output.show(facts)
    }

    private func takesOurs(_ offer: Offer, _ home: WalletHome) throws -> Bool {
        guard home.settings.broker != nil else { return false }
        return offer.brokers.contains(try home.broker().root)
    }
}
