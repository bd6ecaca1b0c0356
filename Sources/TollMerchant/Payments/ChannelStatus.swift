public import PayWord

/// How a channel stands, as far as the merchant has it on disk.
public struct ChannelStatus: Sendable, Equatable {
    /// The channel, by its commitment's 16-byte id.
    public let commitmentID: CommitmentID
    /// The accepted paywords, by ordinal; a chain of which nothing was revealed is left out.
    public let paywords: PaywordClaims
    /// What the accepted paywords are worth.
    public let accepted: Amount
    /// What services drew from it, less refunds.
    public let spent: Amount
    /// How many payments were counted.
    public let payments: UInt64
    /// Whether the channel takes no more payments.
    public let isClosed: Bool

    /// A channel's state.
    public init(
        commitmentID: CommitmentID, paywords: PaywordClaims, accepted: Amount, spent: Amount,
        payments: UInt64, isClosed: Bool
    ) {
        self.commitmentID = commitmentID
        self.paywords = paywords
        self.accepted = accepted
        self.spent = spent
        self.payments = payments
        self.isClosed = isClosed
    }

    /// What may still be spent without revealing more.
    public var credit: Amount { accepted.subtractingOrZero(spent) }
}
