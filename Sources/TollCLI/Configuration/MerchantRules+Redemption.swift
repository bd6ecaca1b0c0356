internal import PayWord

extension MerchantRules {
    /// Keys of which each makes the service redeem by itself.
    static let triggers = [
        "redeem.everySeconds", "redeem.atAmount", "redeem.atChannels", "redeem.beforeExpirySeconds",
    ]
    /// Payers and brokers ask about what was settled for weeks.
    static let purgeDaysMinimum: UInt64 = 30

    // MARK: Redemption

    var redemption: [ConfigurationFault] { margins + schedule + retries + retention }

    private var margins: [ConfigurationFault] {
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

    private var schedule: [ConfigurationFault] {
        var found: [ConfigurationFault] = []
        if let text = values.text("redeem.atAmount"), asset != nil {
            guard let amount = amount("redeem.atAmount", text) else {
                return wrongAmount("redeem.atAmount")
            }
            if amount == .zero {
                found.append(
                    error(
                        "redeem.atAmount", "0 is always due: it would redeem at every look",
                        fix: "set what a redemption is worth to you, or remove it"))
            }
        }
        guard values.count("brokers") > 0 else { return found }
        if !Self.triggers.contains(where: { values.entry($0) != nil || unreadable.contains($0) }) {
            found.append(
                warning(
                    "redeem.everySeconds", "nothing redeems by itself",
                    fix: "set it, such as 3600, or have toll merchant redeem run by a timer"))
        }
        return found
    }

    private var retries: [ConfigurationFault] {
        guard let first = values.whole("redeem.retrySeconds"),
            let longest = values.whole("redeem.retryMaximumSeconds")
        else { return [] }
        var found: [ConfigurationFault] = []
        if first > longest {
            found.append(
                error(
                    set("redeem.retrySeconds", or: "redeem.retryMaximumSeconds"),
                    "the first wait of \(first) s is longer than the longest of \(longest) s",
                    fix: "set redeem.retrySeconds to at most redeem.retryMaximumSeconds"))
        }
        if let before = values.whole("redeem.beforeExpirySeconds"), before < 2 * longest {
            found.append(
                error(
                    "redeem.beforeExpirySeconds",
                    "a broker that fails once is asked again after up to \(longest) s, and \(before) s "
                        + "are left then: what is due is lost",
                    fix: "set it to a day (86400) or more, or lower redeem.retryMaximumSeconds"))
        } else if let margin = values.whole("redeemMarginSeconds"), values.count("brokers") > 0,
            margin >= Self.clockDifference, longest > margin / 2,
            values.origin("redeem.retryMaximumSeconds") != .standard
        {
            found.append(
                error(
                    "redeem.retryMaximumSeconds",
                    "a broker that was away is not asked for \(longest) s, and paywords are "
                        + "redeemable for \(margin) s",
                    fix: "set it to an hour (3600), or raise redeemMarginSeconds"))
        }
        return found
    }

    /// The one of two keys that somebody set, for the place of a mistake.
    private func set(_ key: String, or other: String) -> String {
        values.origin(key) == .standard ? other : key
    }

    // MARK: Retention

    private var retention: [ConfigurationFault] {
        guard let days = values.whole("retention.purgeAfterDays"), days < Self.purgeDaysMinimum
        else { return [] }
        return [
            warning(
                "retention.purgeAfterDays",
                "what a payer asks about after \(days) days is gone, but for the proof that it was "
                    + "settled",
                fix: "set 90, unless you may keep nothing for longer")
        ]
    }
}
