import ArgumentParser

/// `toll wallet`: load, pay, look, get back.
struct WalletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet",
        abstract: "Pay: one signature a channel, then one hash a payment.",
        discussion: """
            EXAMPLES
              toll wallet init --broker http://127.0.0.1:8420
              toll wallet load 5
              toll wallet pay toll+tcp://KEY@127.0.0.1:7600 article
              toll wallet history
              toll wallet close --all
            """,
        subcommands: [
            WalletInit.self, WalletMigrate.self, WalletLoad.self, WalletWithdraw.self,
            WalletQuote.self, WalletPay.self, WalletBalance.self, WalletChannels.self,
            WalletHistory.self, WalletClose.self, WalletRestore.self, WalletBackup.self,
        ])
}
