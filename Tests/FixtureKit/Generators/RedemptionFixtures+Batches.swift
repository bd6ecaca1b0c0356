internal import PayWord

private func accept(
    _ samples: Samples, _ id: String, _ about: String,
    _ change: (inout RedemptionDraft) throws -> Void = { _ in }
) throws -> FixtureCase {
    var draft = try RedemptionDraft(samples)
    try change(&draft)
    return .accept("redemption-\(id)", about, try draft.inputs(), try draft.result())
}

/// Batches that are settled.
func acceptedRedemptions(_ samples: Samples) throws -> [FixtureCase] {
    let commitment = samples.commitment
    let (first, second) = (try samples.payword(0, 700), try samples.payword(1, 12))
    return [
        try accept(samples, "by-id", "one claim, named by its commitment's id"),
        try accept(samples, "by-object", "one claim that carries its commitment") {
            $0.claims[0].reference = .object(commitment.encoded)
        },
        try accept(samples, "by-root", "signed by the broker's root key") {
            $0.signsByRoot = true
        },
        try accept(samples, "no-fee", "a merchant without a fee") { $0.fee = (0, 0) },
        try accept(samples, "fee-at-most-gross", "a fixed fee above the gross: no net, no line") {
            $0.fee = (0, 5_000)
        },
        try accept(samples, "settled-before", "a claim of what was redeemed already pays zero") {
            $0.commitments = [
                RedemptionDraft.row(commitment, samples, [RedemptionDraft.redeemed(first, second)])
            ]
            $0.claims[0].advances = []
            $0.claims[0].amount = 0
        },
        try accept(samples, "overlapping", "a claim over what was redeemed pays the difference") {
            $0.commitments = [
                RedemptionDraft.row(
                    commitment, samples, [RedemptionDraft.redeemed(try samples.payword(0, 500))])
            ]
            $0.claims[0].advances = [(0, 500, 700), (1, 0, 12)]
            $0.claims[0].amount = 500
        },
        try accept(samples, "one-chain-back", "a chain below its redeemed index counts zero") {
            $0.commitments = [
                RedemptionDraft.row(
                    commitment, samples, [RedemptionDraft.redeemed(try samples.payword(0, 900))])
            ]
            $0.claims[0].advances = [(1, 0, 12)]
            $0.claims[0].amount = 300
        },
        try accept(
            samples, "twice-in-a-batch", "two claims of one commitment: the second sees the first"
        ) {
            $0.claims.append(
                DraftClaim(
                    reference: .id(commitment.object.id), id: commitment.object.id,
                    paywords: [try samples.payword(0, 800)], advances: [(0, 700, 800)],
                    amount: 100))
        },
        try accept(samples, "whole", "all chains to their ends") {
            $0.claims[0].paywords = [
                try samples.payword(0, 1_000), try samples.payword(1, 400),
                try samples.payword(2, 20),
            ]
            $0.claims[0].advances = [(0, 0, 1_000), (1, 0, 400), (2, 0, 20)]
            $0.claims[0].amount = 31_000
        },
        try accept(samples, "closed", "up to where the merchant's close ended the chains") {
            $0.commitments = [
                RedemptionDraft.row(
                    commitment, samples,
                    [
                        ("state", .text("closed")),
                        ("final", .list([.integer(700), .integer(12), .integer(0)])),
                    ])
            ]
        },
        try accept(samples, "last-second", "one second before the release") {
            $0.now = commitment.payload.redeemBy.adding(.day).subtracting(1)
            $0.signsByRoot = true
        },
        try accept(samples, "after-outage", "an outage of the broker puts the release off") {
            $0.now = commitment.payload.redeemBy.adding(.day).adding(500)
            $0.signsByRoot = true
            let from = commitment.payload.redeemBy
            $0.extra = [
                (
                    "outages",
                    .list([
                        .list([.integer(from.seconds), .integer(from.adding(1_000).seconds)])
                    ])
                )
            ]
        },
        try accept(samples, "eight-chains", "eight chains, the most there may be") {
            try $0.claimEightChains()
        },
        try accept(
            samples, "key-last-second",
            "300 s after the signing key's period; the claim comes too late"
        ) {
            $0.now = samples.signingCertificate.payload.notAfter.adding(300)
            $0.claims[0].refused = .redeemWindowClosed
            $0.claims[0].advances = []
            $0.claims[0].amount = 0
        },
        try accept(samples, "steps-at-limit", "as many steps as the broker takes") {
            $0.extra = [("steps_limit", .integer(712))]
        },
        try accept(samples, "accepted-broker-clock", "a batch dated 300 s ahead") {
            $0.createdAt = Samples.now.adding(305)
        },
        try repeated(samples),
    ] + (try creditRedemptions(samples)) + (try badClaims(samples))
}

/// The same batch again is answered with the recorded bytes, whatever the books say by now.
private func repeated(_ samples: Samples) throws -> FixtureCase {
    var draft = try RedemptionDraft(samples)
    let result = try draft.result()
    guard let answer = result.first(where: { $0.0 == "answer" })?.1 else {
        throw Refusal(.internal)
    }
    draft.extra = [
        (
            "recorded",
            SessionScript.object([
                ("redemption_digest", .hex(try draft.redemption().digest.bytes)),
                ("answer", answer),
            ])
        )
    ]
    draft.now = draft.now.adding(1_000)
    draft.commitments = []
    return .accept(
        "redemption-repeated", "the same batch again: the recorded answer, byte for byte",
        try draft.inputs(), result)
}

