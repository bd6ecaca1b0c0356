internal import PayWord

/// Batches as a broker settles them, with the exact bytes of each settlement. What every claim comes
/// to is written by hand; only hashes and signatures are computed.
func redemptionFixtures(_ samples: Samples) throws -> [FixtureFile] {
    [
        FixtureFile(
            subject: "settlements", name: "redemptions",
            description: """
                A broker whose books hold exactly these commitments settles one batch, with \
                `settlement_id` as the id that it draws and `now` as its clock. A claim that is \
                refused is a line of the settlement, and the case is accepted; a case is refused \
                where the whole batch is.
                """,
            cases: try acceptedRedemptions(samples) + (try refusedRedemptions(samples)))
    ]
}

/// A claim, and what becomes of it.
struct DraftClaim {
    var reference: RedemptionClaim.Reference
    var id: CommitmentID
    var paywords: PaywordClaims
    var advances: [(UInt64, UInt32, UInt32)] = []
    var amount: UInt64 = 0
    var refused: Reason?
}

/// One batch: the broker's books, the claims, and what must come out.
struct RedemptionDraft {
    let samples: Samples
    /// The members of the request that differ from the usual.
    var extra: [(String, FixtureValue)] = []
    var commitments: [FixtureValue]
    var claims: [DraftClaim]
    var now = Samples.now.adding(5)
    var createdAt = Samples.now
    var broker: PublicKey
    var merchant: SigningKey
    var asset: Asset
    /// Basis points and fixed amount.
    var fee: (UInt64, UInt64) = (50, 200)
    /// Who signs the settlement; nil for the certified signing key.
    var signsByRoot = false
    var altersSignature = false
    /// An input that is given otherwise than the draft says.
    var replaced: (name: String, value: FixtureValue)?

    /// The sample commitment, registered, and a claim of 1,000 units on it.
    init(_ samples: Samples) throws {
        self.samples = samples
        broker = samples.parties.broker.publicKey
        merchant = samples.parties.merchant
        asset = samples.asset
        commitments = [Self.row(samples.commitment, samples)]
        claims = [try Self.goodClaim(samples)]
    }

    static func goodClaim(_ samples: Samples) throws -> DraftClaim {
        DraftClaim(
            reference: .id(samples.commitment.object.id), id: samples.commitment.object.id,
            paywords: [try samples.payword(0, 700), try samples.payword(1, 12)],
            advances: [(0, 0, 700), (1, 0, 12)], amount: 1_000)
    }

    /// A commitment as the broker has it.
    static func row(
        _ commitment: Verified<Commitment>, _ samples: Samples,
        _ more: [(String, FixtureValue)] = []
    ) -> FixtureValue {
        .object(
            ([
                ("commitment", .hex(commitment.encoded)),
                ("account", .hex(samples.parties.account.publicKey.bytes)),
            ] + more).map(FixtureValue.Field.init))
    }

    static func redeemed(_ claims: PaywordClaim...) -> (String, FixtureValue) {
        ("redeemed", .list(claims.map(SessionScript.value)))
    }

    private var settlementID: SettlementID {
        var random = SeededRandom(label: "settlement of a batch")
        return .random(using: &random)
    }

    func redemption() throws -> SignedObject<Redemption> {
        try merchant.sign(
            Redemption(
                batchID: samples.batchID, merchant: merchant.publicKey, broker: broker,
                asset: asset, createdAt: createdAt,
                claims: claims.map {
                    RedemptionClaim(commitment: $0.reference, paywords: $0.paywords)
                })
        ).object
    }

