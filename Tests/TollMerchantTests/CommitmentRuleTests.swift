import PayWord
import StoreConformance
import Testing

@testable import TollMerchant

@Suite struct CommitmentRuleTests {
    private let bench: MerchantBench

    init() throws { bench = try MerchantBench() }

    private func refuses(
        _ rule: any CommitmentRule, _ reason: Reason, _ channel: PayingChannel,
        at time: Timestamp? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: Refusal(reason), sourceLocation: sourceLocation) {
            try rule.check(channel.commitment.payload, at: time ?? bench.now)
        }
    }

    @Test func datesLieAroundNow() throws {
        let rule = DatesRule(clockMargin: 300)
        let now = bench.now
        for offset: Seconds in [0, 300] {
            let channel = try bench.channel(issuedAt: now.adding(offset))
            try rule.check(channel.commitment.payload, at: now)
        }
        refuses(rule, .notYetValid, try bench.channel(issuedAt: now.adding(301)))
        let channel = try bench.channel(lifetime: 100)
        try rule.check(channel.commitment.payload, at: now.adding(100))
        refuses(rule, .commitmentExpired, channel, at: now.adding(101))
        refuses(rule, .malformed, try bench.channel(lifetime: 400 * .day, redeemMargin: 1))
    }

    @Test func thereIsTimeToRedeem() throws {
        let rule = RedeemMarginRule(margin: 7 * .day)
        try rule.check(try bench.channel().commitment.payload, at: bench.now)
        refuses(rule, .redeemWindowClosed, try bench.channel(redeemMargin: 7 * .day - 1))
        // Where the merchant is its own broker there is nobody to wait for.
        let own = try bench.channel(broker: bench.key.publicKey, redeemMargin: 0)
        try rule.check(own.commitment.payload, at: bench.now)
    }

    @Test func partiesAreTheRightOnes() throws {
        let (key, broker) = (bench.key.publicKey, bench.broker.root.publicKey)
        let rule = PartiesRule(merchant: key, brokers: [broker], isTwoPartyTaken: false)
        try rule.check(try bench.channel().commitment.payload, at: bench.now)
        let other = try bench.payer(77).publicKey
        refuses(rule, .wrongMerchant, try bench.channel(merchant: other))
        refuses(rule, .untrustedBroker, try bench.channel(broker: other))
        // A broker's signing key is not the broker.
        refuses(rule, .untrustedBroker, try bench.channel(broker: bench.broker.signer.publicKey))
        let own = try bench.channel(broker: key)
        refuses(rule, .untrustedBroker, own)
        try PartiesRule(merchant: key, brokers: [], isTwoPartyTaken: true)
            .check(own.commitment.payload, at: bench.now)
    }

    @Test func theAssetIsTheRightOne() throws {
        let rule = AssetRule(asset: bench.euro)
        try rule.check(try bench.channel().commitment.payload, at: bench.now)
        refuses(rule, .wrongAsset, try bench.channel(asset: Asset(code: "USD", scale: 6)))
        refuses(rule, .wrongAsset, try bench.channel(asset: Asset(code: "EUR", scale: 2)))
    }

    @Test func theWorthIsLimited() throws {
        let channel = try bench.channel()
        try WorthRule(maximum: try bench.amount(4200))
            .check(channel.commitment.payload, at: bench.now)
        refuses(WorthRule(maximum: try bench.amount(4199)), .limitExceeded, channel)
    }

    @Test func chainsAreFewAndNotOfDust() throws {
        let channel = try bench.channel()
        try ChainsRule(countMaximum: 2, denominationMinimum: try bench.amount(1))
            .check(channel.commitment.payload, at: bench.now)
        refuses(ChainsRule(countMaximum: 1, denominationMinimum: .zero), .limitExceeded, channel)
        refuses(
            ChainsRule(countMaximum: 8, denominationMinimum: try bench.amount(2)), .limitExceeded,
            channel)
    }

    @Test func noConditionIsTaken() throws {
        refuses(
            ConditionsRule(), .unsupportedCondition, try bench.channel(conditions: [.anyHold]))
        try ConditionsRule().check(try bench.channel().commitment.payload, at: bench.now)
    }

    @Test func rulesComeInTheProtocolsOrder() throws {
        // Wrong in every way: the first rule decides, and each next one when the former is met.
        let other = try bench.payer(77).publicKey
        let rules = bench.policy.rules(merchant: bench.key.publicKey)
        let wrong = try bench.channel(
            merchant: other, broker: try bench.payer(78).publicKey,
            asset: Asset(code: "USD", scale: 6), redeemMargin: 0)
        var found: [Reason] = []
        for rule in rules {
            do throws(Refusal) {
                try rule.check(wrong.commitment.payload, at: bench.now.adding(31 * .day))
            } catch { found.append(error.reason) }
        }
        #expect(found == [.commitmentExpired, .redeemWindowClosed, .wrongMerchant, .wrongAsset])
    }

    @Test func aBudgetIsSpentAndForgiven() {
        let allowance = StepAllowance(steps: 100, refillPerSecond: 10)
        var budget = StepBudget()
        let now = bench.now
        budget.spend(84, allowance, at: now)
        let isSpent = budget.isExhausted(allowance, at: now)
        let isForgivenLater = !budget.isExhausted(allowance, at: now.adding(1))
        #expect(isSpent && isForgivenLater)
        budget.spend(.max, allowance, at: now.adding(1))
        let isSpentForLong = budget.isExhausted(allowance, at: now.adding(1000))
        let isForgivenAtLast = !budget.isExhausted(allowance, at: Timestamp(.max))
        #expect(isSpentForLong && isForgivenAtLast)
    }
}
