public import PayWord

/// What a wallet lets its programs do with its money, as a value.
///
/// Budgets count what is *revealed*: a payword that was shown is money, whatever is answered. The
/// store keeps the counts, so a restart does not reset them.
///
/// ```swift
/// var policy = WalletPolicy(lockMaximum: 7 * .day)
/// policy.budgets[euro] = Budget(
///     perPayment: try euro.amount("0.01"), perDay: try euro.amount("2"))
/// ```
public struct WalletPolicy: Sendable, Equatable {
    /// How long money may be locked in a reserved commitment, from now to its redeem-by.
    public var lockMaximum: Seconds
    /// How long before a commitment's expires-at the wallet stops revealing: more than two honest
    /// clocks may be apart.
    public var expiryMargin: Seconds
    /// How much may be unanswered on one channel at once; the rest of a batch waits for the
    /// answers. This is what a merchant that takes and does not serve can take. Nil is no bound
    /// beyond the batch.
    public var unansweredMaximum: Amount?
    /// How long a payment waits while another program on the same store pays on its channel.
    public var turnMaximum: Seconds
    /// Budgets of particular assets.
    public var budgets: [Asset: Budget]
    /// The budget of assets that ``budgets`` does not name.
    public var defaultBudget: Budget

    /// A policy: 30 days of lock, 360 s of margin, 60 s of waiting for other programs, and no
    /// budgets unless given.
    public init(
        lockMaximum: Seconds = 30 * .day, expiryMargin: Seconds = 360,
        unansweredMaximum: Amount? = nil, turnMaximum: Seconds = 60,
        budgets: [Asset: Budget] = [:],
        defaultBudget: Budget = Budget()
    ) {
        self.lockMaximum = lockMaximum
        self.expiryMargin = expiryMargin
        self.unansweredMaximum = unansweredMaximum
        self.turnMaximum = turnMaximum
        self.budgets = budgets
        self.defaultBudget = defaultBudget
    }

    /// The budget of an asset.
    public func budget(_ asset: Asset) -> Budget { budgets[asset] ?? defaultBudget }
}

/// How much of one asset may be spent. Nil is no limit.
public struct Budget: Sendable, Equatable {
    /// The most that one payment may charge.
    public var perPayment: Amount?
    /// The most that may be revealed on one day (UTC), to all merchants together.
    public var perDay: Amount?
    /// The most that may be revealed to one merchant on one day (UTC).
    public var perMerchantAndDay: Amount?
    /// The most that may ever be revealed to one merchant.
    public var perMerchant: Amount?
    /// The most that one commitment may be worth.
    public var perCommitment: Amount?

    /// A budget of these limits, in units of its asset; without any, no limit.
    public init(
        perPayment: Amount? = nil, perDay: Amount? = nil, perMerchantAndDay: Amount? = nil,
        perMerchant: Amount? = nil, perCommitment: Amount? = nil
    ) {
        self.perPayment = perPayment
        self.perDay = perDay
        self.perMerchantAndDay = perMerchantAndDay
        self.perMerchant = perMerchant
        self.perCommitment = perCommitment
    }

    /// Holds what one payment would charge against the limit on each.
    /// - Throws: `budget-exceeded`.
    public func check(payment amount: Amount, in asset: Asset) throws(Refusal) {
        if let limit = perPayment, amount > limit {
            throw Refusal(
                .budgetExceeded,
                "a payment of \(asset.textWithCode(amount)); the budget allows "
                    + "\(asset.text(limit)) each")
        }
    }

    func check(commitment worth: Amount, in asset: Asset) throws(Refusal) {
        if let limit = perCommitment, worth > limit {
            throw Refusal(
                .budgetExceeded,
                "a commitment of \(asset.textWithCode(worth)); the budget allows "
                    + "\(asset.text(limit)) each")
        }
    }
}
