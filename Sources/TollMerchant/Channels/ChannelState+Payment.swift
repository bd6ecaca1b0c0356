public import PayWord

/// A payment after its paywords were judged, on its way into the store.
public struct JudgedPayment: Sendable {
    /// Paywords that lead down to the accepted ones.
    public let paywords: PaywordClaims
    /// What it spends.
    public let amount: Amount
    /// Its idempotency key.
    public let reference: [UInt8]?
    /// Why it is refused, unless its reference turns out to be that of a payment counted before.
    public let refusal: Refusal?

    /// A payment with what its judge found; no refusal means that its paywords lead down to the
    /// accepted ones.
    public init(
        paywords: PaywordClaims, amount: Amount, reference: [UInt8]? = nil,
        refusal: Refusal? = nil
    ) {
        self.paywords = paywords
        self.amount = amount
        self.reference = reference
        self.refusal = refusal
    }
}

/// What became of a payment that was not refused.
public struct PaymentOutcome: Sendable, Equatable {
    /// The channel after it.
    public let status: ChannelStatus
    /// Whether it changed anything. A payment sent again is acknowledged and not counted: whoever
    /// serves for a payment serves for one that was counted.
    public let wasCounted: Bool

    /// A payment's outcome. `wasCounted` is false for one that was sent again.
    public init(status: ChannelStatus, wasCounted: Bool) {
        self.status = status
        self.wasCounted = wasCounted
    }
}

extension ChannelState {
    /// Counts a payment, or finds that it was counted before. Changes nothing when it throws.
    ///
    /// Credit is what this state says, never what the payer or a cache believes. The paywords were
    /// hashed before; here their indexes decide what they are worth.
    ///
    /// - Returns: whether anything changed. A payment whose paywords all equal the accepted ones
    ///   spends nothing.
    /// - Throws: the payment's own refusal, `channel-closed`, `unknown-chain`, `stale-index`,
    ///   `bad-payword`, `insufficient-funds` or `amount-overflow`.
    public mutating func count(_ payment: JudgedPayment) throws(Refusal) -> Bool {
        if let refusal = payment.refusal { throw refusal }
        guard !isClosed else { throw Refusal(.channelClosed) }
        var raised = accepted
        var isRepeat = !payment.paywords.isEmpty
        for claim in payment.paywords {
            let steps = try steps(to: claim)
            if steps > 0 { isRepeat = false }
            raised = try raised.adding(
                chains[claim.ordinal.position].denomination.multiplied(by: UInt64(steps)))
        }
        guard !isRepeat else { return false }
        let drawn = try spent.adding(payment.amount)
        guard drawn <= raised else {
            throw Refusal(
                .insufficientFunds,
                "\(payment.amount) units are more than the credit of "
                    + "\(raised.subtractingOrZero(spent))")
        }
        let isNothing = payment.paywords.isEmpty && payment.amount == .zero
        guard !isNothing || payment.reference != nil else { return false }
        for claim in payment.paywords { chains[claim.ordinal.position].accepted = claim.position }
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
