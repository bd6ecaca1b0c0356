public import PayWord

/// What became of a payment.
public enum PaymentState: UInt8, Sendable, CaseIterable {
    /// Written ahead of its reveal; no answer is on disk.
    case pending = 1
    /// The merchant has it on disk.
    case acknowledged = 2
    /// Nothing was charged for it. Its paywords count as revealed, and are credit.
    case refused = 3
}

/// One line of the wallet's journal, written before the first payword of it is shown.
public struct PaymentRecord: Sendable, Equatable {
    /// The place in the channel's journal, from 1.
    public let number: UInt64
    /// What was charged.
    public let amount: Amount
    /// All that was charged on the channel with this payment, as the wallet planned it.
    public let total: Amount
    /// What it reveals, at its highest.
    public let marks: [ChainMark]
    /// The idempotency key that the merchant saw.
    public let reference: [UInt8]?
    /// The wallet owner's own words. Data: whoever shows it escapes it.
    public let memo: String?
    /// What was paid for.
    public let resource: String?
    /// When it was written.
    public let at: Timestamp
    /// What became of it.
    public var state: PaymentState
    /// Why it was refused.
    public var reason: Reason?

    /// A line of the journal.
    public init(
        number: UInt64, amount: Amount, total: Amount, marks: [ChainMark], reference: [UInt8]?,
        memo: String?, resource: String?, at: Timestamp, state: PaymentState = .pending,
        reason: Reason? = nil
    ) {
        self.number = number
        self.amount = amount
        self.total = total
        self.marks = marks
        self.reference = reference
        self.memo = memo
        self.resource = resource
        self.at = at
        self.state = state
        self.reason = reason
    }
}

/// A payment and the channel that it was made on, for the history.
public struct HistoryEntry: Sendable, Equatable {
    /// The channel, by its commitment's 16-byte id.
    public let channel: CommitmentID
    /// The line of its journal.
    public let payment: PaymentRecord

    /// A line of the history.
    public init(channel: CommitmentID, payment: PaymentRecord) {
        self.channel = channel
        self.payment = payment
    }
}

/// The sums of one channel's journal.
public struct JournalSummary: Sendable, Equatable {
    /// How many payments are in each state.
    public var counts: [PaymentState: UInt64]
    /// What they come to.
    public var amounts: [PaymentState: Amount]

    /// Sums.
    public init(counts: [PaymentState: UInt64] = [:], amounts: [PaymentState: Amount] = [:]) {
        self.counts = counts
        self.amounts = amounts
    }
}
