public import PayWord

/// What a channel is about: the part that never changes once it is open.
public struct ChannelTerms: Sendable, Equatable {
    /// The id of the commitment, and so of the channel.
    public let id: CommitmentID
    /// The key that signed the commitment: the payer's for this merchant.
    public let payer: PublicKey
    /// The root key of the broker that redeems; the merchant's own key in two-party mode.
    public let broker: PublicKey
    /// The 16 bytes that the payer drew for it; no other commitment of the payer may have them.
    public let nonce: Nonce
    /// What the channel pays in.
    public let asset: Asset
    /// Who bears the risk.
    public let funding: ChannelFunding
    /// What all paywords of all chains are worth together, in units: the most that the channel can
    /// pay.
    public let worth: Amount
    /// When the merchant opened it, by the merchant's clock.
    public let openedAt: Timestamp
    /// No new payword is accepted after it.
    public let expiresAt: Timestamp
    /// The broker redeems until then.
    public let redeemBy: Timestamp
    /// The whole encoding of the commitment.
    public let commitment: [UInt8]

    /// Terms as a store reads them back.
    public init(
        id: CommitmentID, payer: PublicKey, broker: PublicKey, nonce: Nonce, asset: Asset,
        funding: ChannelFunding, worth: Amount, openedAt: Timestamp, expiresAt: Timestamp,
        redeemBy: Timestamp, commitment: [UInt8]
    ) {
        self.id = id
        self.payer = payer
        self.broker = broker
        self.nonce = nonce
        self.asset = asset
        self.funding = funding
        self.worth = worth
        self.openedAt = openedAt
        self.expiresAt = expiresAt
        self.redeemBy = redeemBy
        self.commitment = commitment
    }

    /// The terms of a verified commitment.
    /// - Throws: `amount-overflow` for one that is worth more than fits.
    public init(
        _ commitment: Verified<Commitment>, funding: ChannelFunding, openedAt: Timestamp
    ) throws(Refusal) {
        let payload = commitment.payload
        self.init(
            id: commitment.object.id, payer: payload.payer, broker: payload.broker,
            nonce: payload.nonce, asset: payload.asset, funding: funding,
            worth: try payload.worth, openedAt: openedAt, expiresAt: payload.expiresAt,
            redeemBy: payload.redeemBy, commitment: commitment.encoded)
    }
}

/// Who bears the risk of a channel (spec/05). The numbers are the store's.
public enum ChannelFunding: UInt64, Sendable, CaseIterable, Hashable {
    /// The broker has locked the commitment's full worth.
    case reserved = 1
    /// The broker bills the payer afterwards, up to limits and a guarantee.
    case credit = 2
    /// The merchant is its own broker.
    case twoParty = 3
}
