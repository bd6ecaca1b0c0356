import FixtureKit
import PayWord
import Testing

@Test func threat13SumsAndProductsThatDoNotFitAreAmountOverflow() throws {
    let one = try Amount(units: 1)
    for units in [UInt64(1) << 63, (1 << 63) + 1, .max - 1, .max] {
        #expect(throws: Refusal(.amountOverflow)) { try Amount(units: units) }
    }
    #expect(try Amount(units: (1 << 63) - 1) == .maximum)
    #expect(throws: Refusal(.amountOverflow)) { try Amount.maximum.adding(one) }
    #expect(throws: Refusal(.amountOverflow)) { try Amount.maximum.adding(.maximum) }
    #expect(throws: Refusal(.amountOverflow)) { try Amount.maximum.multiplied(by: 2) }
    #expect(throws: Refusal(.amountOverflow)) { try Amount.maximum.multiplied(by: .max) }
    #expect(throws: Refusal(.amountOverflow)) {
        try Amount(units: 1 << 32).multiplied(by: 1 << 32)
    }
    #expect(throws: Refusal(.amountOverflow)) {
        try Amount(units: 1 << 31).multiplied(by: 1 << 32)
    }
    #expect(throws: Refusal(.amountOverflow)) { try [Amount.maximum, .zero, one].sum() }
    #expect(try [Amount.maximum, .zero].sum() == .maximum)
    #expect(try Amount(units: 1 << 30).multiplied(by: 1 << 32).units == 1 << 62)
}

@Test func threat13AChainWorthMoreThanFitsIsAmountOverflow() throws {
    let chain = CommittedChain(
        denomination: .maximum, length: ChainIndex(2), root: .zero)
    #expect(throws: Refusal(.amountOverflow)) { try chain.worth }
    let half = CommittedChain(
        denomination: try Amount(units: 1 << 62), length: ChainIndex(1), root: .zero)
    let samples = try Samples()
    var commitment = samples.commitment.payload
    commitment = Commitment(
        nonce: commitment.nonce, payer: commitment.payer, merchant: commitment.merchant,
        broker: commitment.broker, asset: commitment.asset, chains: [half, half],
        issuedAt: commitment.issuedAt, expiresAt: commitment.expiresAt,
        redeemBy: commitment.redeemBy)
    #expect(throws: Refusal(.amountOverflow)) { try commitment.worth }
    #expect(throws: Refusal(.amountOverflow)) {
        try commitment.worth(at: [ChainIndex(1), ChainIndex(1)])
    }
    #expect(try commitment.worth(at: [ChainIndex(1)]).units == 1 << 62)
    #expect(throws: Refusal(.unknownChain)) {
        try commitment.worth(at: [.zero, .zero, .zero])
    }
}

@Test func aDifferenceIsNeverBelowZero() throws {
    let (three, five) = (try Amount(units: 3), try Amount(units: 5))
    #expect(try five.subtracting(three).units == 2)
    #expect(try five.subtracting(five) == .zero)
    #expect(throws: Refusal(.insufficientFunds)) { try three.subtracting(five) }
    #expect(three.subtractingOrZero(five) == .zero)
    #expect(five.subtractingOrZero(three).units == 2)
    #expect(Amount.maximum.signed == .max)
}

@Test func sharesRoundDownAndNeverOverflow() throws {
    let half = try #require(BasisPoints(5_000))
    let whole = try #require(BasisPoints(10_000))
    #expect(try Amount(units: 3).share(basisPoints: half).units == 1)
    let least = try #require(BasisPoints(1))
    #expect(try Amount(units: 9_999).share(basisPoints: least).units == 0)
    #expect(try Amount(units: 10_000).share(basisPoints: least).units == 1)
    #expect(Amount.maximum.share(basisPoints: whole) == .maximum)
    #expect(Amount.maximum.share(basisPoints: half).units == (1 << 62) - 1)
    #expect(Amount.maximum.share(basisPoints: .zero) == .zero)
    #expect(BasisPoints(10_001) == nil)
    #expect(BasisPoints(.max) == nil)
}

@Test func aFeeIsRoundedDownOnceAndIsAtMostTheGross() throws {
    let fee = Fee(share: try #require(BasisPoints(30)), fixed: try Amount(units: 2))
    let cases: [(UInt64, UInt64)] = [
        (0, 0), (1, 1), (2, 2), (3, 2), (333, 2), (334, 3), (10_000, 32), (1_000_000, 3_002),
    ]
    for (gross, expected) in cases {
        #expect(fee.of(try Amount(units: gross)).units == expected, "gross \(gross)")
    }
    let everything = Fee(share: try #require(BasisPoints(10_000)), fixed: .maximum)
    #expect(everything.of(.maximum) == .maximum)
    #expect(Fee.none.of(.maximum) == .zero)
}
