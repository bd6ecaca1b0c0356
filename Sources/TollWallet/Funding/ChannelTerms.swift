public import PayWord

/// What a new channel is to be.
///
/// ```swift
/// let terms = ChannelTerms(
///     merchant: merchant, address: "pay.example:7070", broker: broker, asset: euro,
///     plan: try ChainPlan(capacity: Amount(units: 5_000_000)), from: now)
/// ```
public struct ChannelTerms: Sendable, Equatable {
    /// The longest address: what fits, sealed, into the note at the broker.
    public static let addressBytesMaximum = 256

    /// Who is paid.
    public var merchant: PublicKey
    /// Where the merchant is reached, as text that the caller understands.
    public var address: String
    /// Who settles; the merchant itself, where it is its own broker.
    public var broker: PublicKey
    /// What is paid in.
    public var asset: Asset
    /// The chains to make.
    public var plan: ChainPlan
    /// After it no payword is accepted.
    public var expiresAt: Timestamp
    /// Until then the broker redeems.
    public var redeemBy: Timestamp
    /// An offer that the commitment refers to. Payments for its resource are held against it.
    public var offer: Verified<Offer>?
    /// What makes opening it again the same opening.
    public var reference: RequestReference?

    /// Terms with dates of their own.
    public init(
        merchant: PublicKey, address: String, broker: PublicKey, asset: Asset, plan: ChainPlan,
        expiresAt: Timestamp, redeemBy: Timestamp, offer: Verified<Offer>? = nil,
        reference: RequestReference? = nil
    ) {
        self.merchant = merchant
        self.address = address
        self.broker = broker
        self.asset = asset
        self.plan = plan
        self.expiresAt = expiresAt
        self.redeemBy = redeemBy
        self.offer = offer
        self.reference = reference
    }

    /// How long money is locked by terms that nobody chose, from the opening to redeem-by: 9 days.
    public static let standardLock: Seconds = 9 * .day

    /// Terms for a day of payments, redeemable for eight days after it, which is what merchants want
    /// unless set otherwise.
    public init(
        merchant: PublicKey, address: String, broker: PublicKey, asset: Asset, plan: ChainPlan,
        from now: Timestamp, offer: Verified<Offer>? = nil, reference: RequestReference? = nil
    ) {
        self.init(
            merchant: merchant, address: address, broker: broker, asset: asset, plan: plan,
            expiresAt: now.adding(.day), redeemBy: now.adding(Self.standardLock), offer: offer,
            reference: reference)
    }

    var isTwoParty: Bool { broker == merchant }

    /// Checks the terms against the clock and the policy, and the offer against the terms.
    func check(_ policy: WalletPolicy, mode: FundingMode, at now: Timestamp) throws(Refusal) {
        guard address.utf8.count <= Self.addressBytesMaximum else {
            throw Refusal(
                .tooLarge, "an address has at most \(Self.addressBytesMaximum) bytes")
        }
        guard expiresAt > now.adding(policy.expiryMargin) else {
            throw Refusal(.commitmentExpired, "the channel would end before it begins")
        }
        if mode == .reserved, redeemBy > now.adding(policy.lockMaximum) {
            throw Refusal(
                .lockTooLong,
                "the money would be locked for \(redeemBy.since(now)) s; the wallet allows "
                    + "\(policy.lockMaximum)")
        }
        try policy.budget(asset).check(commitment: plan.worth, in: asset)
        if let offer { try check(offer.payload, at: now) }
    }

    private func check(_ offer: Offer, at now: Timestamp) throws(Refusal) {
        guard offer.merchant == merchant else {
            throw Refusal(.wrongMerchant, "the offer is of \(offer.merchant)")
        }
        guard offer.asset == asset else {
            throw Refusal(.wrongAsset, "offered in \(offer.asset), not in \(asset)")
        }
        guard offer.brokers.contains(broker) else {
            throw Refusal(.untrustedBroker, "the offer does not name the broker \(broker)")
        }
        guard now <= offer.validUntil.adding(Timestamp.clockDifferenceMaximum) else {
            throw Refusal(.amountMismatch, "the offer ended at \(offer.validUntil)")
        }
    }
}
