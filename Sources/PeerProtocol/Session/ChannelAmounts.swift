public import PayWord

/// What a channel holds at the merchant, both durable.
public struct ChannelAmounts: Hashable, Sendable {
    /// What the accepted indexes are worth.
    public var accepted: Amount
    /// What was charged of it.
    public var spent: Amount

    /// The amounts of a channel.
    public init(accepted: Amount, spent: Amount) {
        self.accepted = accepted
        self.spent = spent
    }
}
