internal import Foundation
internal import PayWord

/// What is well-formed and yet costs money or service: each danger with the line and the way out.
struct MerchantRules {
    /// A redemption that comes later than this part of the margin may come too late if one fails.
    static let turnsInMarginMinimum: UInt64 = 2
    /// Below this, a broker or merchant that is away over a night costs money.
    static let marginMinimum: UInt64 = 86_400
    /// How far clocks may be apart; a shorter margin is none.
    static let clockDifference: UInt64 = 300

    let values: ConfigurationValues
    /// Keys that somebody set to what cannot be read.
    let unreadable: Set<String>
    let asset: Asset?

    init(values: ConfigurationValues, unreadable: Set<String> = []) {
        self.values = values
        self.unreadable = unreadable
        asset = values.text("asset").flatMap { MerchantConfiguration.asset($0) }
    }

    /// All of them.
    var dangers: [ConfigurationFault] {
        money + redemption + brokers + prices + store + transport + metrics + limits + log
    }

    func error(_ key: String, _ problem: String, fix: String) -> ConfigurationFault {
        ConfigurationFault(values.origin(key), key, problem, fix: fix)
    }

    func warning(_ key: String, _ problem: String, fix: String) -> ConfigurationFault {
        ConfigurationFault(values.origin(key), key, problem, fix: fix, severity: .warning)
    }

    // MARK: Money

    private var money: [ConfigurationFault] {
        var found: [ConfigurationFault] = []
        if let text = values.text("asset"), asset == nil {
            found.append(
                error(
                    "asset", "‘\(text)’ is no asset",
                    fix: "a code of 3 to 12 characters and a scale of at most 18: \"EUR/6\""))
        }
        found += twoParty
        return found
    }

    private var twoParty: [ConfigurationFault] {
        guard let text = values.text("twoPartyMaximum") else {
            guard values.count("brokers") == 0, case .file = values.origin("brokers") else {
                return []
            }
            return [
                error(
                    "brokers", "there is no broker and no two-party maximum: nobody can pay",
                    fix: "add a broker with its root key and url, or set twoPartyMaximum")
            ]
        }
        guard let asset, let maximum = amount("twoPartyMaximum", text) else {
            return wrongAmount("twoPartyMaximum")
        }
        if maximum == .zero {
            return [
                error(
                    "twoPartyMaximum", "0 lets nobody owe anything, so nobody can pay",
                    fix: "remove it, or set what you can lose to one payer")
            ]
        }
        let dearest = values.names("prices").compactMap { name in
            amount(pricePath(name), values.text(pricePath(name)))
        }.max()
        guard let dearest, dearest > maximum else { return [] }
        return [
            error(
                "twoPartyMaximum",
                "it is less than the dearest price, \(asset.textWithCode(dearest)), which nobody "
                    + "can pay then",
                fix: "raise it, or lower that price")
        ]
    }

    // MARK: Brokers and prices

    private var brokers: [ConfigurationFault] {
        var found: [ConfigurationFault] = []
        var roots: [String: Int] = [:]
        for place in 0..<values.count("brokers") {
            let (rootKey, urlKey) = ("brokers[\(place)].root", "brokers[\(place)].url")
            if let root = values.text(rootKey) {
                if let first = roots.updateValue(place, forKey: root) {
                    found.append(
                        error(
                            rootKey, "it is the root key of brokers[\(first)] too",
                            fix: "keep one of the two"))
                }
                if PublicKey(text: root) == nil {
                    found.append(
                        error(
                            rootKey, "it is no public key",
                            fix: "copy it whole: toll broker serve prints it"))
                }
            }
            guard let url = values.text(urlKey), url.hasPrefix("http://"),
                !values.isOn("allowInsecureTransport"), !LoopbackHost.isNamed(inURL: url)
            else { continue }
            found.append(
                error(
                    urlKey,
                    "plain HTTP to another machine: whoever is between can change what is said",
                    fix: "use its https:// address"))
        }
        return found
    }

    private func pricePath(_ name: String) -> String {
        ConfigurationValues.path("prices", name) + ".price"
    }

    private var prices: [ConfigurationFault] {
        if values.names("prices").isEmpty, case .file = values.origin("prices") {
            return [
                warning(
                    "prices", "nothing is sold",
                    fix: "add one: \"article\": {\"price\": \"0.25\", \"unit\": \"piece\"}")
            ]
        }
        return values.names("prices").flatMap { name -> [ConfigurationFault] in
            let key = pricePath(name)
            let unit = values.text(ConfigurationValues.path("prices", name) + ".unit") ?? ""
            guard name.utf8.count <= 256, unit.utf8.count <= 64 else {
                return [
                    error(
                        key, "its name or unit is too long for an offer",
                        fix: "write at most 256 bytes for the name and 64 for the unit")
                ]
            }
            guard let text = values.text(key), asset != nil else { return [] }
            guard let price = amount(key, text) else { return wrongAmount(key) }
            guard price == .zero else { return [] }
            return [
                error(
                    key, "at a price of 0 it is given away",
                    fix: "set a price above 0, or remove the resource")
            ]
        }
    }

    func amount(_ key: String, _ text: String?) -> Amount? {
        text.flatMap { text in asset.flatMap { try? $0.amount(text) } }
    }

    func wrongAmount(_ key: String) -> [ConfigurationFault] {
        guard let asset, let text = values.text(key) else { return [] }
        return [
            error(
                key, "‘\(text)’ is no amount of \(asset)",
                fix: "write at most \(asset.scale) decimal places and at most "
                    + asset.text(.maximum))
        ]
    }
}
