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
    private let asset: Asset?

    init(values: ConfigurationValues) {
        self.values = values
        asset = values.text("asset").flatMap { MerchantConfiguration.asset($0) }
    }

    /// All of them.
    var dangers: [ConfigurationFault] {
        money + brokers + prices + store + transport + metrics + limits + log
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
        found += twoParty + margin
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

    private var margin: [ConfigurationFault] {
        guard let margin = values.whole("redeemMarginSeconds"), values.count("brokers") > 0 else {
            return []
        }
        if margin < Self.clockDifference {
            return [
                error(
                    "redeemMarginSeconds",
                    "\(margin) s are less than clocks may differ: what was accepted last may never "
                        + "be redeemable",
                    fix: "set 604800 (7 days), the protocol's default")
            ]
        }
        if let every = values.whole("redeem.everySeconds") {
            if every >= margin {
                return [
                    error(
                        "redeem.everySeconds",
                        "it redeems every \(every) s, and paywords are redeemable for \(margin) s: "
                            + "some expire before their turn",
                        fix: "set it to an hour (3600), or raise redeemMarginSeconds")
                ]
            }
            if every > margin / Self.turnsInMarginMinimum {
                return [
                    warning(
                        "redeem.everySeconds",
                        "one turn that fails is one too many: the margin of \(margin) s has room for "
                            + "no second",
                        fix: "set it to an hour (3600), or raise redeemMarginSeconds")
                ]
            }
        }
        guard margin < Self.marginMinimum else { return [] }
        return [
            warning(
                "redeemMarginSeconds",
                "a broker that is away for \(margin) s costs you what it did not settle",
                fix: "set 604800 (7 days), the protocol's default")
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
        if values.count("brokers") > 0, values.entry("redeem.everySeconds") == nil {
            found.append(
                warning(
                    "redeem.everySeconds", "nothing redeems by itself",
                    fix: "set it, such as 3600, or have toll merchant redeem run by a timer"))
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

    private func amount(_ key: String, _ text: String?) -> Amount? {
        text.flatMap { text in asset.flatMap { try? $0.amount(text) } }
    }

    private func wrongAmount(_ key: String) -> [ConfigurationFault] {
        guard let asset, let text = values.text(key) else { return [] }
        return [
            error(
                key, "‘\(text)’ is no amount of \(asset)",
                fix: "write at most \(asset.scale) decimal places and at most "
                    + asset.text(.maximum))
        ]
    }
}
