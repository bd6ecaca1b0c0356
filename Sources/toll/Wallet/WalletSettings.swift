import PayWord
import TollWallet

/// What `toll wallet init` writes and a person may edit: `wallet.json`. It holds no secret.
struct WalletSettings: Codable {
    struct Broker: Codable {
        /// The broker's root key.
        var root: String
        /// Where its API is.
        var url: String
    }

    /// Decimals in the wallet's asset; absent is no limit.
    struct Budget: Codable {
        var perPayment: String?
        var perDay: String?
        var perMerchantAndDay: String?
        var perCommitment: String?
    }

    static let fileName = "wallet.json"

    var asset: String
    var broker: Broker?
    var budget: Budget
    /// How long money may be locked.
    var lockDays: UInt64
    /// The PostgreSQL database that the records are in; absent where they are a file of the folder.
    var store: String?

    /// The policy that these settings ask for.
    func policy() throws(Refusal) -> WalletPolicy {
        let asset = try AssetText.asset(asset)
        func amount(_ text: String?) throws(Refusal) -> Amount? {
            guard let text else { return nil }
            return try asset.amount(text)
        }
        return WalletPolicy(
            lockMaximum: lockDays * .day,
            budgets: [
                asset: TollWallet.Budget(
                    perPayment: try amount(budget.perPayment), perDay: try amount(budget.perDay),
                    perMerchantAndDay: try amount(budget.perMerchantAndDay),
                    perCommitment: try amount(budget.perCommitment))
            ])
    }
}
