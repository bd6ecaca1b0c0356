public import PayWord

/// A time during which the broker could not take redemptions.
public struct Outage: Hashable, Sendable {
    /// The last moment at which the broker was known to be up.
    public let from: Timestamp
    /// The moment at which it was up again: after ``from``.
    public let to: Timestamp

    /// An outage between two moments. ``Broker/record(_:)`` refuses one that does not end after it
    /// begins.
    public init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = to
    }
}

/// When a commitment is released: a delay after its redeem-by, longer by the broker's own outages.
///
/// Only an outage after the commitment's expiry counts: before that, the channel lives on and
/// nobody needs the broker yet.
///
/// ```swift
/// let rule = ReleaseRule(delay: .day, outages: [Outage(from: down, to: up)])
/// let isOver = rule.releaseTime(of: commitment) <= now
/// ```
public struct ReleaseRule: Sendable {
    /// How long after redeem-by claims are still taken.
    public let delay: Seconds
    /// In the order of their beginning, without overlap.
    public let outages: [Outage]

    /// A rule; the outages may come in any order.
    public init(delay: Seconds, outages: [Outage]) {
        self.delay = delay
        self.outages = outages.sorted { $0.from < $1.from }
    }

    /// The moment from which nothing is redeemed and what is locked returns.
    public func releaseTime(expiresAt: Timestamp, redeemBy: Timestamp) -> Timestamp {
        var release = redeemBy.adding(delay)
        for outage in outages where outage.from < release && outage.to > expiresAt {
            release = release.adding(outage.to.since(max(outage.from, expiresAt)))
        }
        return release
    }

    /// The moment for one commitment.
    public func releaseTime(of commitment: LedgerCommitment) -> Timestamp {
        releaseTime(expiresAt: commitment.terms.expiresAt, redeemBy: commitment.terms.redeemBy)
    }
}
