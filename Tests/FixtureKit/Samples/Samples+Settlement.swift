public import PayWord

extension Samples {
    /// Two claims: the sample commitment's, by its object, and one of an unknown commitment.
    public var redemption: Verified<Redemption> {
        get throws(Refusal) {
            try parties.merchant.sign(
                Redemption(
                    batchID: batchID, merchant: parties.merchant.publicKey,
                    broker: parties.broker.publicKey, asset: asset, createdAt: Self.now,
                    claims: [
                        RedemptionClaim(
                            commitment: .object(commitment.encoded),
                            paywords: [try payword(0, 700), try payword(1, 12)]),
                        RedemptionClaim(
                            commitment: .id(unknownCommitment),
                            paywords: [try payword(2, 3)]),
                    ]))
        }
    }

    /// The id of no commitment that exists.
    public var unknownCommitment: CommitmentID {
        var random = SeededRandom(label: "unknown commitment")
        return .random(using: &random)
    }

    var batchID: BatchID {
        var random = SeededRandom(label: "batch")
        return .random(using: &random)
    }

    /// What becomes of the claims of ``redemption``: 700 × 1 + 12 × 25 = 1000 units, and a refusal.
    public var outcomes: [ClaimOutcome] {
        get throws(Refusal) {
            let ordinals = Ordinal.all(count: 2)
            return [
                ClaimOutcome(
                    position: 0, commitmentID: commitment.object.id,
                    advances: [
                        .init(ordinal: ordinals[0], from: .zero, to: ChainIndex(700)),
                        .init(ordinal: ordinals[1], from: .zero, to: ChainIndex(12)),
                    ], amount: try Amount(units: 1000)),
                ClaimOutcome(
                    position: 1, commitmentID: unknownCommitment, refused: .unknownCommitment),
            ]
        }
    }

    /// The settlement of ``redemption``: gross 1000, fee 205, net 795.
    public var settlement: Settlement {
        get throws(Refusal) {
            var random = SeededRandom(label: "settlement")
            let redemption = try redemption
            return Settlement(
                batchID: batchID, redemptionDigest: redemption.digest,
                broker: parties.broker.publicKey, merchant: parties.merchant.publicKey,
                asset: asset, gross: try Amount(units: 1000), fee: try Amount(units: 205),
                net: try Amount(units: 795), claimsAccepted: 1, paywordsRedeemed: 712,
                refusals: [SettlementRefusal(position: 1, reason: .unknownCommitment)],
                settlementID: .random(using: &random), settledAt: Self.now.adding(5),
                outcomesRoot: MerkleTree(leaves: try outcomes.map(\.encoded)).root,
                lines: [
                    SettlementLine(
                        party: parties.merchant.publicKey, kind: .merchant,
                        amount: try Amount(units: 795)),
                    SettlementLine(
                        party: parties.broker.publicKey, kind: .fee,
                        amount: try Amount(units: 205)),
                ])
        }
    }

    /// The broker's whole answer to ``redemption``.
    public var settlementAnswer: SettlementAnswer {
        get throws(Refusal) {
            SettlementAnswer(
                settlement: try parties.brokerSigning.sign(settlement).object,
                signingCertificates: [signingCertificate.object],
                leaves: try outcomes.map(\.encoded))
        }
    }

    var redemptionObjects: [ObjectSample] {
        get throws(Refusal) {
            [
                try sample("redemption", redemption, parties.merchant),
                try sample(
                    "settlement", parties.brokerSigning.sign(settlement), parties.brokerSigning),
            ]
        }
    }
}
