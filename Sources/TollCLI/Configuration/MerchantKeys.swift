/// Everything that may stand in `merchant.json`, and that `toll merchant config` knows of.
public enum MerchantKeys {
    /// How many brokers an offer can list.
    static let brokersMaximum = 16
    /// How many resources may have a price.
    static let pricesMaximum = 10_000

    /// The keys, in the order in which they are shown.
    public static let all: [ConfigurationKey] = business + service

    /// The JSON Schema of the file.
    public static var schema: JSONText {
        ConfigurationSchema.document(
            title: "Tollchain merchant",
            summary: "merchant.json: what a merchant sells, to whose payers, and how it serves.",
            all)
    }

    private static let business: [ConfigurationKey] = [
        ConfigurationKey(
            "asset", .text(.asset), "What prices are in, with its scale.", isRequired: true),
        ConfigurationKey("name", .text(.name), "A display name."),
        ConfigurationKey(
            "brokers", .list(.section(broker), maximum: brokersMaximum),
            "Whose payers are served, and who pays the merchant.", isRequired: true),
        ConfigurationKey(
            "twoPartyMaximum", .text(.amount),
            "Be a broker of one's own too: the most that one payer may come to owe. Nobody "
                + "guarantees it."),
        ConfigurationKey(
            "redeemMarginSeconds", .whole(0...34_560_000),
            "How long after its last payword a commitment must stay redeemable. A broker or "
                + "merchant that is away for less than that costs nobody money.",
            isRequired: true),
        ConfigurationKey(
            "prices", .named(.resource, .section(price), maximum: pricesMaximum),
            "What is sold, by name.", isRequired: true),
    ]

    private static let broker: [ConfigurationKey] = [
        ConfigurationKey(
            "root", .text(.key), "The broker's root key, which names it.", isRequired: true),
        ConfigurationKey("url", .text(.url), "Where its API is.", isRequired: true),
    ]

    private static let price: [ConfigurationKey] = [
        ConfigurationKey("price", .text(.amount), "What one unit costs.", isRequired: true),
        ConfigurationKey("unit", .text(.unit), "What is counted.", isRequired: true),
    ]

    private static let service: [ConfigurationKey] = [
        ConfigurationKey(
            "store", .text(.database),
            "Keep channels in this PostgreSQL database, which any number of instances may serve "
                + "from. Without it, in a file of the merchant's folder, for one.",
            variable: "TOLL_MERCHANT_STORE"),
        ConfigurationKey(
            "listen", .text(.endpoint), "Where toll merchant serve takes payments.",
            standard: .text("127.0.0.1:7600"), variable: "TOLL_MERCHANT_LISTEN",
            shared: "merchant.listen", flag: "--listen"),
        ConfigurationKey(
            "tls", .section(tls), "What the merchant proves itself with off loopback."),
        ConfigurationKey(
            "allowInsecureTransport", .flag,
            "Do without TLS even off loopback, as behind a proxy that ends it.",
            standard: .flag(false), variable: "TOLL_ALLOW_INSECURE_TRANSPORT",
            shared: "allowInsecureTransport", flag: "--allow-insecure-transport"),
        ConfigurationKey(
            "trust", .text(.path),
            "A PEM file of authorities to trust at brokers, in place of the system's.",
            variable: "TOLL_TRUST", shared: "trust", flag: "--trust"),
        ConfigurationKey("redeem", .section(redeem), "When the service redeems by itself."),
        ConfigurationKey("retention", .section(retention), "How long channels are kept."),
        ConfigurationKey("limits", .section(limits), "What strangers may use up."),
        ConfigurationKey("metrics", .section(metrics), "The operator's address."),
        ConfigurationKey("log", .section(log), "What is logged, to standard error."),
    ]

    private static let tls: [ConfigurationKey] = [
        ConfigurationKey(
            "certificate", .text(.path), "The certificate chain, in PEM.",
            variable: "TOLL_TLS_CERTIFICATE", shared: "tls.certificate",
            flag: "--tls-certificate"),
        ConfigurationKey(
            "key", .text(.path), "The private key, in PEM, readable by its owner alone.",
            variable: "TOLL_TLS_KEY", shared: "tls.key", flag: "--tls-key"),
    ]

    private static let limits: [ConfigurationKey] = [
        ConfigurationKey(
            "waitingPayments", .whole(1...1_048_576),
            "How many payments may wait for the disk; one more is busy.",
            standard: .whole(65_536), variable: "TOLL_MERCHANT_WAITING_PAYMENTS"),
        ConfigurationKey(
            "channelsInMemory", .whole(2...16_777_216),
            "How many channels are kept in memory, at about 160 bytes each.",
            standard: .whole(1_048_576), variable: "TOLL_MERCHANT_CHANNELS_IN_MEMORY"),
        ConfigurationKey(
            "connections", .whole(1...1_048_576), "How many connections there may be.",
            standard: .whole(4096), variable: "TOLL_MERCHANT_CONNECTIONS"),
        ConfigurationKey(
            "connectionsPerAddress", .whole(1...1_048_576),
            "How many of them one remote address may have.",
            standard: .whole(256), variable: "TOLL_MERCHANT_CONNECTIONS_PER_ADDRESS"),
        ConfigurationKey(
            "drainSeconds", .whole(1...600),
            "How long a graceful stop waits for what is under way.",
            standard: .whole(30), variable: "TOLL_MERCHANT_DRAIN_SECONDS"),
    ]

    private static let metrics: [ConfigurationKey] = [
        ConfigurationKey(
            "listen", .text(.endpoint),
            "Where /metrics, /healthz and /readyz are served, in plain HTTP. Not at all, unless set.",
            variable: "TOLL_MERCHANT_METRICS_LISTEN", flag: "--metrics-listen"),
        ConfigurationKey(
            "allowOffLoopback", .flag,
            "Serve them where others can read turnover and state without a password.",
            standard: .flag(false), variable: "TOLL_MERCHANT_METRICS_ALLOW_OFF_LOOPBACK"),
    ]

    private static let log: [ConfigurationKey] = [
        ConfigurationKey(
            "level",
            .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            "From which level on.", standard: .text("notice"), variable: "TOLL_LOG_LEVEL",
            shared: "log.level"),
        ConfigurationKey(
            "format", .choice(["text", "json"]), "A line for a person, or one JSON object a line.",
            standard: .text("text"), variable: "TOLL_LOG_FORMAT"),
    ]
}
