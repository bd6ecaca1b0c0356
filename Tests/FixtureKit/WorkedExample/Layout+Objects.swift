/// The layouts of what the worked example shows.
extension Layout {
    static let protectedHeader = Layout.map(
        "protected header", [1: "algorithm, Ed25519", 3: "content type", 4: "kid"])

    static let signatureInput = Layout.array(
        "Sig_structure",
        [
            "context", .shownAbove("protected header"), "external data",
            .shownAbove("payload"),
        ])

    private static let asset = Layout.array("asset", ["code", "scale"])
    private static let paywords = Layout.list(
        "paywords", .array("claim", ["ordinal", "index", "payword"]))

    // MARK: Payloads

    static let offer = Layout.map(
        "offer",
        [
            1: "merchant", 2: .list("brokers accepted", "broker"), 3: asset, 4: "unit",
            5: "price of a unit", 6: "maximum", 7: "terms", 8: "valid-until", 9: "resource",
        ])

    static let commitment = Layout.map(
        "commitment",
        [
            1: "nonce", 2: "payer", 3: "merchant", 4: "broker", 5: asset,
            6: .list("chains", .array("chain", ["denomination", "length", "root"])),
            7: "issued-at", 8: "expires-at", 9: "redeem-by", 10: "terms digest",
        ])

    static let reservation = Layout.map(
        "reservation",
        [
            1: "commitment digest", 2: "broker", 3: "payer", 4: "merchant", 5: asset,
            6: "amount", 7: "issued-at", 8: "valid-until",
        ])

    static let signingCertificate = Layout.map(
        "certificate",
        [
            1: "serial", 2: "broker", 3: "subject", 4: "role, broker's signing key", 5: asset,
            6: "not-before", 7: "not-after",
        ])

    static let redemption = Layout.map(
        "redemption",
        [
            1: "batch id", 2: "merchant", 3: "broker", 4: asset, 5: "created-at",
            6: .list("claims", .array("claim", [.shownAbove("commitment"), paywords])),
        ])

    static let settlement = Layout.map(
        "settlement",
        [
            1: "batch id", 2: "redemption digest", 3: "broker", 4: "merchant", 5: asset,
            6: "gross", 7: "fee", 8: "net", 9: "claims accepted", 10: "paywords redeemed",
            11: .list("refusals", .array("refusal", ["position", "reason number"])),
            12: "settlement id", 13: "settled-at", 14: "outcomes' root",
            15: .list("lines", .array("line", ["party", "kind", "amount"])),
        ])

    static let outcome = Layout.array(
        "outcome",
        [
            "position", "commitment id",
            .list("advances", .array("advance", ["ordinal", "from", "to"])), "amount",
            "reason number",
        ])

    // MARK: Frames

    static let hello = Layout.array(
        "hello", ["type", .list("versions", "version"), "nonce", "agent"])

    static let helloAck = Layout.array(
        "hello-ack",
        [
            "type", "version", "merchant", "nonce",
            .map("limits", [1: "jump", 2: "unanswered frames", 3: "channels"]), "signature",
        ])

    static let open = Layout.array(
        "open",
        [
            "type", "handle", .shownAbove("commitment"),
            .list("funding", .shownAbove("funding object")), "proof", "salt",
        ])

    static let opened = Layout.array(
        "opened", ["type", "handle", paywords, "accepted", "spent"])

    static let pay = Layout.array(
        "pay", ["type", "handle", "sequence", paywords, "amount", "reference"])

    static let paid = Layout.array(
        "paid", ["type", "handle", "sequence", "accepted", "spent"])
}
