public import PayWord

/// A batch of claims as the merchant's store keeps it from before it is sent.
public struct RedemptionBatch: Sendable, Equatable {
    /// One claim: how far each chain of a channel is claimed.
    public struct Claim: Sendable, Equatable {
        public let id: CommitmentID
        /// The claimed index of each chain, by ordinal.
        public let indexes: [ChainIndex]
        /// What the merchant expects for it.
        public let expected: Amount

        public init(id: CommitmentID, indexes: [ChainIndex], expected: Amount) {
            self.id = id
            self.indexes = indexes
            self.expected = expected
        }
    }

    public let id: BatchID
    public let broker: PublicKey
    public let asset: Asset
    public let createdAt: Timestamp
    /// The claims, by position.
    public let claims: [Claim]
    /// The whole encoding of the signed redemption, sent again until it is answered.
    public let redemption: [UInt8]

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
    /// It was refused, and goes into a later batch.
    case refusedForNow(UInt64)
    /// It was refused for good, and is filed for a person.
    case refusedForGood(UInt64)
}

/// One settlement in a merchant's books.
public struct SettlementRecord: Sendable, Equatable {
    public let batchID: BatchID
    public let settlementID: SettlementID
    public let broker: PublicKey
    public let asset: Asset
    public let settledAt: Timestamp
    /// What the merchant expected of the claims that were settled.
    public let expected: Amount
    /// What the broker counted. Less than expected where the broker had redeemed some of it before,
    /// as after an older copy of this store was restored.
    public let gross: Amount
    public let fee: Amount
    public let net: Amount
    public let claimsAccepted: UInt64
    public let claimsRefused: UInt64
    public let paywordsRedeemed: UInt64
    /// The signed settlement: evidence.
    public let settlement: [UInt8]

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
