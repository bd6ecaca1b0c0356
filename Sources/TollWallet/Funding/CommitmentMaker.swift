internal import PayWord

/// Makes a signed commitment: the context first, from zeroed roots, then the chains, then the roots.
enum CommitmentMaker {
    static func make(
        _ terms: ChannelTerms, nonce: Nonce, salt: TermsSalt?, payer: SigningKey,
        secret: WalletSecret, at now: Timestamp
    ) throws(Refusal) -> Verified<Commitment> {
        func commitment(_ roots: [Payword]) -> Commitment {
            Commitment(
                nonce: nonce, payer: payer.publicKey, merchant: terms.merchant,
                broker: terms.broker, asset: terms.asset,
                chains: zip(terms.plan.chains, roots).map {
                    CommittedChain(denomination: $0.denomination, length: $0.length, root: $1)
                }, issuedAt: now, expiresAt: terms.expiresAt, redeemBy: terms.redeemBy,
                termsDigest: salt.flatMap { terms.offer?.object.termsDigest(salt: $0) })
        }
        let draft = commitment(terms.plan.chains.map { _ in .zero })
        try draft.checkDates()
        let chains = ChannelChains(
            secret: secret, context: draft.context, chains: terms.plan.chains)
        return try payer.sign(commitment(chains.roots))
    }
}
