public import PayWord
public import PeerProtocol

/// What became of a payment that was not refused. It is on disk.
public struct PaymentOutcome: Sendable, Equatable {
    /// What the channel's accepted paywords are worth after it, and what is spent.
    public let amounts: ChannelAmounts
    /// How many payments of the channel were counted, this one among them.
    public let payments: UInt64
    /// Whether it changed anything. A payment sent again is acknowledged and not counted: whoever
    /// serves for a payment serves for one that was counted.
    public let wasCounted: Bool

    /// A payment's outcome. `wasCounted` is false for one that was sent again.
    public init(amounts: ChannelAmounts, payments: UInt64, wasCounted: Bool) {
        self.amounts = amounts
        self.payments = payments
        self.wasCounted = wasCounted
    }

    /// What the accepted paywords are worth.
    public var accepted: Amount { amounts.accepted }
    /// What services drew from it, less refunds.
    public var spent: Amount { amounts.spent }
    /// What may still be spent without revealing more.
    public var credit: Amount { accepted.subtractingOrZero(spent) }
}
