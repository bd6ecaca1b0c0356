public import PayWord

/// What a run of the redeemer would do at one broker, as far as the merchant can tell alone: the
/// broker may be asked for less at once, and may refuse.
public struct RedemptionPlan: Sendable, Equatable {
    /// One channel's claim.
    public struct Claim: Sendable, Equatable {
        /// The channel.
        public let channel: CommitmentID
        /// What would be claimed.
        public let expected: Amount
        /// Until when the broker redeems it.
        public let redeemBy: Timestamp
    }

    /// Batches that were recorded and not answered: sent again first, byte for byte.
    public internal(set) var unanswered: [RedemptionBatch] = []
    /// What would be claimed anew, in the order of the channels' ids.
    public internal(set) var claims: [Claim] = []
    /// How many channels have something due that their chains cannot express yet.
    public internal(set) var waitingChannels = 0
    /// What that comes to.
    public internal(set) var waiting = Amount.zero
    /// How many closes the broker would be told of, at most a page of them.
    public internal(set) var closes = 0

    /// What would be claimed anew, in all.
    /// - Throws: `amount-overflow`.
    public var expected: Amount { get throws(Refusal) { try claims.map(\.expected).sum() } }
}

extension Redeemer {
    /// What ``redeem(at:)`` would do now. Nothing is sent, and nothing is written.
    /// - Throws: `untrusted-broker` for one that is not among ``brokers``; what the store throws.
    public func plan(at broker: PublicKey) async throws(Refusal) -> RedemptionPlan {
        guard brokers[broker] != nil else { throw Refusal(.untrustedBroker) }
        var plan = RedemptionPlan()
        plan.unanswered = try await store.unansweredBatches(at: broker)
        var last: CommitmentID?
        while true {
            let page = try await store.claimable(
                at: broker, asset: asset, after: last, limit: Self.pageMaximum)
            for record in page {
                let due = try record.state.dueWorth.subtracting(try record.state.claimedWorth)
                let made = try ClaimMaker.make(
                    record, stepsMaximum: .max, sendsCommitment: false)
                let expected = made?.entry.expected ?? .zero
                if expected > .zero {
                    plan.claims.append(
                        RedemptionPlan.Claim(
                            channel: record.terms.id, expected: expected,
                            redeemBy: record.terms.redeemBy))
                }
                if due > expected {
                    plan.waitingChannels += 1
                    plan.waiting = try plan.waiting.adding(try due.subtracting(expected))
                }
            }
            last = page.last?.terms.id
            guard page.count == Self.pageMaximum else { break }
        }
        plan.closes = try await store.undeliveredCloses(at: broker, limit: Self.pageMaximum).count
        return plan
    }
}