    func inputs() throws -> [(String, FixtureValue)] {
        let parties = samples.parties
        func seed(_ key: SigningKey) -> FixtureValue { .hex(key.seed.withBytes { Array($0) }) }
        var redemption = try redemption().encoded
        if altersSignature { redemption[redemption.count - 40] ^= 1 }
        let signing: [(String, FixtureValue)] =
            signsByRoot
            ? []
            : [
                ("signing_seed", seed(parties.brokerSigning)),
                (
                    "signing_certificates",
                    .list([.hex(samples.signingCertificate.encoded)])
                ),
            ]
        let inputs =
            [("op", .text("redemption.settle")), ("broker_seed", seed(parties.broker))]
            + signing + [
                ("now", .integer(now.seconds)), ("settlement_id", .hex(settlementID.bytes)),
                (
                    "fee",
                    SessionScript.object([
                        ("basis_points", .integer(fee.0)), ("fixed", .decimal(fee.1)),
                    ])
                ),
            ] + extra + [
                ("commitments", .list(commitments)), ("redemption", .hex(redemption)),
            ]
        return inputs.map { name, value in
            (name, replaced?.name == name ? replaced?.value ?? value : value)
        }
    }

    /// The outcomes, as the claims say.
    private func outcomes() throws -> [ClaimOutcome] {
        try claims.enumerated().map { position, claim in
            if let refused = claim.refused {
                return ClaimOutcome(
                    position: UInt32(position), commitmentID: claim.id, refused: refused)
            }
            return ClaimOutcome(
                position: UInt32(position), commitmentID: claim.id,
                advances: claim.advances.compactMap { ordinal, from, to in
                    Ordinal(ordinal).map {
                        .init(ordinal: $0, from: ChainIndex(from), to: ChainIndex(to))
                    }
                }, amount: try Amount(units: claim.amount))
        }
    }

    func result() throws -> [(String, FixtureValue)] {
        let outcomes = try outcomes()
        let gross = claims.reduce(0) { $0 + $1.amount }
        let feeUnits = min(gross, gross * fee.0 / 10_000 + fee.1)
        let parties = samples.parties
        let refusals = claims.enumerated().compactMap { position, claim in
            claim.refused.map { SettlementRefusal(position: UInt32(position), reason: $0) }
        }
        let lines: [(PublicKey, SettlementLineKind, UInt64)] = [
            (merchant.publicKey, .merchant, gross - feeUnits),
            (parties.broker.publicKey, .fee, feeUnits),
        ]
        let paywords = claims.flatMap(\.advances).reduce(0) { $0 + UInt64($1.2 - $1.1) }
        let leaves = outcomes.map(\.encoded)
        let settlement = Settlement(
            batchID: samples.batchID, redemptionDigest: try redemption().digest, broker: broker,
            merchant: merchant.publicKey, asset: asset, gross: try Amount(units: gross),
            fee: try Amount(units: feeUnits), net: try Amount(units: gross - feeUnits),
            claimsAccepted: UInt64(claims.count { $0.refused == nil }),
            paywordsRedeemed: paywords, refusals: refusals, settlementID: settlementID,
            settledAt: now, outcomesRoot: MerkleTree(leaves: leaves).root,
            lines: try lines.filter { $0.2 > 0 }.map {
                SettlementLine(party: $0.0, kind: $0.1, amount: try Amount(units: $0.2))
            })
        let signer = signsByRoot ? parties.broker : parties.brokerSigning
        let answer = SettlementAnswer(
            settlement: try signer.sign(settlement).object,
            signingCertificates: signsByRoot ? [] : [samples.signingCertificate.object],
            leaves: leaves)
        return [
            ("answer", .hex(answer.encoded)), ("settlement", .hex(answer.settlement.encoded)),
            ("gross", .decimal(gross)), ("fee", .decimal(feeUnits)),
            ("net", .decimal(gross - feeUnits)),
            ("claims_accepted", .integer(settlement.claimsAccepted)),
            ("paywords", .integer(paywords)),
            (
                "refusals",
                .list(
                    refusals.map {
                        SessionScript.object([
                            ("position", .integer(UInt64($0.position))),
                            ("reason", .text($0.reason?.code ?? "")),
                        ])
                    })
            ),
            ("outcomes", .list(leaves.map { .hex($0) })),
            ("leaves", .list(leaves.map { .hex(SHA256.digest([0x00], $0).bytes) })),
            ("root", .hex(settlement.outcomesRoot.bytes)),
        ]
    }
}
