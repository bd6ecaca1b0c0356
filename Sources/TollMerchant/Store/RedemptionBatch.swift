public import PayWord

/// A batch of claims as the merchant's store keeps it from before it is sent.
public struct RedemptionBatch: Sendable, Equatable {
    /// One claim: how far each chain of a channel is claimed.
    public struct Claim: Sendable, Equatable {
        /// The channel that is claimed, by its commitment's 16-byte id.
        public let id: CommitmentID
        /// The claimed index of each chain, by ordinal.
        public let indexes: [ChainIndex]
        /// What the merchant expects for it.
        public let expected: Amount

        /// A claim as the store keeps it; indexes of chains that do not advance are given too.
        public init(id: CommitmentID, indexes: [ChainIndex], expected: Amount) {
            self.id = id
            self.indexes = indexes
            self.expected = expected
        }
    }

    /// The 16 bytes that the merchant drew for the batch, under which it is settled once.
    public let id: BatchID
    /// The root key of the broker that it is made out to.
    public let broker: PublicKey
    /// What is claimed; all channels of a batch have it.
    public let asset: Asset
    /// When the redemption was signed, by the merchant's clock.
    public let createdAt: Timestamp
    /// The claims, by position.
    public let claims: [Claim]
    /// The whole encoding of the signed redemption, sent again until it is answered.
    public let redemption: [UInt8]

    /// A batch with the signed redemption that says the same.
    public init(
        id: BatchID, broker: PublicKey, asset: Asset, createdAt: Timestamp, claims: [Claim],
        redemption: [UInt8]
    ) {
        self.id = id
        self.broker = broker
        self.asset = asset
        self.createdAt = createdAt
        self.claims = claims
        self.redemption = redemption
    }

    /// What the merchant expects for the whole batch.
    /// - Throws: `amount-overflow`.
    public var expected: Amount {
        get throws(Refusal) { try claims.map(\.expected).sum() }
    }
}

/// What became of one claim.
public enum ClaimResult: Sendable, Equatable {
    /// It was settled.
    case settled
    /// It was refused for the reason of this number, which may be tried again: it goes into a later
    /// batch.
    case refusedForNow(UInt64)
    /// It was refused for good, for the reason of this number, and is filed for a person.
    case refusedForGood(UInt64)
}

/// One settlement in a merchant's books.
public struct SettlementRecord: Sendable, Equatable {
    /// The batch that it answers.
    public let batchID: BatchID
    /// The 16 bytes that the broker drew for it.
    public let settlementID: SettlementID
    /// The root key of the broker that signed it.
    public let broker: PublicKey
    /// What the figures count units of.
    public let asset: Asset
    /// When the broker settled it, by the broker's clock.
    public let settledAt: Timestamp
    /// What the merchant expected of the claims that were settled.
    public let expected: Amount
    /// What the broker counted. Less than expected where the broker had redeemed some of it before,
    /// as after an older copy of this store was restored.
    public let gross: Amount
    /// What the broker kept of the gross, in units.
    public let fee: Amount
    /// What the merchant was credited: the gross less the fee, in units.
    public let net: Amount
    /// How many claims were settled, those that added nothing included.
    public let claimsAccepted: UInt64
    /// How many claims were refused, for now or for good.
    public let claimsRefused: UInt64
    /// How many paywords the accepted claims advanced their chains by, together.
    public let paywordsRedeemed: UInt64
    /// The signed settlement: evidence.
    public let settlement: [UInt8]

    /// The record of a settlement whose signature and figures were checked, beside what was
    /// expected.
    public init(
        _ settlement: Verified<Settlement>, expected: Amount
    ) {
        let payload = settlement.payload
        self.init(
            batchID: payload.batchID, settlementID: payload.settlementID, broker: payload.broker,
            asset: payload.asset, settledAt: payload.settledAt, expected: expected,
            gross: payload.gross, fee: payload.fee, net: payload.net,
            claimsAccepted: payload.claimsAccepted, claimsRefused: UInt64(payload.refusals.count),
            paywordsRedeemed: payload.paywordsRedeemed, settlement: settlement.encoded)
    }

    /// A record as a store reads it back.
    public init(
        batchID: BatchID, settlementID: SettlementID, broker: PublicKey, asset: Asset,
        settledAt: Timestamp, expected: Amount, gross: Amount, fee: Amount, net: Amount,
        claimsAccepted: UInt64, claimsRefused: UInt64, paywordsRedeemed: UInt64,
        settlement: [UInt8]
    ) {
        self.batchID = batchID
        self.settlementID = settlementID
        self.broker = broker
        self.asset = asset
        self.settledAt = settledAt
        self.expected = expected
        self.gross = gross
        self.fee = fee
        self.net = net
        self.claimsAccepted = claimsAccepted
        self.claimsRefused = claimsRefused
        self.paywordsRedeemed = paywordsRedeemed
        self.settlement = settlement
    }
}
