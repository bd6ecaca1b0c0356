public import PayWord

/// One thing that a merchant wants of a commitment. Each rule is small, says what it checks in its
/// name, and can be tested alone; ``MerchantPolicy/rules(merchant:)`` puts them in order.
///
/// ```swift
/// for rule in policy.rules(merchant: merchant) { try rule.check(commitment, at: now) }
/// ```
public protocol CommitmentRule: Sendable {
    /// Judges a commitment whose signature holds, for opening a channel at `time`.
    func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal)
}

/// The dates follow one another, and now lies between issue and expiry.
public struct DatesRule: CommitmentRule {
    /// How far ahead of the merchant's clock issued-at may lie, in seconds.
    public let clockMargin: Seconds

    /// The rule of steps 6 to 8 of TC-05.15; the protocol's margin is 300 s.
    public init(clockMargin: Seconds) { self.clockMargin = clockMargin }

    /// - Throws: `malformed` for dates out of order, `not-yet-valid`, or `commitment-expired`: a
    ///   payer's clock may be ahead by the margin, but the merchant's own expiry has none.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        try commitment.checkDates()
        guard commitment.issuedAt <= time.adding(clockMargin) else {
            throw Refusal(
                .notYetValid, "issued at \(commitment.issuedAt), and it is only \(time)")
        }
        guard time <= commitment.expiresAt else {
            throw Refusal(
                .commitmentExpired, "expired at \(commitment.expiresAt), and it is \(time)")
        }
    }
}

/// There is time to redeem after the last payment, even if a broker is away for days.
public struct RedeemMarginRule: CommitmentRule {
    /// The least time from expires-at to redeem-by, in seconds.
    public let margin: Seconds

    /// The rule of step 9 of TC-05.15; the protocol's margin is 7 days. Two-party commitments pass.
    public init(margin: Seconds) { self.margin = margin }

    /// - Throws: `redeem-window-closed`.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        guard !commitment.isTwoParty else { return }
        let found = commitment.redeemBy.since(commitment.expiresAt)
        guard found >= margin else {
            throw Refusal(
                .redeemWindowClosed,
                "redeem-by is \(found) s after expires-at; this merchant wants \(margin) s")
        }
    }
}

/// It is made out to this merchant, and through a broker that it accepts.
public struct PartiesRule: CommitmentRule {
    /// The merchant's own key.
    public let merchant: PublicKey
    /// The root keys of the brokers accepted.
    public let brokers: Set<PublicKey>
    /// Whether a commitment whose broker is this merchant itself passes.
    public let isTwoPartyTaken: Bool

    /// The rule of steps 10 and 11 of TC-05.15.
    public init(merchant: PublicKey, brokers: Set<PublicKey>, isTwoPartyTaken: Bool) {
        self.merchant = merchant
        self.brokers = brokers
        self.isTwoPartyTaken = isTwoPartyTaken
    }

    /// - Throws: `wrong-merchant` or `untrusted-broker`.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        guard commitment.merchant == merchant else {
            throw Refusal(.wrongMerchant, "made out to \(commitment.merchant)")
        }
        if commitment.isTwoParty {
            guard isTwoPartyTaken else {
                throw Refusal(
                    .untrustedBroker, "this merchant takes no commitments without a broker")
            }
        } else if !brokers.contains(commitment.broker) {
            throw Refusal(
                .untrustedBroker, "this merchant does not accept \(commitment.broker)")
        }
    }
}

/// It promises what the merchant sells for.
public struct AssetRule: CommitmentRule {
    /// The one asset that passes; code and scale must both be equal.
    public let asset: Asset

    /// The rule of step 12 of TC-05.15.
    public init(asset: Asset) { self.asset = asset }

    /// - Throws: `wrong-asset`.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        guard commitment.asset == asset else {
            throw Refusal(.wrongAsset, "promised in \(commitment.asset), sold for \(asset)")
        }
    }
}

/// What it is worth fits an amount, and the merchant's limit.
public struct WorthRule: CommitmentRule {
    /// The most that all chains may be worth together, in units.
    public let maximum: Amount

    /// The rule of step 13 of TC-05.15.
    public init(maximum: Amount) { self.maximum = maximum }

    /// - Throws: `amount-overflow` or `limit-exceeded`.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        let worth = try commitment.worth
        guard worth <= maximum else {
            throw Refusal(
                .limitExceeded,
                "worth \(commitment.asset.textWithCode(worth)); this merchant takes up to "
                    + commitment.asset.text(maximum))
        }
    }
}

/// It has not too many chains, and none of dust.
public struct ChainsRule: CommitmentRule {
    /// The most chains; the protocol allows 8.
    public let countMaximum: Int
    /// The least that one payword of any chain may be worth, in units.
    public let denominationMinimum: Amount

    /// The rule of step 14 of TC-05.15.
    public init(countMaximum: Int, denominationMinimum: Amount) {
        self.countMaximum = countMaximum
        self.denominationMinimum = denominationMinimum
    }

    /// - Throws: `limit-exceeded`.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        guard commitment.chains.count <= countMaximum else {
            throw Refusal(
                .limitExceeded,
                "\(commitment.chains.count) chains; this merchant takes up to \(countMaximum)")
        }
        guard commitment.chains.allSatisfy({ $0.denomination >= denominationMinimum }) else {
            throw Refusal(
                .limitExceeded,
                "a denomination is below this merchant's least, \(denominationMinimum)")
        }
    }
}

/// It carries no condition: this version enforces none, and what nobody enforces is not promised.
public struct ConditionsRule: CommitmentRule {
    /// The rule of step 15 of TC-05.15.
    public init() {}

    /// - Throws: `unsupported-condition`.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        guard let condition = commitment.conditions.first else { return }
        throw Refusal(
            .unsupportedCondition, "a condition of type \(condition.type) is not supported")
    }
}
