public import PayWord

extension ChannelState {
    /// Counts a payment whose paywords were hashed, or finds that it was counted before. Here their
    /// indexes decide what they are worth. Changes nothing when it throws, and leaves ``version`` to
    /// the caller, since all payments that are written at once are one change.
    ///
    /// - Parameters:
    ///   - paywords: the highest payword of each chain that advances.
    ///   - amount: what is spent of the credit.
    /// - Returns: whether it was counted. A payment whose paywords all equal the accepted ones spends
    ///   nothing, and one of nothing is nothing (TC-06.23, step 11).
    /// - Throws: `channel-closed`, `unknown-chain`, `stale-index`, `bad-payword`,
    ///   `insufficient-funds` or `amount-overflow`.
    public mutating func count(
        _ paywords: PaywordClaims, _ amount: Amount
    ) throws(Refusal) -> Bool {
        guard !isClosed else { throw Refusal(.channelClosed) }
        var raised = accepted
        var isRepeat = !paywords.isEmpty
        for place in paywords.indices {
            let claim = paywords[place]
            let steps = try steps(to: claim)
            if steps > 0 { isRepeat = false }
            raised = try raised.adding(
                chains[claim.ordinal.position].denomination.multiplied(by: UInt64(steps)))
        }
        guard !isRepeat else { return false }
        let drawn = try spent.adding(amount)
        guard drawn <= raised else {
            throw Refusal(
                .insufficientFunds,
                "\(amount) units are more than the credit of \(raised.subtractingOrZero(spent))")
        }
        guard amount > .zero || !paywords.isEmpty else { return false }
        for place in paywords.indices {
            let claim = paywords[place]
            chains[claim.ordinal.position].accepted = claim.position
        }
        (accepted, spent) = (raised, drawn)
        payments += 1
        return true
    }

    private func steps(to claim: PaywordClaim) throws(Refusal) -> UInt32 {
        guard claim.ordinal.position < chains.count else {
            throw Refusal(
                .unknownChain, "chain \(claim.ordinal) of a commitment with \(chains.count)")
        }
        let accepted = chains[claim.ordinal.position].accepted
        guard claim.index >= accepted.index else {
            throw Refusal(
                .staleIndex, "index \(claim.index) is below the accepted \(accepted.index)")
        }
        guard claim.index > accepted.index || claim.payword == accepted.payword else {
            throw Refusal(.badPayword, "payword \(claim.index) is not the accepted one")
        }
        return claim.index.steps(downTo: accepted.index)
    }
}
