public import PayWord

/// What a channel holds at the merchant, both durable.
public struct ChannelAmounts: Hashable, Sendable {
    /// What the accepted indexes are worth, in units of the channel's asset; it never falls.
    public var accepted: Amount
    /// What services have drawn of it, at most ``accepted``; it falls by a refund.
    public var spent: Amount

    /// What a store has written of a channel.
    public init(accepted: Amount, spent: Amount) {
        self.accepted = accepted
        self.spent = spent
    }
}
