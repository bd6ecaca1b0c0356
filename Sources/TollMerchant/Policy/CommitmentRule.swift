public import PayWord

/// One thing that a merchant wants of a commitment. Each rule is small, says what it checks in its
/// name, and can be tested alone; ``MerchantPolicy/rules(merchant:)`` puts them in order.
public protocol CommitmentRule: Sendable {
    /// Judges a commitment whose signature holds, for opening a channel at `time`.
    func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal)
}

/// The dates follow one another, and now lies between issue and expiry.
public struct DatesRule: CommitmentRule {
    public let clockMargin: Seconds

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
    public let margin: Seconds

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
    public let merchant: PublicKey
    public let brokers: Set<PublicKey>
    public let isTwoPartyTaken: Bool

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
    public let asset: Asset

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
    public let maximum: Amount

    public init(maximum: Amount) { self.maximum = maximum }

    /// - Throws: `amount-overflow` or `limit-exceeded`.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        let worth = try commitment.worth
        guard worth <= maximum else {
            throw Refusal(
                .limitExceeded, "worth \(worth) units; this merchant takes up to \(maximum)")
        }
    }
}

/// It has not too many chains, and none of dust.
public struct ChainsRule: CommitmentRule {
    public let countMaximum: Int
    public let denominationMinimum: Amount

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
    public init() {}

    /// - Throws: `unsupported-condition`.
    public func check(_ commitment: Commitment, at time: Timestamp) throws(Refusal) {
        guard let condition = commitment.conditions.first else { return }
        throw Refusal(
            .unsupportedCondition, "a condition of type \(condition.type) is not supported")
    }
}
