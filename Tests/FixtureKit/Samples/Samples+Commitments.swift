internal import PayWord

/// What of a commitment differs from the sample commitment.
struct CommitmentDraft {
    /// What its nonce is drawn from.
    var label: String
    var merchant: PublicKey
    var broker: PublicKey
    var asset: Asset
    var chains: [(UInt64, UInt32)] = [(1, 100), (10, 20)]
    var issuedAt = Samples.now
    var expiresAt = Samples.now.adding(7 * .day)
    var redeemBy = Samples.now.adding(21 * .day)
    var conditions: [Condition] = []
    /// Which of the wallet's keys signs it.
    var generation: UInt32 = 0

    init(_ label: String, _ samples: Samples) {
        self.label = label
        merchant = samples.parties.merchant.publicKey
        broker = samples.parties.broker.publicKey
        asset = samples.asset
    }
}

extension Samples {
    /// Another commitment of the sample wallet.
    func commitment(
        _ label: String, _ change: (inout CommitmentDraft) throws -> Void = { _ in }
    ) throws -> Verified<Commitment> {
        var draft = CommitmentDraft(label, self)
        try change(&draft)
        var random = SeededRandom(label: "commitment \(draft.label)")
        let nonce = Nonce.random(using: &random)
        let payer = try parties.wallet.payerKey(
            broker: draft.broker, merchant: draft.merchant, generation: draft.generation)
        func payload(_ roots: [Payword]) throws -> Commitment {
            Commitment(
                nonce: nonce, payer: payer.publicKey, merchant: draft.merchant,
                broker: draft.broker, asset: draft.asset,
                chains: try zip(draft.chains, roots).map { chain, root in
                    CommittedChain(
                        denomination: try Amount(units: chain.0), length: ChainIndex(chain.1),
                        root: root)
                }, issuedAt: draft.issuedAt, expiresAt: draft.expiresAt,
                redeemBy: draft.redeemBy, conditions: draft.conditions)
        }
        let context = try payload(draft.chains.map { _ in .zero }).context
        let roots = zip(Ordinal.all(count: draft.chains.count), draft.chains).map {
            parties.wallet.cursor(
                context: context, ordinal: $0, length: ChainIndex($1.1)
            ).revealed.payword
        }
        return try payer.sign(payload(roots))
    }

    /// A payword of any of the wallet's commitments.
    func payword(
        of commitment: Verified<Commitment>, _ ordinal: UInt64, _ index: UInt32
    ) throws -> PaywordClaim {
        guard let ordinal = Ordinal(ordinal) else { throw Refusal(.unknownChain) }
        let chain = try commitment.payload.chain(ordinal)
        let cursor = parties.wallet.cursor(
            context: commitment.object.context, ordinal: ordinal, length: chain.length,
            revealed: ChainIndex(index))
        return PaywordClaim(
            ordinal: ordinal, index: cursor.revealed.index, payword: cursor.revealed.payword)
    }
}
