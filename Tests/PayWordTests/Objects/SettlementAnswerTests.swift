import FixtureKit
import PayWord
import Testing

/// The sample settlement with some of its figures replaced, signed, with these outcomes.
private struct Answer {
    let samples: Samples
    var settlement: Settlement
    var outcomes: [ClaimOutcome]
    /// Whether the root is that of the outcomes as they are.
    var followsOutcomes = true

    init() throws {
        samples = try Samples()
        settlement = try samples.settlement
        outcomes = try samples.outcomes
    }

    mutating func replace(
        batchID: BatchID? = nil, redemptionDigest: Digest? = nil, merchant: PublicKey? = nil,
        asset: Asset? = nil, gross: UInt64? = nil, fee: UInt64? = nil, net: UInt64? = nil,
        accepted: UInt64? = nil, paywords: UInt64? = nil, refusals: [SettlementRefusal]? = nil,
        lines: [SettlementLine]? = nil
    ) throws {
        let old = settlement
        settlement = Settlement(
            batchID: batchID ?? old.batchID,
            redemptionDigest: redemptionDigest ?? old.redemptionDigest, broker: old.broker,
            merchant: merchant ?? old.merchant, asset: asset ?? old.asset,
            gross: try gross.map { try Amount(units: $0) } ?? old.gross,
            fee: try fee.map { try Amount(units: $0) } ?? old.fee,
            net: try net.map { try Amount(units: $0) } ?? old.net,
            claimsAccepted: accepted ?? old.claimsAccepted,
            paywordsRedeemed: paywords ?? old.paywordsRedeemed,
            refusals: refusals ?? old.refusals, settlementID: old.settlementID,
            settledAt: old.settledAt, outcomesRoot: old.outcomesRoot, lines: lines ?? old.lines)
    }

    func verify(
        for redemption: SignedObject<Redemption>? = nil
    ) throws -> (settlement: Verified<Settlement>, outcomes: [ClaimOutcome]) {
        var signed = settlement
        if followsOutcomes {
            signed = Settlement(
                batchID: signed.batchID, redemptionDigest: signed.redemptionDigest,
                broker: signed.broker, merchant: signed.merchant, asset: signed.asset,
                gross: signed.gross, fee: signed.fee, net: signed.net,
                claimsAccepted: signed.claimsAccepted,
                paywordsRedeemed: signed.paywordsRedeemed, refusals: signed.refusals,
                settlementID: signed.settlementID, settledAt: signed.settledAt,
                outcomesRoot: MerkleTree(leaves: outcomes.map(\.encoded)).root,
                lines: signed.lines)
        }
        let answer = SettlementAnswer(
            settlement: try samples.parties.brokerSigning.sign(signed).object,
            signingCertificates: [samples.signingCertificate.object],
            leaves: outcomes.map(\.encoded))
        return try SettlementAnswer(decoding: answer.encoded).verified(
            for: redemption ?? samples.redemption.object)
    }

    func line(_ kind: SettlementLineKind, _ units: UInt64) throws -> SettlementLine {
        SettlementLine(
            party: kind == .fee ? settlement.broker : settlement.merchant, kind: kind,
            amount: try Amount(units: units))
    }
}

@Test func anHonestAnswerIsVerified() throws {
    let answer = try Answer()
    let verified = try answer.verify()
    #expect(verified.settlement.payload.net.units == 795)
    #expect(verified.outcomes == answer.outcomes)
    #expect(verified.outcomes[1].reason == .unknownCommitment)
    #expect(verified.outcomes[0].reason == nil)
}

@Test func theAnswerToAnotherRedemptionIsBatchConflict() throws {
    var answer = try Answer()
    try answer.replace(batchID: .zero)
    #expect(throws: Refusal(.batchConflict)) { try answer.verify() }
    answer = try Answer()
    try answer.replace(redemptionDigest: .zero)
    #expect(throws: Refusal(.batchConflict)) { try answer.verify() }
    answer = try Answer()
    try answer.replace(merchant: answer.samples.parties.otherMerchant.publicKey)
    #expect(throws: Refusal(.batchConflict)) { try answer.verify() }
    answer = try Answer()
    try answer.replace(asset: try Asset(code: "EUR", scale: 2))
    #expect(throws: Refusal(.batchConflict)) { try answer.verify() }
}

