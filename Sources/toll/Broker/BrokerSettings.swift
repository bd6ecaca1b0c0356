import PayWord
import TollBroker

/// What `toll broker init` writes and a person may edit: `broker.json`. It holds no secret.
struct BrokerSettings: Codable {
    /// Play money for trials.
    struct Faucet: Codable {
        /// The most that one request gets, a decimal.
        var perRequest: String
        /// The most that one account gets in 24 hours, a decimal.
        var perDay: String
    }

    /// What is taken of each settlement.
    struct Fee: Codable {
        /// Hundredths of a percent.
        var basisPoints: UInt64
        /// A decimal.
        var fixed: String
    }

    static let fileName = "broker.json"

    /// The root key, which names the broker.
    var root: String
    var asset: String
    var fee: Fee
    var faucet: Faucet?
    /// The PostgreSQL database that the ledger is in; absent where it is a file of the folder.
    var store: String?
    /// Certificates of the signing keys, in hexadecimal, the present key's last.
    var signingCertificates: [String]

    /// The policy that these settings ask for.
    func policy() throws(Refusal) -> BrokerPolicy {
        let asset = try AssetText.asset(asset)
        var policy = BrokerPolicy(assets: [asset])
        guard let share = BasisPoints(fee.basisPoints) else {
            throw Refusal(.malformed, "a fee is 0 to 10000 basis points")
        }
        policy.fee = PayWord.Fee(share: share, fixed: try asset.amount(fee.fixed))
        if let faucet {
            policy.faucet = FaucetPolicy(
                requestMaximum: try asset.amount(faucet.perRequest),
                dayMaximum: try asset.amount(faucet.perDay))
        }
        return policy
    }
}
