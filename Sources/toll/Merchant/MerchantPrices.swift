import ArgumentParser
import PayWord
import TollCLI
import TollMerchant

/// `toll merchant prices`: what is sold, and for how much.
struct MerchantPrices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices",
        abstract: "List what is sold, and what it costs.",
        discussion: """
            The prices are in merchant.json; a merchant that serves reads them when it starts, and at SIGHUP. \
            Wallets ask for one at a time: toll wallet quote.

            EXAMPLES
              toll merchant prices
              toll merchant prices --json | jq -r '.[].resource'
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let home = try await MerchantHome(common.context())
        var table = Table(["Resource", "Price", "Asset", "Unit"])
        table.emptyText = "nothing is sold yet: add prices to merchant.json"
        for (resource, price) in try home.settings.catalogue().prices.sorted(by: {
            $0.key < $1.key
        }) {
            table.add([
                .text(resource), .amount(price.amount, home.asset), .text(home.asset.code),
                .text(price.unit),
            ])
        }
        home.context.output.show(table)
    }
}
