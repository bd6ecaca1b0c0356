import ArgumentParser

/// `toll merchant`: sell, look, give back, redeem.
struct MerchantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merchant",
        abstract: "Take payments, verify them offline, and redeem them in batches.",
        discussion: """
            EXAMPLES
              toll merchant init --broker http://127.0.0.1:8420 --price article=0.0025
              toll merchant serve
              toll merchant balance
              toll merchant redeem
              toll merchant config check
            """,
        subcommands: [
            MerchantInit.self, MerchantEnrol.self, MerchantMigrate.self, MerchantServe.self,
            MerchantPrices.self,
            MerchantBalanceCommand.self, MerchantChannels.self, MerchantRefund.self,
            MerchantRedeem.self, MerchantRefusals.self, MerchantSettlements.self,
            MerchantPurge.self, MerchantBackup.self, MerchantRestore.self, MerchantConfig.self,
        ])
}
