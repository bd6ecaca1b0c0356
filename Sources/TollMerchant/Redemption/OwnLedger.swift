public import PayWord

/// The merchant as its own broker (two-party mode): settles its channels in its own books, where
/// what was settled is what each payer owes. There is no fee and nobody to ask.
///
/// ```swift
/// let brokers = [key.publicKey: OwnLedger(key: key, asset: euro, store: store)]
/// ```
public struct OwnLedger: RedeemingBroker {
    private let key: SigningKey
    private let asset: Asset
    private let store: any ChannelStore

    /// The books of the merchant with this key.
    public init(key: SigningKey, asset: Asset, store: any ChannelStore) {
        self.key = key
        self.asset = asset
        self.store = store
    }

    /// The merchant's key as the root, its one asset, no faucet, and no limit of steps: nothing is
    /// walked, since the merchant has checked each payword itself. Never throws.
    public func describe() async throws(Refusal) -> BrokerDescription {
        BrokerDescription(
            root: key.publicKey, signingCertificates: [], assets: [asset],
            isFaucetEnabled: false, batchStepsMaximum: .max)
    }

    /// Refuses: there is no account to open.
    /// - Throws: `not-enabled`, always.
    public func enrol(_ request: Verified<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        throw Refusal(.notEnabled, "a merchant needs no account at itself")
    }

    /// Does nothing: there is no reservation to free. Never throws.
    public func deliver(_ close: Verified<Close>) async throws(Refusal) {}

    /// Settles a batch that the merchant made of its own channels. The answer follows from the batch
    /// and the channels as they stand before it is recorded, so it is the same each time.
    /// - Throws: `wrong-broker` for a batch that is not both by and to this merchant;
    ///   `unknown-commitment` for a claim that carries a commitment or names no channel of the
    ///   store; `amount-overflow`; what the store or signing throws.
    public func redeem(
        _ redemption: Verified<Redemption>
    ) async throws(Refusal) -> SettlementAnswer {
        let payload = redemption.payload
        guard payload.merchant == key.publicKey, payload.broker == key.publicKey else {
            throw Refusal(.wrongBroker, "this merchant settles its own channels alone")
        }
        var outcomes: [ClaimOutcome] = []
        outcomes.reserveCapacity(payload.claims.count)
        for (position, claim) in payload.claims.enumerated() {
            outcomes.append(try await outcome(of: claim, at: UInt32(position)))
        }
        let leaves = outcomes.map(\.encoded)
        let gross = try outcomes.map(\.amount).sum()
        let paywords = outcomes.reduce(UInt64(0)) { total, outcome in
            outcome.advances.reduce(total) { $0 + UInt64($1.to.steps(downTo: $1.from)) }
        }
        let settlement = try key.sign(
            Settlement(
                batchID: payload.batchID, redemptionDigest: redemption.digest,
                broker: key.publicKey, merchant: key.publicKey, asset: payload.asset,
                gross: gross, fee: .zero, net: gross, claimsAccepted: UInt64(outcomes.count),
                paywordsRedeemed: paywords, refusals: [],
                settlementID: SettlementID(redemption.digest.bytes.prefix(16)) ?? .zero,
                settledAt: payload.createdAt, outcomesRoot: MerkleTree(leaves: leaves).root,
                lines: [SettlementLine(party: key.publicKey, kind: .merchant, amount: gross)]))
        return SettlementAnswer(
            settlement: settlement.object, signingCertificates: [], leaves: leaves)
    }

    private func outcome(
        of claim: RedemptionClaim, at position: UInt32
    ) async throws(Refusal) -> ClaimOutcome {
        guard case .id(let id) = claim.commitment, let record = try await store.channel(id) else {
            throw Refusal(.unknownCommitment)
        }
        var amount = Amount.zero
        var advances: [ClaimOutcome.Advance] = []
        for payword in claim.paywords where payword.ordinal.position < record.state.chains.count {
            let chain = record.state.chains[payword.ordinal.position]
            let steps = payword.index.steps(downTo: chain.settled)
            guard steps > 0 else { continue }
            amount = try amount.adding(chain.denomination.multiplied(by: UInt64(steps)))
            advances.append(
                ClaimOutcome.Advance(
                    ordinal: payword.ordinal, from: chain.settled, to: payword.index))
        }
        return ClaimOutcome(
            position: position, commitmentID: id, advances: advances, amount: amount)
    }
}
