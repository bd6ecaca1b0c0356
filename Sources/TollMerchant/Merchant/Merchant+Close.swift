public import PayWord

extension Merchant {
    /// Ends a channel as its payer wishes: no payment is counted after it, and the broker frees what
    /// is left of the reservation when it sees the close. A channel that is closed already answers
    /// with the same close.
    ///
    /// - Throws: `unknown-commitment`; `bad-signature` or `weak-key` for a request that the
    ///   commitment's payer did not sign; `wrong-merchant`; `malformed` for a request about another
    ///   channel; `not-yet-valid`; `busy` if payments never ceased to arrive.
    public func close(
        _ id: CommitmentID, request: SignedObject<CloseRequest>
    ) async throws(Refusal) -> (close: Verified<Close>, receipt: Verified<Receipt>) {
        guard let record = try await store.channel(id) else { throw Refusal(.unknownCommitment) }
        let wish = try request.verified(signedBy: record.terms.payer).payload
        let now = clock()
        guard wish.createdAt <= now.adding(policy.clockMargin) else {
            throw Refusal(.notYetValid, "the request is dated \(wish.createdAt)")
        }
        guard wish.merchant == publicKey else { throw Refusal(.wrongMerchant) }
        guard wish.commitmentID == id else {
            throw Refusal(.malformed, "the request is about another channel")
        }
        var state = record.state
        for _ in 0..<Self.closeAttemptsMaximum {
            let (final, signed) = try close(record.terms, state, now)
            let stored = try await store.close(id, from: state, at: final, signed: signed)
            state = stored.state
            guard let bytes = stored.close else { continue }
            table.find(id)?.refresh(state)
            let close = try SignedObject<Close>(decoding: bytes).verified()
            return (close, try receipt(record.terms, state))
        }
        throw Refusal(.busy, "payments on this channel have not ceased")
    }

    /// The least that the chains can express, not below what is spent nor what was claimed.
    private func close(
        _ terms: ChannelTerms, _ state: ChannelState, _ now: Timestamp
    ) throws(Refusal) -> ([ChainIndex], Verified<Close>) {
        let chosen = try ClaimChooser.least(
            notBelow: state.spent,
            state.chains.map {
                ClaimChooser.Chain(
                    denomination: $0.denomination, lower: $0.claimed, upper: $0.accepted.index)
            })
        guard let final = chosen else {
            throw Refusal(.internal, "more is spent on channel \(terms.id) than was accepted")
        }
        let marks = zip(Ordinal.all(count: final.count), final)
            .filter { $0.1 > .zero }
            .map { ChainMark(ordinal: $0, index: $1) }
        let close = try key.sign(
            Close(
                commitmentID: terms.id, broker: terms.broker, merchant: publicKey, final: marks,
                createdAt: now))
        return (final, close)
    }

    /// A signed statement of what a channel has paid.
    /// - Throws: `unknown-commitment`.
    public func receipt(_ id: CommitmentID) async throws(Refusal) -> Verified<Receipt> {
        guard let record = try await store.channel(id) else { throw Refusal(.unknownCommitment) }
        return try receipt(record.terms, record.state)
    }

    private func receipt(
        _ terms: ChannelTerms, _ state: ChannelState
    ) throws(Refusal) -> Verified<Receipt> {
        try key.sign(
            Receipt(
                commitmentID: terms.id, payer: terms.payer, merchant: publicKey,
                asset: terms.asset, accepted: state.accepted, spent: state.spent,
                payments: state.payments, issuedAt: clock(),
                marks: state.paywords.map(\.mark)))
    }
}
