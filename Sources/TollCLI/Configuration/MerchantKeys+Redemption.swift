/// The keys of what becomes of payments: when they are redeemed, and how long they are kept.
extension MerchantKeys {
    static let redeem: [ConfigurationKey] = [
        ConfigurationKey(
            "everySeconds", .whole(1...31_536_000),
            "Redeem at this interval. If none of the first four is set, only toll merchant redeem "
                + "redeems.",
            variable: "TOLL_MERCHANT_REDEEM_EVERY", flag: "--redeem-every"),
        ConfigurationKey(
            "atAmount", .text(.amount), "Redeem when this much is due at a broker.",
            variable: "TOLL_MERCHANT_REDEEM_AT_AMOUNT"),
        ConfigurationKey(
            "atChannels", .whole(1...65_536),
            "Redeem when so many channels have something due at a broker.",
            variable: "TOLL_MERCHANT_REDEEM_AT_CHANNELS"),
        ConfigurationKey(
            "beforeExpirySeconds", .whole(1...34_560_000),
            "Redeem so long before the first redeem-by of what is due. Half of redeemMarginSeconds, "
                + "where another of these is set.",
            variable: "TOLL_MERCHANT_REDEEM_BEFORE_EXPIRY"),
        ConfigurationKey(
            "lookSeconds", .whole(1...3600), "How often the service looks what is due.",
            standard: .whole(60), variable: "TOLL_MERCHANT_REDEEM_LOOK"),
        ConfigurationKey(
            "retrySeconds", .whole(1...86_400),
            "How long to wait before a broker that failed is asked again; doubled each time.",
            standard: .whole(60), variable: "TOLL_MERCHANT_REDEEM_RETRY"),
        ConfigurationKey(
            "retryMaximumSeconds", .whole(1...86_400),
            "The longest such wait, however long a broker is away.",
            standard: .whole(3600), variable: "TOLL_MERCHANT_REDEEM_RETRY_MAXIMUM"),
    ]

    static let retention: [ConfigurationKey] = [
        ConfigurationKey(
            "purgeAfterDays", .whole(1...36_500),
            "Let go of settled channels so long after their redeem-by; totals and proofs stay. "
                + "Without it, only toll merchant purge does.",
            variable: "TOLL_MERCHANT_PURGE_AFTER_DAYS")
    ]
}
