public import PayWord
public import TollBroker

/// A commitment as the broker's books hold it, without the signed object: what large batches are
/// made of, where nobody asks for the object.
public struct LightChannel: Sendable {
    public let row: LedgerCommitment
    private let tip: ChainPosition

    public var id: CommitmentID { row.id }

    /// A claim up to an index.
    public func claim(_ index: UInt32) -> RedemptionClaim {
        let payword = row.chains[0].key.payword(at: ChainIndex(index), from: tip) ?? .zero
        return RedemptionClaim(
            commitment: .id(id),
            paywords: [
                PaywordClaim(ordinal: .first, index: ChainIndex(index), payword: payword)
            ])
    }

    fileprivate init(
        _ bench: BrokerBench, merchant: PublicKey, denomination: UInt64, length: UInt32,
        asset: Asset, redeemBy: Timestamp?, isReleased: Bool
    ) throws {
        let key: ChainKey = bench.drawn()
        tip = ChainPosition(index: ChainIndex(length), payword: bench.drawn())
        let root = key.walk(from: tip, steps: length)
        let digest: Digest = bench.drawn()
        let worth = try bench.amount(denomination * UInt64(length))
        row = LedgerCommitment(
            id: CommitmentID(digest),
            terms: LedgerCommitment.Terms(
                digest: digest, encodingDigest: bench.drawn(), account: bench.account.publicKey,
                payer: bench.payer.publicKey, merchant: merchant, asset: asset,
                nonce: bench.drawn(), funding: .reserved, worth: worth, guarantee: .zero,
                expiresAt: redeemBy ?? bench.now.adding(.day),
                redeemBy: redeemBy ?? bench.now.adding(14 * .day)),
            chains: [
                LedgerChain(
                    denomination: try bench.amount(denomination), length: ChainIndex(length),
                    key: key, redeemed: root)
            ], state: isReleased ? .released : .live, locked: isReleased ? .zero : worth,
            redeemed: .zero, final: nil)
    }
}

extension BrokerBench {
    /// A channel for ``register(_:)``.
    public func lightChannel(
        merchant: PublicKey? = nil, denomination: UInt64 = 3, length: UInt32 = 8,
        asset: Asset? = nil, redeemBy: Timestamp? = nil, isReleased: Bool = false
    ) throws -> LightChannel {
        try LightChannel(
            self, merchant: merchant ?? self.merchant.publicKey, denomination: denomination,
            length: length, asset: asset ?? self.asset, redeemBy: redeemBy,
            isReleased: isReleased)
    }

    /// Writes channels into the books in one transaction, and locks what they are worth.
    public func register(_ channels: [LightChannel]) async throws {
        var moves = LedgerMoves()
        var changes = LedgerChanges()
        for channel in channels {
            moves.move(
                channel.row.locked, from: channel.row.availableAccount,
                to: channel.row.reservedAccount)
            changes.registered.append(
                CommitmentRecord(
                    commitment: channel.row,
                    documents: CommitmentDocuments(commitment: [0], answer: [0], note: nil)))
        }
        changes.transactions = [
            try LedgerTransaction(kind: .reservation, at: now, subject: [], moves: moves)
        ]
        let written = changes
        try await store.decide(on: LedgerQuery()) {
            (_) throws(Refusal) -> LedgerDecision<Void> in
            LedgerDecision((), changes: written)
        }
    }
}
