public import PayWord

/// One payment as it goes to the merchant: what it reveals and what it spends, either of which may
/// be nothing.
public struct OutgoingPayment: Sendable, Equatable {
    /// At most one payword a chain, ordinals ascending.
    public let paywords: PaywordClaims
    /// What is charged.
    public let amount: Amount
    /// An idempotency key of at most 64 bytes: a payment that bears one may be sent at any time.
    public let reference: [UInt8]?

    /// A payment to send; without paywords it spends credit alone.
    public init(paywords: PaywordClaims, amount: Amount, reference: [UInt8]? = nil) {
        self.paywords = paywords
        self.amount = amount
        self.reference = reference
    }
}

/// What the merchant says it has on disk when it acknowledges a payment.
public struct AcknowledgedState: Sendable, Equatable {
    /// What the accepted paywords are worth.
    public let accepted: Amount
    /// What was charged of it.
    public let spent: Amount

    /// Two totals of the channel, in units; what is accepted and not spent is credit.
    public init(accepted: Amount, spent: Amount) {
        self.accepted = accepted
        self.spent = spent
    }
}
