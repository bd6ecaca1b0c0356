internal import PayWord

/// Makes one channel's claim: how far each chain is claimed, and the paywords that show it.
struct ClaimMaker {
    /// A claim, ready for a batch.
    struct Made {
        let entry: RedemptionBatch.Claim
        let claim: RedemptionClaim
        /// How many steps the broker has to walk for it.
        let steps: UInt64
        /// Whether more of it waits for a later batch, because it took too many steps.
        let isCut: Bool
    }

    /// Makes the claim of a channel.
    ///
    /// - Parameters:
    ///   - record: the channel as it stands.
    ///   - stepsMaximum: how many steps of it the broker is to walk at most.
    ///   - sendsCommitment: whether the commitment itself is sent in place of its id.
    /// - Returns: the claim; nil if the chains can express nothing of what is due.
    /// - Throws: `amount-overflow` or `internal` for a channel that its own rules forbid.
    static func make(
        _ record: ChannelRecord, stepsMaximum: UInt64, sendsCommitment: Bool
    ) throws(Refusal) -> Made? {
        let chains = record.state.chains
        guard var target = try target(record.state) else { return nil }
        var stepsLeft = stepsMaximum
        var isCut = false
        for (position, chain) in chains.enumerated() {
            let wanted = UInt64(target[position].steps(downTo: chain.claimed))
            let taken = min(wanted, stepsLeft)
            if taken < wanted {
                target[position] = ChainIndex(chain.claimed.value + UInt32(taken))
                isCut = true
            }
            stepsLeft -= taken
        }
        let expected = try worth(chains, target).subtracting(try record.state.claimedWorth)
        guard expected > .zero else { return nil }
        return Made(
            entry: RedemptionBatch.Claim(
                id: record.terms.id, indexes: target, expected: expected),
            claim: RedemptionClaim(
                commitment: sendsCommitment
                    ? .object(record.terms.commitment) : .id(record.terms.id),
                paywords: try paywords(record, target)),
            steps: stepsMaximum - stepsLeft, isCut: isCut)
    }

    /// While the channel lives, the most that the chains can express and no more than what is spent;
    /// once it is closed, what it was closed at.
    private static func target(_ state: ChannelState) throws(Refusal) -> [ChainIndex]? {
        if state.isClosed { return state.chains.map(\.final) }
        return try ClaimChooser.most(
            notAbove: state.spent,
            state.chains.map {
                ClaimChooser.Chain(
                    denomination: $0.denomination, lower: $0.claimed, upper: $0.accepted.index)
            })
    }

    private static func worth(
        _ chains: [ChannelChain], _ indexes: [ChainIndex]
    ) throws(Refusal) -> Amount {
        var total = Amount.zero
        for (chain, index) in zip(chains, indexes) {
            total = try total.adding(chain.denomination.multiplied(by: UInt64(index.value)))
        }
        return total
    }

    /// The paywords of the chains that advance. One below the accepted index is walked down to.
    private static func paywords(
        _ record: ChannelRecord, _ target: [ChainIndex]
    ) throws(Refusal) -> PaywordClaims {
        var context: ChainContext?
        var claims = PaywordClaims()
        let chains = record.state.chains
        for (position, ordinal) in Ordinal.all(count: chains.count).enumerated()
        where target[position] > chains[position].claimed {
            let accepted = chains[position].accepted
            var payword = accepted.payword
            if target[position] < accepted.index {
                if context == nil {
                    context =
                        try SignedObject<Commitment>(decoding: record.terms.commitment).context
                }
                let key = ChainKey(context: context ?? .zero, ordinal: ordinal)
                guard let found = key.payword(at: target[position], from: accepted) else {
                    throw Refusal(.internal, "a claim above what was accepted")
                }
                payword = found
            }
            claims.append(
                PaywordClaim(ordinal: ordinal, index: target[position], payword: payword))
        }
        return claims
    }
}
