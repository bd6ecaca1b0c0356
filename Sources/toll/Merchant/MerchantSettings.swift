import PayWord
import TollCLI
import TollMerchant

/// What `toll merchant init` writes and a person may edit: the part of `merchant.json` that says what
/// is sold and to whom. It holds no secret. `MerchantKeys` has all keys.
struct MerchantSettings: Codable {
    struct Broker: Codable {
        /// The broker's root key.
        var root: String
        /// Where its API is.
        var url: String
    }

    struct Price: Codable {
        /// A decimal in the merchant's asset.
        var price: String
        /// What it is the price of.
        var unit: String
    }

    static let fileName = "merchant.json"

    var asset: String
    var name: String?
    var brokers: [Broker]
    /// The most that one payer key may owe this merchant directly; absent where it is not its own
    /// broker.
    var twoPartyMaximum: String?
    /// How long after its last payword a commitment must stay redeemable.
    var redeemMarginSeconds: UInt64
    var prices: [String: Price]
    /// The PostgreSQL database that channels are in; absent where they are in a file of the folder.
    var store: String?

    /// The settings of a configuration that was read without a mistake of form.
    init(_ values: ConfigurationValues) {
        asset = values.text("asset") ?? ""
        name = values.text("name")
        brokers = (0..<values.count("brokers")).map { place in
            Broker(
                root: values.text("brokers[\(place)].root") ?? "",
                url: values.text("brokers[\(place)].url") ?? "")
        }
        twoPartyMaximum = values.text("twoPartyMaximum")
        redeemMarginSeconds = values.whole("redeemMarginSeconds") ?? 0
        store = values.text("store")
        prices = [:]
        for resource in values.names("prices") {
            let key = ConfigurationValues.path("prices", resource)
            prices[resource] = Price(
                price: values.text("\(key).price") ?? "", unit: values.text("\(key).unit") ?? "")
        }
    }

    init(
        asset: String, name: String?, brokers: [Broker], twoPartyMaximum: String?,
        redeemMarginSeconds: UInt64, prices: [String: Price]
    ) {
        self.asset = asset
        self.name = name
        self.brokers = brokers
        self.twoPartyMaximum = twoPartyMaximum
        self.redeemMarginSeconds = redeemMarginSeconds
        self.prices = prices
    }

    /// The prices as the library wants them.
    func catalogue() throws(Refusal) -> Catalogue {
        let asset = try AssetText.asset(asset)
        var entries: [String: TollMerchant.Price] = [:]
        for (resource, entry) in prices {
            entries[resource] = TollMerchant.Price(
                unit: entry.unit, amount: try asset.amount(entry.price))
        }
        return try Catalogue(entries)
    }

    /// Adds `RESOURCE=PRICE` or `RESOURCE=PRICE/UNIT`.
    mutating func add(price text: String) throws(CommandError) {
        let wrong = CommandError.typed(
            Refusal(
                .malformed, "a price is RESOURCE=PRICE or RESOURCE=PRICE/UNIT, not ‘\(text)’"),
            hint: "such as --price article=0.25, or --price api=0.0005/call")
        guard let equals = text.lastIndex(of: "=") else { throw wrong }
        let resource = String(text[..<equals])
        let parts = text[text.index(after: equals)...].split(separator: "/", maxSplits: 1)
        guard !resource.isEmpty, let price = parts.first else { throw wrong }
        _ = try AssetText.typed(asset).typedAboveZero(String(price))
        guard prices[resource] == nil else {
            throw CommandError.usage(
                "‘\(resource)’ has two prices", hint: "give one --price for each resource")
        }
        prices[resource] = Price(
            price: String(price), unit: parts.count == 2 ? String(parts[1]) : "piece")
    }
}
