public import PayWord

/// What a channel writes before it reveals anything: the new indexes, the journal's lines, and what
/// the budgets are charged. All of it, or nothing.
public struct WriteAhead: Sendable, Equatable {
    /// The channel, by its commitment's 16-byte id.
    public let channel: CommitmentID
    /// How far it will be paid. Its version is the stored one, plus one.
    public let progress: ChannelProgress
    /// The payments, numbered on from the journal's last.
    public let payments: [PaymentRecord]
    /// What is revealed, for the budgets.
    public let spending: Spending

    /// A write-ahead for one channel.
    public init(
        channel: CommitmentID, progress: ChannelProgress, payments: [PaymentRecord],
        spending: Spending
    ) {
        self.channel = channel
        self.progress = progress
        self.payments = payments
        self.spending = spending
    }
}

/// What is revealed to one merchant on one day, and what the budgets allow.
public struct Spending: Sendable, Equatable {
    /// What is revealed to.
    public let merchant: PublicKey
    /// In what.
    public let asset: Asset
    /// The day, counted from 1970-01-01 (UTC).
    public let day: UInt64
    /// What the newly revealed paywords are worth.
    public let amount: Amount
    /// The limits that hold at the moment of writing.
    public let budget: Budget

    /// Spending at a time.
    public init(
        merchant: PublicKey, asset: Asset, at now: Timestamp, amount: Amount, budget: Budget
    ) {
        self.merchant = merchant
        self.asset = asset
        day = now.seconds / .day
        self.amount = amount
        self.budget = budget
    }

    /// Holds this spending, with what was spent before it, against the budget. Every store judges by
    /// this.
    /// - Throws: `budget-exceeded`, naming the limit that is in the way.
    public func check(
        spentThisDay: Amount, spentOnMerchantThisDay: Amount, spentOnMerchant: Amount
    ) throws(Refusal) {
        // Revealing nothing is free: what a limit that was lowered since has let through may be used.
        guard amount > .zero else { return }
        try check(spentThisDay, budget.perDay, "a day")
        try check(spentOnMerchantThisDay, budget.perMerchantAndDay, "this merchant and a day")
        try check(spentOnMerchant, budget.perMerchant, "this merchant")
    }

    private func check(
        _ spent: Amount, _ limit: Amount?, _ what: String
    ) throws(Refusal) {
        guard let limit else { return }
        let total = try spent.adding(amount)
        guard total <= limit else {
            throw Refusal(
                .budgetExceeded,
                "\(asset.textWithCode(spent)) spent and \(asset.text(amount)) more; the budget for "
                    + "\(what) is \(asset.text(limit))")
        }
    }
}

/// What a channel writes when the merchant has answered.
public struct ProgressUpdate: Sendable, Equatable {
    /// The channel, by its commitment's 16-byte id.
    public let channel: CommitmentID
    /// How far it is paid. Its version is the stored one, plus one.
    public let progress: ChannelProgress
    /// What became of payments, by number.
    public let outcomes: [UInt64: Outcome]

    /// What became of one payment.
    public struct Outcome: Sendable, Equatable {
        /// Acknowledged or refused.
        public let state: PaymentState
        /// Why it was refused.
        public let reason: Reason?

        /// The merchant has it on disk.
        public static let acknowledged = Outcome(state: .acknowledged, reason: nil)

        /// Nothing was charged.
        public static func refused(_ reason: Reason) -> Outcome {
            Outcome(state: .refused, reason: reason)
        }

        /// A state and its reason.
        public init(state: PaymentState, reason: Reason?) {
            self.state = state
            self.reason = reason
        }
    }

    /// An update; payments that `outcomes` leaves out stay pending.
    public init(
        channel: CommitmentID, progress: ChannelProgress, outcomes: [UInt64: Outcome]
    ) {
        self.channel = channel
        self.progress = progress
        self.outcomes = outcomes
    }
}
