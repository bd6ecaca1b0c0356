public import PayWord

extension ChannelState {
    /// What the claimed paywords are worth: what the broker has settled or is about to be asked for.
    /// - Throws: `amount-overflow`, which no chains of one commitment can meet that was checked.
    public var claimedWorth: Amount {
        get throws(Refusal) { try chains.worth(\.claimed) }
    }

    /// What the settled paywords are worth.
    /// - Throws: `amount-overflow`, which no chains of one commitment can meet that was checked.
    public var settledWorth: Amount {
        get throws(Refusal) { try chains.worth(\.settled) }
    }

    /// What is to be settled in the end: what is spent; once closed, what it was closed at.
    /// - Throws: `amount-overflow`, which no chains of one commitment can meet that was checked.
    public var dueWorth: Amount {
        get throws(Refusal) { isClosed ? try chains.worth(\.final) : spent }
    }

    /// Whether a claim is under way, so that none may be added.
    public var isClaimInFlight: Bool { chains.contains { $0.claimed > $0.settled } }

    /// Lowers what is spent.
    /// - Throws: `channel-closed`; `insufficient-funds` for more than was spent; `already-settled`
    ///   where the rest would be less than what was claimed at the broker.
    public mutating func refund(_ amount: Amount) throws(Refusal) {
        guard !isClosed else { throw Refusal(.channelClosed) }
        let rest = try spent.subtracting(amount)
        let claimed = try claimedWorth
        guard rest >= claimed else {
            throw Refusal(
                .alreadySettled,
                "\(claimed) of the \(spent) units spent were claimed at the broker: at most "
                    + "\(spent.subtractingOrZero(claimed)) can be given back")
        }
        spent = rest
        version += 1
    }

    /// Ends the channel at `final`, by ordinal.
    /// - Throws: `channel-closed`; `internal` if the indexes are not between the claimed and the
    ///   accepted ones, or are worth less than what is spent.
    public mutating func close(at final: [ChainIndex], _ time: Timestamp) throws(Refusal) {
        guard !isClosed else { throw Refusal(.channelClosed) }
        var next = chains
        guard final.count == next.count else { throw Refusal(.internal, "indexes are missing") }
        for position in next.indices { next[position].final = final[position] }
        guard next.allSatisfy({ $0.claimed <= $0.final && $0.final <= $0.accepted.index }),
            try next.worth(\.final) >= spent
        else { throw Refusal(.internal, "these are no indexes to close at") }
        chains = next
        closedAt = time
        version += 1
    }

    /// Notes that a claim up to `indexes`, of what they are worth beyond what was claimed before,
    /// goes into a batch.
    /// - Throws: `batch-conflict` if a claim is under way, or this one does not fit the channel as
    ///   it stands: below what was claimed, above what was accepted, for more than is due, or of
    ///   another worth.
    public mutating func claim(upTo indexes: [ChainIndex], worth: Amount) throws(Refusal) {
        guard refusedReasonNumber == nil, !isClaimInFlight, indexes.count == chains.count else {
            throw Refusal(.batchConflict, "another claim of channel \(id) came first")
        }
        var next = chains
        for position in next.indices {
            let chain = next[position]
            let highest = isClosed ? chain.final : chain.accepted.index
            guard indexes[position] >= chain.claimed, indexes[position] <= highest else {
                throw Refusal(.batchConflict, "channel \(id) has changed since the claim was made")
            }
            next[position].claimed = indexes[position]
        }
        guard try next.worth(\.claimed) <= dueWorth else {
            throw Refusal(.batchConflict, "a refund came before the claim of channel \(id)")
        }
        // Another redeemer may have claimed part of it and been answered since.
        guard try next.worth(\.claimed).subtracting(claimedWorth) == worth else {
            throw Refusal(.batchConflict, "part of the claim of channel \(id) was settled before")
        }
        chains = next
        version += 1
    }

    /// Notes that the broker has settled what was claimed.
    public mutating func settleClaim() {
        for position in chains.indices { chains[position].settled = chains[position].claimed }
        version += 1
    }

    /// Notes that the broker has not settled what was claimed, so that it can be claimed again. With
    /// a reason, not before a person has looked at it.
    public mutating func releaseClaim(refused reasonNumber: UInt64? = nil) {
        for position in chains.indices { chains[position].claimed = chains[position].settled }
        refusedReasonNumber = reasonNumber
        version += 1
    }

    /// Takes the broker's refusal off the channel, so that it is claimed again.
    public mutating func allowClaims() {
        refusedReasonNumber = nil
        version += 1
    }
}
