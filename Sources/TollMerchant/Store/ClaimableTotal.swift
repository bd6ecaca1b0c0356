public import PayWord

/// What waits to be claimed at one broker: what a schedule decides on.
public struct ClaimableTotal: Sendable, Equatable {
    /// How many channels have something due that is not claimed.
    public private(set) var channels: UInt64
    /// What that comes to. A part of it may be less than the chains can express.
    public private(set) var amount: Amount
    /// Until when the first of these channels must be redeemed; nil if there is none.
    public private(set) var redeemBy: Timestamp?

    /// Nothing.
    public static let nothing = ClaimableTotal()

    private init() {
        channels = 0
        amount = .zero
    }

    /// Adds a channel with so much to claim.
    /// - Throws: `amount-overflow`.
    public mutating func add(_ due: Amount, redeemBy end: Timestamp) throws(Refusal) {
        amount = try amount.adding(due)
        channels += 1
        redeemBy = redeemBy.map { min($0, end) } ?? end
    }

    /// A total as a store adds it up.
    public init(channels: UInt64, amount: Amount, redeemBy: Timestamp?) {
        self.channels = channels
        self.amount = amount
        self.redeemBy = redeemBy
    }
}
