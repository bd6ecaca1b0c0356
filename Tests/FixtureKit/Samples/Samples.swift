public import PayWord

/// One valid object of each kind, between the ``Parties``, all dated around ``now``.
///
/// ```swift
/// let samples = try Samples()
/// try samples.commitment.object.verified()
/// ```
public struct Samples: Sendable {
    /// The moment at which all samples are valid: 2027-01-15 08:00 UTC.
    public static let now = Timestamp(1_800_000_000)

    public let parties: Parties
    public let asset: Asset
    /// Chains of 1 × 1000, 25 × 400 and 1000 × 20 units.
    public let commitment: Verified<Commitment>
    public let signingCertificate: Verified<Certificate>
    public let reservation: Verified<Reservation>
    public let offer: Verified<Offer>
    public let termsSalt: TermsSalt

    /// Signs the objects that others refer to.
    public init() throws(Refusal) {
        let parties = try Parties()
        let asset = try Asset(code: "EUR", scale: 6)
        var random = SeededRandom(label: "samples")
        let salt = TermsSalt.random(using: &random)
        let offer = try parties.merchant.sign(
            Offer(
                merchant: parties.merchant.publicKey, brokers: [parties.broker.publicKey],
                asset: asset, unit: "page", price: try Amount(units: 250),
                maximum: try Amount(units: 100_000), terms: "no refunds after redemption",
                validUntil: Self.now.adding(.day), resource: "articles"))
        let commitment = try Self.commitment(
            parties, nonce: Nonce.random(using: &random), asset: asset,
            terms: offer.object.termsDigest(salt: salt))
        self.parties = parties
        self.asset = asset
        self.offer = offer
        self.commitment = commitment
        termsSalt = salt
        signingCertificate = try parties.broker.sign(
            Certificate.brokerSigningKey(
                serial: SerialNumber.random(using: &random), broker: parties.broker.publicKey,
                subject: parties.brokerSigning.publicKey, asset: asset,
                notBefore: Self.now.subtracting(30 * .day),
                notAfter: Self.now.adding(30 * .day)))
        reservation = try parties.brokerSigning.sign(
            Reservation(
                commitmentDigest: commitment.digest, broker: parties.broker.publicKey,
                payer: parties.payer.publicKey, merchant: parties.merchant.publicKey,
                asset: asset, amount: try commitment.payload.worth, issuedAt: Self.now,
                validUntil: commitment.payload.redeemBy))
    }

    private static func commitment(
        _ parties: Parties, nonce: Nonce, asset: Asset, terms: Digest
    ) throws(Refusal) -> Verified<Commitment> {
        func draft(_ chains: [CommittedChain]) -> Commitment {
            Commitment(
                nonce: nonce, payer: parties.payer.publicKey,
                merchant: parties.merchant.publicKey, broker: parties.broker.publicKey,
                asset: asset, chains: chains, issuedAt: now, expiresAt: now.adding(7 * .day),
                redeemBy: now.adding(21 * .day), termsDigest: terms)
        }
        var chains: [CommittedChain] = []
        for (units, length) in [(1, 1000), (25, 400), (1000, 20)] as [(UInt64, UInt32)] {
            chains.append(
                CommittedChain(
                    denomination: try Amount(units: units), length: ChainIndex(length),
                    root: .zero))
        }
        let context = draft(chains).context
        let rooted = zip(Ordinal.all(count: chains.count), chains).map { ordinal, chain in
            CommittedChain(
                denomination: chain.denomination, length: chain.length,
                root: parties.wallet.cursor(
                    context: context, ordinal: ordinal, length: chain.length
                ).revealed.payword)
        }
        return try parties.payer.sign(draft(rooted))
    }

    /// The broker, with its signing key.
    public var brokerIdentity: BrokerIdentity {
        get throws(Refusal) {
            try BrokerIdentity(
                root: parties.broker.publicKey,
                signingCertificates: [signingCertificate.object])
        }
    }

    /// A payword of the commitment.
    public func payword(_ ordinal: UInt64, _ index: UInt32) throws(Refusal) -> PaywordClaim {
        guard let ordinal = Ordinal(ordinal) else { throw Refusal(.unknownChain) }
        let chain = try commitment.payload.chain(ordinal)
        let cursor = parties.wallet.cursor(
            context: commitment.object.context, ordinal: ordinal, length: chain.length,
            revealed: ChainIndex(index))
        return PaywordClaim(
            ordinal: ordinal, index: cursor.revealed.index, payword: cursor.revealed.payword)
    }
}
