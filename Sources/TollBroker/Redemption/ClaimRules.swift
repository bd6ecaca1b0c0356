internal import PayWord

/// What a claim must meet beside its paywords. The same rules hold before the walk, so that nothing
/// is hashed in vain, and again inside the transaction, on the rows as they stand there.
struct ClaimRules: Sendable {
    let merchant: PublicKey
    let broker: PublicKey
    let asset: Asset
    let now: Timestamp
    let release: ReleaseRule

    /// Judges a claim in the order of the protocol: dates, parties, chains.
    /// - Throws: `unknown-commitment`, `redeem-window-closed`, `wrong-broker`, `wrong-merchant`,
    ///   `wrong-asset`, `not-reserved`, `unknown-chain`, `index-past-end`, `channel-closed`.
    func check(_ claim: ReadClaim, _ row: LedgerCommitment?) throws(Refusal) {
        if let row, claim.isOn(row) {
            try checkWindow(
                expiresAt: row.terms.expiresAt, redeemBy: row.terms.redeemBy,
                isReleased: row.state == .released)
            try checkParties(merchant: row.terms.merchant, asset: row.terms.asset)
            try row.checkIndexes(of: claim.paywords)
            return
        }
        guard let commitment = claim.object?.payload else { throw Refusal(.unknownCommitment) }
        try checkWindow(
            expiresAt: commitment.expiresAt, redeemBy: commitment.redeemBy, isReleased: false)
        guard commitment.broker == broker else { throw Refusal(.wrongBroker) }
        try checkParties(merchant: commitment.merchant, asset: commitment.asset)
        throw Refusal(.notReserved)
    }

    private func checkWindow(
        expiresAt: Timestamp, redeemBy: Timestamp, isReleased: Bool
    ) throws(Refusal) {
        let end = release.releaseTime(expiresAt: expiresAt, redeemBy: redeemBy)
        guard !isReleased, now < end else { throw Refusal(.redeemWindowClosed) }
    }

    private func checkParties(merchant: PublicKey, asset: Asset) throws(Refusal) {
        guard merchant == self.merchant else { throw Refusal(.wrongMerchant) }
        guard asset == self.asset else { throw Refusal(.wrongAsset) }
    }
}