@Test func figuresThatDoNotAddUpAreAmountMismatch() throws {
    let changes: [(String, (inout Answer) throws -> Void)] = [
        ("gross too high", { try $0.replace(gross: 1_001) }),
        ("net too low", { try $0.replace(net: 794) }),
        ("fee too high", { try $0.replace(fee: 206) }),
        ("claims accepted", { try $0.replace(accepted: 2) }),
        ("paywords", { try $0.replace(paywords: 711) }),
        ("no refusals", { try $0.replace(refusals: []) }),
        (
            "another reason",
            { try $0.replace(refusals: [SettlementRefusal(position: 1, reason: .busy)]) }
        ),
        (
            "another position",
            {
                try $0.replace(
                    refusals: [SettlementRefusal(position: 0, reason: .unknownCommitment)])
            }
        ),
        ("a line missing", { try $0.replace(lines: [try $0.line(.merchant, 795)]) }),
        (
            "lines that add up to the gross, but not to fee and net",
            { try $0.replace(lines: [try $0.line(.merchant, 700), try $0.line(.fee, 300)]) }
        ),
        (
            "figures in agreement, but not with the outcomes",
            {
                try $0.replace(
                    gross: 999, fee: 204, lines: [try $0.line(.merchant, 795), $0.line(.fee, 204)])
            }
        ),
    ]
    for (name, change) in changes {
        var answer = try Answer()
        try change(&answer)
        #expect(throws: Refusal(.amountMismatch), "\(name)") { try answer.verify() }
    }
}

@Test func outcomesThatDoNotFollowFromTheClaimsAreAmountMismatch() throws {
    let ordinals = Ordinal.all(count: 3)
    func outcome(
        _ base: ClaimOutcome, position: UInt32? = nil, id: CommitmentID? = nil,
        advances: [ClaimOutcome.Advance]? = nil
    ) -> ClaimOutcome {
        ClaimOutcome(
            position: position ?? base.position, commitmentID: id ?? base.commitmentID,
            advances: advances ?? base.advances, amount: base.amount)
    }
    let changes: [(String, (inout [ClaimOutcome]) -> Void)] = [
        ("an outcome missing", { $0.removeLast() }),
        ("outcomes in another order", { $0.reverse() }),
        ("an outcome too many", { $0.append($0[1]) }),
        ("another position", { $0[0] = outcome($0[0], position: 5) }),
        ("another commitment", { $0[0] = outcome($0[0], id: .zero) }),
        (
            "a chain that was not claimed",
            {
                $0[0] = outcome(
                    $0[0],
                    advances: [
                        .init(ordinal: ordinals[0], from: .zero, to: ChainIndex(700)),
                        .init(ordinal: ordinals[2], from: .zero, to: ChainIndex(12)),
                    ])
            }
        ),
        (
            "further than was claimed",
            {
                $0[0] = outcome(
                    $0[0],
                    advances: [
                        .init(ordinal: ordinals[0], from: ChainIndex(1), to: ChainIndex(701)),
                        .init(ordinal: ordinals[1], from: .zero, to: ChainIndex(12)),
                    ])
            }
        ),
        (
            "backwards",
            {
                $0[0] = outcome(
                    $0[0],
                    advances: $0[0].advances + [
                        .init(ordinal: ordinals[2], from: ChainIndex(9), to: ChainIndex(3))
                    ])
            }
        ),
    ]
    for (name, change) in changes {
        var answer = try Answer()
        change(&answer.outcomes)
        #expect(throws: Refusal.self, "\(name)") { try answer.verify() }
    }
}

@Test func leavesThatAreNotTheRootsAreAmountMismatch() throws {
    var answer = try Answer()
    answer.followsOutcomes = false
    answer.outcomes[1] = ClaimOutcome(
        position: 1, commitmentID: .zero, refused: .unknownCommitment)
    #expect(throws: Refusal(.amountMismatch)) { try answer.verify() }
}

@Test func anAnswerByAnotherKeyIsBadSignature() throws {
    let samples = try Samples()
    let forged = SettlementAnswer(
        settlement: try samples.parties.stranger.sign(samples.settlement).object,
        signingCertificates: [samples.signingCertificate.object],
        leaves: try samples.outcomes.map(\.encoded))
    let redemption = try samples.redemption.object
    #expect(throws: Refusal(.badSignature)) { try forged.verified(for: redemption) }
    let honest = try samples.settlementAnswer
    let unproven = SettlementAnswer(
        settlement: honest.settlement, signingCertificates: [], leaves: honest.leaves)
    #expect(throws: Refusal(.badSignature)) { try unproven.verified(for: redemption) }
}

@Test func aRefusedLeafHasNoAdvancesAndNoAmount() throws {
    let id = CommitmentID.zero
    let refused = ClaimOutcome(position: 3, commitmentID: id, refused: .badPayword)
    #expect(try ClaimOutcome(decoding: refused.encoded[...]) == refused)
    #expect(refused.encoded.hex == "850350" + String(repeating: "00", count: 16) + "80001819")
    for hex in [
        "850350" + String(repeating: "00", count: 16) + "80011819",
        "850350" + String(repeating: "00", count: 16) + "8183000001001819",
        // An advance that goes back.
        "850350" + String(repeating: "00", count: 16) + "818300020100f6",
    ] {
        let bytes = try [UInt8](hex: hex)
        #expect(throws: Refusal(.malformed)) { try ClaimOutcome(decoding: bytes[...]) }
    }
}
