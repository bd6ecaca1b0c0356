public import PayWord

/// What a merchant's channels in one asset come to. The figures always add up:
/// `accepted = spent + credit` and `due = settled + inFlight + refused + unclaimed + lapsed`. Due is
/// more than spent by what closes added because the chains could not express less. Channels that were
/// purged count as they stood when they went.
///
/// ```swift
/// let balance = try await store.balance(of: euro)
/// print("to redeem: \(balance.unclaimed), settled: \(balance.settled)")
/// ```
public struct MerchantBalance: Sendable, Equatable {
    /// How many channels there were ever, open, closed and purged.
    public internal(set) var channels: UInt64 = 0
    /// How many of them were purged.
    public private(set) var purgedChannels: UInt64 = 0
    /// How many of them still take payments.
    public internal(set) var openChannels: UInt64 = 0
    /// How many payments were counted.
    public internal(set) var payments: UInt64 = 0
    /// The worth of all accepted paywords.
    public internal(set) var accepted = Amount.zero
    /// What services drew from it, less refunds.
    public internal(set) var spent = Amount.zero
    /// What is due at brokers: what is spent, and of closed channels what they were closed at.
    public internal(set) var due = Amount.zero
    /// What was claimed: settled and in flight.
    public internal(set) var claimed = Amount.zero
    /// What brokers have settled.
    public internal(set) var settled = Amount.zero
    /// What brokers refused for good, and a person must look at.
    public internal(set) var refused = Amount.zero

    /// By how much settlements came short of what was due, without a refusal: no money came for it.
    public private(set) var short = Amount.zero

    /// What was due on purged channels, and can be redeemed no more.
    public private(set) var lapsed = Amount.zero

    /// Nothing.
    public init() {}

    /// What was accepted and not spent.
    public var credit: Amount { accepted.subtractingOrZero(spent) }
    /// What was claimed and is not answered.
    public var inFlight: Amount { claimed.subtractingOrZero(settled) }
    /// What is due, neither claimed nor refused.
    public var unclaimed: Amount {
        due.subtractingOrZero(claimed).subtractingOrZero(refused).subtractingOrZero(lapsed)
    }

    /// Adds what a settlement came short.
    /// - Throws: `amount-overflow` where the total does not fit.
    public mutating func add(short amount: Amount) throws(Refusal) {
        short = try short.adding(amount)
    }

    /// Adds what purged channels came to.
    /// - Throws: `amount-overflow` where a total does not fit.
    public mutating func add(_ purged: PurgedTotals) throws(Refusal) {
        channels += purged.channels
        purgedChannels += purged.channels
        payments += purged.payments
        accepted = try accepted.adding(purged.accepted)
        spent = try spent.adding(purged.spent)
        due = try due.adding(purged.due)
        claimed = try claimed.adding(purged.settled)
        settled = try settled.adding(purged.settled)
        lapsed = try lapsed.adding(purged.lapsed)
    }

    /// Adds one channel.
    /// - Throws: `amount-overflow` where a total does not fit.
    public mutating func add(_ channel: ChannelState) throws(Refusal) {
        let due = try channel.dueWorth
        let claimed = try channel.claimedWorth
        channels += 1
        openChannels += channel.isClosed ? 0 : 1
        payments += channel.payments
        accepted = try accepted.adding(channel.accepted)
        spent = try spent.adding(channel.spent)
        self.due = try self.due.adding(due)
        self.claimed = try self.claimed.adding(claimed)
        settled = try settled.adding(channel.settledWorth)
        if channel.refusedReasonNumber != nil {
            refused = try refused.adding(due.subtractingOrZero(claimed))
        }
    }
}
