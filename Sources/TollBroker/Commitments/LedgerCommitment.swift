public import PayWord

/// One chain of a commitment as the broker keeps it: all that a walk needs, and nothing to decode.
public struct LedgerChain: Hashable, Sendable {
    /// What one payword is worth.
    public let denomination: Amount
    /// How many paywords there are.
    public let length: ChainIndex
    /// What every step hashes in.
    public let key: ChainKey
    /// The payword redeemed last; the root at first.
    public var redeemed: ChainPosition

    /// A chain of a commitment; at registration its redeemed position is index 0 with the root.
    public init(
        denomination: Amount, length: ChainIndex, key: ChainKey, redeemed: ChainPosition
    ) {
        self.denomination = denomination
        self.length = length
        self.key = key
        self.redeemed = redeemed
    }
}

/// The state of a commitment at its broker. What was promised never changes; what is redeemed only
/// grows; what is locked only shrinks.
public struct LedgerCommitment: Hashable, Sendable {
    /// What a commitment says and how it is funded: fixed when it is registered.
    public struct Terms: Hashable, Sendable {
        /// SHA-256 of the commitment's signed payload bytes, 32 bytes; its first 16 are the id.
        public let digest: Digest
        /// SHA-256 of the whole encoding, signature included: a copy with these very bytes needs no
        /// second verification.
        public let encodingDigest: Digest
        /// The account that funds it.
        public let account: PublicKey
        /// The key that signed the commitment: the payer's for this merchant, not the account's
        /// key.
        public let payer: PublicKey
        /// The merchant that the commitment is made out to, which alone can redeem it.
        public let merchant: PublicKey
        /// What the commitment promises units of.
        public let asset: Asset
        /// The 16 bytes that the payer drew for it; no other commitment of the payer may have them.
        public let nonce: Nonce
        /// Who bears the risk: the worth is locked, or the account is billed on credit.
        public let funding: Funding
        /// What all chains are worth together.
        public let worth: Amount
        /// What the broker guarantees to the merchant beyond the account's credit; nothing where
        /// the funding is reserved.
        public let guarantee: Amount
        /// After it merchants take no more payments: an outage counts for the release only from
        /// there on.
        public let expiresAt: Timestamp
        /// Until when the merchant should redeem; the release comes the policy's delay after it, or
        /// later by the broker's outages (TC-07.34).
        public let redeemBy: Timestamp

        /// The terms of a commitment.
        /// - Throws: `amount-overflow`.
        public init(
            of commitment: Verified<Commitment>, account: PublicKey, funding: Funding,
            guarantee: Amount = .zero
        ) throws(Refusal) {
            let payload = commitment.payload
            self.init(
                digest: commitment.digest, encodingDigest: SHA256.digest(commitment.encoded),
                account: account, payer: payload.payer, merchant: payload.merchant,
                asset: payload.asset, nonce: payload.nonce, funding: funding,
                worth: try payload.worth, guarantee: guarantee, expiresAt: payload.expiresAt,
                redeemBy: payload.redeemBy)
        }

        /// Terms as a store reads them back.
        public init(
            digest: Digest, encodingDigest: Digest, account: PublicKey, payer: PublicKey,
            merchant: PublicKey, asset: Asset, nonce: Nonce, funding: Funding, worth: Amount,
            guarantee: Amount, expiresAt: Timestamp, redeemBy: Timestamp
        ) {
            self.digest = digest
            self.encodingDigest = encodingDigest
            self.account = account
            self.payer = payer
            self.merchant = merchant
            self.asset = asset
            self.nonce = nonce
            self.funding = funding
            self.worth = worth
            self.guarantee = guarantee
            self.expiresAt = expiresAt
            self.redeemBy = redeemBy
        }
    }

    /// The terms stand apart, so that a commitment is cheap to pass on: a batch has thousands, and
    /// each goes through many hands.
    private final class Fixed: Hashable, Sendable {
        let terms: Terms
        init(_ terms: Terms) { self.terms = terms }
        static func == (left: Fixed, right: Fixed) -> Bool {
            left === right || left.terms == right.terms
        }
        func hash(into hasher: inout Hasher) { hasher.combine(terms) }
    }

    /// The first 16 bytes of the commitment's digest, by which claims and closes name it.
    public let id: CommitmentID
    /// What was promised and how it is funded, fixed at registration.
    public var terms: Terms { fixed.terms }
    private let fixed: Fixed
    /// The chains with how far each is redeemed, by ordinal: 1 to 8.
    public internal(set) var chains: [LedgerChain]
    /// Where it stands: live, then closed by the merchant's close or not, then released.
    public internal(set) var state: CommitmentEntry.State
    /// What the account's reserved money still holds for it.
    public internal(set) var locked: Amount
    /// What was redeemed.
    public internal(set) var redeemed: Amount
    /// Where a close ended each chain; nil while it is not closed.
    public internal(set) var final: [ChainIndex]?

    /// A commitment as it stands when it is registered.
    /// - Throws: `amount-overflow`.
    public init(
        _ commitment: Verified<Commitment>, account: PublicKey, funding: Funding,
        guarantee: Amount = .zero
    ) throws(Refusal) {
        let terms = try Terms(
            of: commitment, account: account, funding: funding, guarantee: guarantee)
        fixed = Fixed(terms)
        id = commitment.object.id
        chains = zip(commitment.payload.chains, commitment.object.chainVerifiers).map {
            LedgerChain(
                denomination: $0.denomination, length: $0.length, key: $1.key,
                redeemed: $1.accepted)
        }
        state = .live
        locked = funding == .reserved ? terms.worth : .zero
        redeemed = .zero
        final = nil
    }

    /// A commitment as a store reads it back.
    public init(
        id: CommitmentID, terms: Terms, chains: [LedgerChain], state: CommitmentEntry.State,
        locked: Amount, redeemed: Amount, final: [ChainIndex]?
    ) {
        self.id = id
        fixed = Fixed(terms)
        self.chains = chains
        self.state = state
        self.locked = locked
        self.redeemed = redeemed
        self.final = final
    }

    /// The same commitment as it stands later, as a store reads it back.
    public func moved(
        to chains: [LedgerChain], state: CommitmentEntry.State, locked: Amount, redeemed: Amount,
        final: [ChainIndex]?
    ) -> LedgerCommitment {
        var moved = self
        moved.chains = chains
        moved.state = state
        moved.locked = locked
        moved.redeemed = redeemed
        moved.final = final
        return moved
    }

    /// What was redeemed of each chain; chains that stand at 0 are left out.
    public var marks: [ChainMark] {
        zip(Ordinal.all(count: chains.count), chains).compactMap { ordinal, chain in
            chain.redeemed.index == .zero
                ? nil : ChainMark(ordinal: ordinal, index: chain.redeemed.index)
        }
    }

    /// The account whose money is locked.
    public var reservedAccount: LedgerAccountID {
        LedgerAccountID(.payer, terms.account, .reserved, terms.asset)
    }

    /// The account that pays for credit, and that gets back what is freed.
    public var availableAccount: LedgerAccountID {
        LedgerAccountID(.payer, terms.account, .available, terms.asset)
    }

    /// What all chains are worth at `indexes`.
    /// - Throws: `amount-overflow`, which no commitment can meet that was registered.
    func worth(at indexes: [ChainIndex]) throws(Refusal) -> Amount {
        var total = Amount.zero
        for (chain, index) in zip(chains, indexes) {
            total = try total.adding(chain.denomination.multiplied(by: UInt64(index.value)))
        }
        return total
    }
}