private func creditRedemptions(_ samples: Samples) throws -> [FixtureCase] {
    func credit(
        _ id: String, _ about: String, capacity: UInt64, guarantee: UInt64, used: UInt64 = 0,
        isPaid: Bool = true
    ) throws -> FixtureCase {
        try accept(samples, id, about) {
            $0.commitments = [
                RedemptionDraft.row(
                    samples.commitment, samples,
                    [
                        ("funding", .text("credit")), ("guarantee", .decimal(guarantee)),
                        ("guarantee_used", .decimal(used)),
                    ])
            ]
            $0.extra = [
                (
                    "accounts",
                    .list([
                        SessionScript.object([
                            ("account", .hex(samples.parties.account.publicKey.bytes)),
                            ("capacity", .decimal(capacity)),
                        ])
                    ])
                )
            ]
            guard !isPaid else { return }
            $0.claims[0].refused = .insufficientFunds
            $0.claims[0].advances = []
            $0.claims[0].amount = 0
        }
    }
    return [
        try credit("credit", "on credit, all of it the account's", capacity: 1_000, guarantee: 0),
        try credit(
            "guarantee", "on credit, what the account lacks is the broker's guarantee",
            capacity: 400, guarantee: 600),
        try credit(
            "guarantee-used", "what is left of the guarantee is one unit short: refused whole",
            capacity: 400, guarantee: 700, used: 101, isPaid: false),
        try credit(
            "no-credit", "an account with nothing left and no guarantee", capacity: 0,
            guarantee: 0, isPaid: false),
    ]
}

/// Whole batches that are refused.
func refusedRedemptions(_ samples: Samples) throws -> [FixtureCase] {
    func refuse(
        _ id: String, _ about: String, _ reason: Reason, base: String = "by-id",
        _ change: (inout RedemptionDraft) throws -> Void
    ) throws -> FixtureCase {
        var draft = try RedemptionDraft(samples)
        try change(&draft)
        return .refuse(
            "redemption-\(id)", about, try draft.inputs(), reason, base: "redemption-\(base)")
    }
    return [
        try refuse(
            "key-expired", "301 s after the signing key's period", .certificateExpired,
            base: "key-last-second"
        ) {
            $0.now = samples.signingCertificate.payload.notAfter.adding(301)
        },
        try refuse("uncertified", "no certificate of the signing key", .badSignature) {
            $0.replaced = ("signing_certificates", .list([]))
        },
        try refuse("cut", "a redemption cut short", .malformed) {
            $0.replaced = (
                "redemption", .hex(try $0.redemption().encoded.dropLast())
            )
        },
        try refuse("fee-null", "no fee, which is an input that may not be left out", .malformed) {
            $0.replaced = ("fee", .null)
        },
        try refuse("other-broker", "made out to another broker", .wrongBroker) {
            $0.broker = samples.parties.otherBroker.publicKey
        },
        try refuse("altered-signature", "one bit of the signature altered", .badSignature) {
            $0.altersSignature = true
        },
        try refuse("ahead", "dated more than 300 s ahead", .notYetValid) {
            $0.createdAt = Samples.now.adding(306)
        },
        try refuse("other-asset", "in an asset that the broker does not have", .wrongAsset) {
            $0.extra = [("assets", .list([.list([.text("USD"), .integer(6)])]))]
        },
        try refuse("other-scale", "in another scale of the broker's asset", .wrongAsset) {
            $0.extra = [("assets", .list([.list([.text("EUR"), .integer(2)])]))]
        },
        try refuse("not-enrolled", "by a merchant that is not enrolled", .unknownAccount) {
            $0.extra = [("enrolled", .bool(false))]
        },
        try refuse("too-many-steps", "one step more than the broker takes", .tooLarge) {
            $0.extra = [("steps_limit", .integer(711))]
        },
        try refuse(
            "too-many-claims", "one claim more than the broker takes", .tooLarge,
            base: "twice-in-a-batch"
        ) {
            $0.extra = [("claims_limit", .integer(1))]
            $0.claims.append(
                DraftClaim(
                    reference: .id(samples.commitment.object.id),
                    id: samples.commitment.object.id, paywords: [try samples.payword(0, 800)]))
        },
        try refuse(
            "batch-conflict", "another redemption under a batch id that was used", .batchConflict
        ) {
            $0.extra = [
                (
                    "recorded",
                    SessionScript.object([
                        ("redemption_digest", .hex(Digest.zero.bytes)),
                        ("answer", .hex(try samples.settlementAnswer.encoded)),
                    ])
                )
            ]
        },
    ]
}

extension RedemptionDraft {
    /// One claim on all chains of a commitment of eight, 1 to 8 paywords of 1 to 8 units.
    fileprivate mutating func claimEightChains() throws {
        let commitment = try samples.commitment("of eight chains") {
            $0.chains = (1...8).map { (UInt64($0), UInt32($0)) }
        }
        commitments = [Self.row(commitment, samples)]
        claims = [
            DraftClaim(
                reference: .id(commitment.object.id), id: commitment.object.id,
                paywords: PaywordClaims(
                    try (0..<8).map {
                        try samples.payword(of: commitment, $0, UInt32($0 + 1))
                    }),
                advances: (0..<8).map { ($0, 0, UInt32($0 + 1)) },
                amount: (1...8).reduce(0) { $0 + $1 * $1 })
        ]
    }
}
