public import PayWord

/// Which channels may be let go of, and what stays of them.
///
/// What goes is the channel with its chains, its commitment, its references and its close. What stays
/// is the sum of all that went (``PurgedTotals``), each settlement with its leaves, each refusal, and
/// the channel's id with its payer's nonce. Ways in which that could lose or double money, and why it
/// does not:
///
/// - *A payment after it.* A channel goes only after redeem-by, which is after expires-at: no payword
///   has been accepted on it for long, and no reference can be served on it again.
/// - *The commitment opened anew*, with chains at zero, so that old paywords pay again. It is refused
///   as expired; and where the clock is wrong, the store still knows the id and the nonce and
///   refuses it as closed.
/// - *Money not claimed.* A channel of which a claim could be made, or has one under way, or that was
///   refused for good stays, whatever the clock says: a clock that is months ahead costs no money, nor
///   does a broker that redeems for longer because it was away. So does a channel in a batch whose
///   answer is kept as evidence. What the chains could not express is counted as lapsed, not forgotten.
/// - *A live channel*, by a clock that is months ahead: its payer is told `channel-closed`, opens
///   another, and gets back from the broker what was locked. The merchant keeps what was settled.
/// - *A claim sent twice.* What is settled is settled at the broker, which pays the difference to what
///   it paid; a claim of a channel that went cannot be made, since its paywords went with it.
/// - *A refund after it* is refused: what is settled cannot be refunded in any case.
/// - *What a payer owes in two-party mode.* There no broker's signature stands for the debt: commitment
///   and paywords are its only proof, so these channels stay.
public struct PurgeRule: Sendable, Equatable {
    /// The least age: clocks differ by minutes, and a broker may still be asked for a day.
    public static let ageMinimum: Seconds = .day

    /// Channels whose redeem-by lies before this are old enough.
    public let redeemByBefore: Timestamp

    /// Takes channels whose redeem-by passed more than `age` ago, at the least ``ageMinimum``.
    public init(olderThan age: Seconds, at now: Timestamp) {
        redeemByBefore = now.subtracting(max(age, Self.ageMinimum))
    }

    /// Whether a channel may go, as far as its record tells. The store looks, inside its transaction,
    /// whether it is part of a batch whose answer is kept.
    public func takes(_ channel: ChannelRecord) -> Bool {
        let (terms, state) = (channel.terms, channel.state)
        return terms.funding != .twoParty && terms.redeemBy < redeemByBefore
            && terms.expiresAt < redeemByBefore && !state.isClaimInFlight
            && state.refusedReasonNumber == nil && !Self.isClaimable(channel)
    }

    /// Whether anything of what is due could be claimed. What cannot be found out could.
    private static func isClaimable(_ channel: ChannelRecord) -> Bool {
        do throws(Refusal) {
            guard try channel.state.dueWorth > channel.state.claimedWorth else { return false }
            return try ClaimMaker.make(channel, stepsMaximum: .max, sendsCommitment: false) != nil
        } catch { return true }
    }
}

/// What the channels that went came to, in one asset.
public struct PurgedTotals: Sendable, Equatable {
    /// How many went.
    public private(set) var channels: UInt64 = 0
    /// How many payments they counted.
    public private(set) var payments: UInt64 = 0
    /// The worth of their accepted paywords.
    public private(set) var accepted = Amount.zero
    /// What services drew from it, less refunds.
    public private(set) var spent = Amount.zero
    /// What was due at brokers.
    public private(set) var due = Amount.zero
    /// What brokers settled.
    public private(set) var settled = Amount.zero

    /// What was due and can be redeemed no more: less than the chains could express.
    public var lapsed: Amount { due.subtractingOrZero(settled) }

    /// Nothing.
    public init() {}

    /// Totals as a store reads them back.
    public init(
        channels: UInt64, payments: UInt64, accepted: Amount, spent: Amount, due: Amount,
        settled: Amount
    ) {
        self.channels = channels
        self.payments = payments
        self.accepted = accepted
        self.spent = spent
        self.due = due
        self.settled = settled
    }

    /// Adds a channel that goes.
    /// - Throws: `amount-overflow` where a total does not fit; then it must stay.
    public mutating func add(_ channel: ChannelState) throws(Refusal) {
        accepted = try accepted.adding(channel.accepted)
        spent = try spent.adding(channel.spent)
        due = try due.adding(try channel.dueWorth)
        settled = try settled.adding(try channel.settledWorth)
        channels += 1
        payments += channel.payments
    }
}
