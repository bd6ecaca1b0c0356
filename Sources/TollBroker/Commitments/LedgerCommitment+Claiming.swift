public import PayWord

extension LedgerCommitment {
    /// Checks what of a claim can be checked without hashing.
    /// - Throws: `unknown-chain`, `index-past-end`, or `channel-closed` above a close's indexes.
    public func checkIndexes(of paywords: PaywordClaims) throws(Refusal) {
        // By place: a loop over the collection itself copies it.
        for place in paywords.indices {
            guard paywords[place].ordinal.position < chains.count else {
                throw Refusal(.unknownChain)
            }
        }
        for place in paywords.indices {
            let claim = paywords[place]
            guard claim.index <= chains[claim.ordinal.position].length else {
                throw Refusal(.indexPastEnd)
            }
        }
        guard let final else { return }
        for claim in paywords {
            // A chain that was redeemed beyond the close before it came counts zero below there.
            let end = max(
                final[claim.ordinal.position], chains[claim.ordinal.position].redeemed.index)
            guard claim.index <= end else { throw Refusal(.channelClosed) }
        }
    }

    /// What a claim adds over what was redeemed: a chain at or below it adds nothing.
    ///
    /// The paywords must have been walked down to a position that was redeemed at some time. If
    /// more was redeemed since, they lead there as well, because a chain has one payword an index.
    /// - Throws: `amount-overflow`, which no commitment can meet that was registered.
    public func difference(
        of paywords: PaywordClaims
    ) throws(Refusal) -> (advances: [ClaimOutcome.Advance], amount: Amount) {
        var advances: [ClaimOutcome.Advance] = []
        var amount = Amount.zero
        for place in paywords.indices {
            let claim = paywords[place]
            let chain = chains[claim.ordinal.position]
            let steps = claim.index.steps(downTo: chain.redeemed.index)
            guard steps > 0 else { continue }
            amount = try amount.adding(chain.denomination.multiplied(by: UInt64(steps)))
            advances.append(
                ClaimOutcome.Advance(
                    ordinal: claim.ordinal, from: chain.redeemed.index, to: claim.index))
        }
        return (advances, amount)
    }

    /// Takes over a claim whose difference was paid.
    /// - Throws: `insufficient-funds` if more is drawn than is locked, which no claim within the
    ///   chains' ends can do.
    mutating func redeem(
        _ paywords: PaywordClaims, amount: Amount
    ) throws(Refusal) {
        if terms.funding == .reserved { locked = try locked.subtracting(amount) }
        redeemed = try redeemed.adding(amount)
        for place in paywords.indices {
            let claim = paywords[place]
            let chain = claim.ordinal.position
            if claim.index > chains[chain].redeemed.index {
                chains[chain].redeemed = claim.position
            }
        }
    }
}
