import ArgumentParser

/// `toll broker`: accounts, a ledger, settlements.
struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Hold accounts, reserve funds, and settle redemptions.",
        discussion: """
            EXAMPLES
              toll broker init --asset EUR/6
              toll broker serve
              toll broker deposit ACCOUNT 25 --reference bank-2026-0017
              toll broker ledger check
            """,
        subcommands: [
            BrokerInit.self, BrokerMigrate.self, BrokerServe.self, BrokerAccounts.self,
            BrokerDeposit.self, BrokerPayout.self, BrokerCredit.self, BrokerLedger.self,
            BrokerBackup.self, BrokerRestore.self,
        ])
}
