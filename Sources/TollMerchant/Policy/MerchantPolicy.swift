public import PayWord

/// What a merchant takes, and how much work and risk it bears for it. A value: nothing is read from
/// elsewhere, and two merchants with equal policies judge alike.
///
/// The default takes reserved commitments alone.
///
/// ```swift
/// var policy = MerchantPolicy(asset: euro, brokers: [BrokerIdentity(root: broker)])
/// policy.redeemMargin = 1 * .day             // for a trial
/// policy.twoPartyMaximum = try euro.amount("20")
/// ```
public struct MerchantPolicy: Sendable, Equatable {
    /// What is sold for: commitments in any other asset are `wrong-asset`.
    public var asset: Asset
    /// The brokers accepted, by their root keys. Their signing keys may also come with the funding.
    public var brokers: [PublicKey: BrokerIdentity]
    /// Whether commitments are taken that a broker has reserved in full.
    public var isReservedTaken = true
    /// How far commitments on credit are taken; nil: not at all.
    public var credit: CreditLimits?
    /// The most that one payer key may come to owe where the merchant is its own broker; nil: such
    /// commitments are not taken.
    public var twoPartyMaximum: Amount?

    /// How far clocks may be apart, in seconds.
    public var clockMargin: Seconds = Timestamp.clockDifferenceMaximum
    /// How long after expires-at redeem-by must lie at least, so that an absent broker or merchant
    /// costs nobody money. In two-party mode there is no broker to wait for, and no margin.
    public var redeemMargin: Seconds = 7 * .day
    /// The most that one commitment may be worth.
    public var worthMaximum = Amount.maximum
    /// How many chains one commitment may have.
    public var chainsMaximum = Ordinal.countMaximum
    /// The least denomination; dust costs more to settle than it pays.
    public var denominationMinimum = Amount.zero

    /// The most that one payment may spend.
    public var paymentMaximum = Amount.maximum
    /// The most steps that one payment may advance a chain: what is hashed before it is refused.
    public var jumpMaximum: UInt32 = 1 << 16
    /// How many failed steps are borne on one channel.
    public var failedStepsPerChannel = StepAllowance(steps: 1 << 18, refillPerSecond: 1 << 10)
    /// How many failed steps are borne of one payer key, on all its channels.
    public var failedStepsPerPayer = StepAllowance(steps: 1 << 19, refillPerSecond: 1 << 11)

    /// A policy with the protocol's defaults.
    public init(asset: Asset, brokers: [BrokerIdentity]) {
        self.asset = asset
        self.brokers = Dictionary(brokers.map { ($0.root, $0) }) { _, last in last }
    }

    /// The rules that every new commitment is judged by, in the protocol's order: dates, parties,
    /// amounts, chains. The signature was checked before; the funding is judged after.
    public func rules(merchant: PublicKey) -> [any CommitmentRule] {
        [
            DatesRule(clockMargin: clockMargin),
            RedeemMarginRule(margin: redeemMargin),
            PartiesRule(
                merchant: merchant, brokers: Set(brokers.keys),
                isTwoPartyTaken: twoPartyMaximum != nil),
            AssetRule(asset: asset),
            WorthRule(maximum: worthMaximum),
            ChainsRule(countMaximum: chainsMaximum, denominationMinimum: denominationMinimum),
            ConditionsRule(),
        ]
    }
}

/// How far a merchant takes commitments on credit: beyond what the broker guarantees, the risk is
/// the merchant's own.
///
/// ```swift
/// policy.credit = CreditLimits(
///     perPayer: try euro.amount("10"), unguaranteedPerPayer: try euro.amount("1"),
///     perBroker: try euro.amount("500"))
/// ```
public struct CreditLimits: Sendable, Equatable {
    /// The most that one payer key may come to owe, guaranteed or not.
    public let perPayer: Amount
    /// The most of it that may be beyond the broker's guarantee.
    public let unguaranteedPerPayer: Amount
    /// The most for all payers of one broker.
    public let perBroker: Amount

    /// Limits on credit, all in units of the policy's asset.
    public init(perPayer: Amount, unguaranteedPerPayer: Amount, perBroker: Amount) {
        self.perPayer = perPayer
        self.unguaranteedPerPayer = unguaranteedPerPayer
        self.perBroker = perBroker
    }

    /// The limits for a payer whom the broker guarantees to this extent.
    public func limits(guarantee: Amount) -> ExposureLimits {
        let covered = (try? guarantee.adding(unguaranteedPerPayer)) ?? .maximum
        return ExposureLimits(perPayer: min(perPayer, covered), perBroker: perBroker)
    }
}

/// How many failed steps are borne at once, and how fast they are forgiven.
public struct StepAllowance: Sendable, Equatable {
    /// How many chain steps may fail before nothing more is hashed; each failure counts 16 on top.
    public let steps: UInt64
    /// How many of them a second forgives.
    public let refillPerSecond: UInt64

    /// An allowance that is full at first.
    public init(steps: UInt64, refillPerSecond: UInt64) {
        self.steps = steps
        self.refillPerSecond = refillPerSecond
    }
}
