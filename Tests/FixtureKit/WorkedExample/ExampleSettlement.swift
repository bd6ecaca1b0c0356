internal import PayWord

/// The redemption of what was paid, the broker's answer, and what the merchant checks of it.
struct ExampleSettlement {
    private let samples: Samples
    private let redemption: Verified<Redemption>
    private let outcomes: [ClaimOutcome]
    private let settlement: Verified<Settlement>
    private let answer: SettlementAnswer

    init(_ samples: Samples, _ payments: ExamplePayments) throws {
        self.samples = samples
        var random = SeededRandom(label: "worked example")
        let parties = samples.parties
        let redeemed = Samples.now.adding(3600)
        redemption = try parties.merchant.sign(
            Redemption(
                batchID: .random(using: &random), merchant: parties.merchant.publicKey,
                broker: parties.broker.publicKey, asset: samples.asset, createdAt: redeemed,
                claims: [
                    RedemptionClaim(
                        commitment: .object(samples.commitment.encoded),
                        paywords: payments.revealed),
                    RedemptionClaim(
                        commitment: .id(samples.unknownCommitment),
                        paywords: [try samples.payword(2, 3)]),
                ]))
        let gross = try Amount(units: payments.accepted)
        outcomes = [
            ClaimOutcome(
                position: 0, commitmentID: samples.commitment.object.id,
                advances: payments.revealed.map {
                    .init(ordinal: $0.ordinal, from: .zero, to: $0.index)
                }, amount: gross),
            ClaimOutcome(
                position: 1, commitmentID: samples.unknownCommitment,
                refused: .unknownCommitment),
        ]
        let fee = Fee(share: BasisPoints(50) ?? .zero, fixed: try Amount(units: 200)).of(gross)
        let net = try gross.subtracting(fee)
        settlement = try parties.brokerSigning.sign(
            Settlement(
                batchID: redemption.payload.batchID, redemptionDigest: redemption.digest,
                broker: parties.broker.publicKey, merchant: parties.merchant.publicKey,
                asset: samples.asset, gross: gross, fee: fee, net: net, claimsAccepted: 1,
                paywordsRedeemed: payments.revealed.reduce(0) { $0 + UInt64($1.index.value) },
                refusals: [SettlementRefusal(position: 1, reason: .unknownCommitment)],
                settlementID: .random(using: &random), settledAt: redeemed.adding(1),
                outcomesRoot: MerkleTree(leaves: outcomes.map(\.encoded)).root,
                lines: [
                    SettlementLine(
                        party: parties.merchant.publicKey, kind: .merchant, amount: net),
                    SettlementLine(party: parties.broker.publicKey, kind: .fee, amount: fee),
                ]))
        answer = SettlementAnswer(
            settlement: settlement.object, signingCertificates: [samples.signingCertificate.object],
            leaves: outcomes.map(\.encoded))
        _ = try answer.verified(for: redemption.object)
    }

    func write(to page: inout ExamplePage) throws {
        try redeem(&page)
        try settle(&page)
        check(&page)
    }

    private func redeem(_ page: inout ExamplePage) throws {
        page.section("8. The redemption")
        page.say(
            """
            An hour later the merchant sends the last payword of each chain in one batch
            ([07](07-redemption-and-settlement.md#what-a-merchant-claims)). A second claim, by the
            id of a commitment that the broker does not know, is there to show a refusal.
            """)
        try page.sign("redemption", redemption.encoded, .redemption, by: "the merchant")
        page.values([("redemption digest", redemption.digest.bytes)])
    }

    private func settle(_ page: inout ExamplePage) throws {
        let payload = settlement.payload
        page.section("9. The settlement")
        page.say(
            """
            The broker walks w[25] of chain 0 and w[29] of chain 1 down to their roots, refuses the
            second claim with `unknown-commitment` (number 16), and computes the figures
            ([TC-07.13](07-redemption-and-settlement.md#figures)). The merchant's fee is 50 basis
            points and 200 units a settlement:
            """)
        page.code([
            "gross              1 × 25 + 25 × 29                = \(payload.gross)",
            "share              floor(750 × 50 / 10,000)        = 3",
            "fee                min(3 + 200, 750)               = \(payload.fee)",
            "net                750 − 203                       = \(payload.net)",
            "claims accepted                                      \(payload.claimsAccepted)",
            "paywords redeemed  25 + 29                         = \(payload.paywordsRedeemed)",
        ])
        page.say("The outcomes are the leaves of a Merkle tree (TC-07.17):")
        for outcome in outcomes { try page.explain(outcome.encoded, .outcome) }
        let hashes = outcomes.map { SHA256.digest([0x00], $0.encoded) }
        let root = SHA256.digest([0x01], hashes[0].bytes, hashes[1].bytes)
        try expect(root == payload.outcomesRoot, "the Merkle root")
        page.say("Their hashes and the root (TC-07.18):")
        page.values([
            ("SHA-256(00 || leaf 0)", hashes[0].bytes),
            ("SHA-256(00 || leaf 1)", hashes[1].bytes),
            ("SHA-256(01 || both)", root.bytes),
        ])
        try page.sign(
            "settlement", settlement.encoded, .settlement, by: "the broker's signing key")
        page.say(
            """
            The answer is the array of this object, the signing key's certificate (of step 4) and
            the two leaves ([04](04-commitments.md#answers-of-a-broker)), \
            \(answer.encoded.count) bytes. Its SHA-256, to compare:
            """)
        page.values([("SHA-256(answer)", SHA256.digest(answer.encoded).bytes)])
    }

    private func check(_ page: inout ExamplePage) {
        let payload = settlement.payload
        page.section("10. What the merchant checks")
        let rule = "07-redemption-and-settlement.md#what-a-merchant-checks-of-the-answer"
        page.say("In the order of [TC-07.21](\(rule)):")
        page.code([
            "the certificate's kid is the broker's root, and its signature holds",
            "the settlement's kid is the certificate's subject, its signature holds, and",
            "  not-before − 300 ≤ settled-at ≤ not-after + 300",
            "batch id, redemption digest, merchant and asset are those of step 8",
            "the leaves lead to the root in field 14",
            "\(payload.fee) + \(payload.net) = \(payload.gross) = the sum of the lines; "
                + "fee = the line of kind 2",
            "two outcomes for two claims; their amounts sum to \(payload.gross);",
            "  \(payload.claimsAccepted) accepted; \(payload.paywordsRedeemed) paywords; "
                + "refusals [[1, 16]]",
            "outcome 0 is of the claim's commitment, its advances end at 25 and 29,",
            "  and 1 × (25 − 0) + 25 × (29 − 0) = 750",
        ])
        page.say(
            """
            Every figure was computed from bytes on this page. Whoever has the redemption and the
            answer can do the same, at any time, and needs nobody's word for it.
            """)
    }
}
