internal import PayWord

/// One bad claim of each kind, between two good ones, which it does not touch.
func badClaims(_ samples: Samples) throws -> [FixtureCase] {
    let commitment = samples.commitment
    let parties = samples.parties
    let other = try samples.commitment("in a bad claim")
    func bad(
        _ id: String, _ about: String, _ reason: Reason, of named: Verified<Commitment>? = nil,
        _ paywords: PaywordClaims? = nil, object: Bool = false,
        row: [(String, FixtureValue)]? = [],
        _ change: (inout RedemptionDraft) -> Void = { _ in }
    ) throws -> FixtureCase {
        let named = named ?? other
        var draft = try RedemptionDraft(samples)
        if let row { draft.commitments.append(RedemptionDraft.row(named, samples, row)) }
        draft.claims.append(
            DraftClaim(
                reference: object ? .object(named.encoded) : .id(named.object.id),
                id: named.object.id,
                paywords: try paywords ?? [samples.payword(of: named, 0, 7)], refused: reason))
        draft.claims.append(
            DraftClaim(
                reference: .id(commitment.object.id), id: commitment.object.id,
                paywords: [try samples.payword(2, 3)], advances: [(2, 0, 3)], amount: 3_000))
        change(&draft)
        return .accept(
            "redemption-claim-\(id)", "a refused claim between two good ones: \(about)",
            try draft.inputs(), try draft.result())
    }
    func elsewhere(_ merchant: SigningKey, _ broker: SigningKey) throws -> Verified<Commitment> {
        try samples.commitment("elsewhere") {
            $0.merchant = merchant.publicKey
            $0.broker = broker.publicKey
        }
    }
    let foreign = try elsewhere(parties.merchant, parties.otherBroker)
    let others = try elsewhere(parties.otherMerchant, parties.broker)
    let dollars = try samples.commitment("in dollars") {
        $0.asset = try Asset(code: "USD", scale: 6)
    }
    let past = try samples.commitment("redeemable no longer") {
        $0.issuedAt = Samples.now.subtracting(9 * .day)
        $0.expiresAt = Samples.now.subtracting(3 * .day)
        $0.redeemBy = Samples.now.subtracting(.day).adding(5)
    }
    let final: [(String, FixtureValue)] = [
        ("state", .text("closed")), ("final", .list([.integer(6), .integer(0)])),
    ]
    let good = try samples.payword(of: other, 0, 7)
    let wrong = PaywordClaim(
        ordinal: good.ordinal, index: good.index,
        payword: try samples.payword(of: other, 0, 8).payword)
    let third = Ordinal.all(count: 3)[2]
    let fifth = Ordinal.all(count: 1)[0]
    return [
        try bad("unknown", "an id that is not registered", .unknownCommitment, row: nil),
        try bad("cut-object", "a commitment cut short", .malformed, object: true) {
            $0.claims[1].reference = .object(other.encoded.dropLast())
            $0.claims[1].id = .zero
        },
        try bad(
            "altered-object", "a commitment whose signature was altered", .badSignature,
            object: true
        ) {
            var encoded = other.encoded
            encoded[encoded.count - 1] ^= 1
            $0.claims[1].reference = .object(encoded)
        },
        try bad(
            "released", "a commitment that was released", .redeemWindowClosed,
            row: [("state", .text("released"))]),
        try bad(
            "too-late", "24 hours after redeem-by", .redeemWindowClosed, of: past),
        try bad(
            "other-broker", "a commitment through another broker", .wrongBroker, of: foreign,
            object: true, row: nil),
        try bad("other-merchant", "another merchant's commitment", .wrongMerchant, of: others),
        try bad("other-asset", "a commitment in another asset", .wrongAsset, of: dollars),
        try bad(
            "not-registered", "a commitment that nobody registered", .notReserved, object: true,
            row: nil),
        try bad(
            "unknown-chain", "a chain that the commitment does not have", .unknownChain,
            [PaywordClaim(ordinal: third, index: ChainIndex(1), payword: good.payword)]),
        try bad(
            "past-end", "an index above the chain's length", .indexPastEnd,
            [PaywordClaim(ordinal: fifth, index: ChainIndex(101), payword: good.payword)]),
        try bad("past-close", "one payword beyond the close", .channelClosed, row: final),
        try bad(
            "forged", "the payword of the index above", .badPayword, [wrong]),
        try bad(
            "one-chain-forged", "one good chain and one forged: all or nothing", .badPayword,
            [
                good,
                PaywordClaim(
                    ordinal: Ordinal.all(count: 2)[1], index: ChainIndex(5), payword: .zero),
            ]),
        try bad(
            "other-chain", "the payword of another commitment", .badPayword,
            [
                PaywordClaim(
                    ordinal: good.ordinal, index: good.index,
                    payword: try samples.payword(0, 7).payword)
            ]),
    ]
}
