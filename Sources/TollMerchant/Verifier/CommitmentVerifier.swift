public import PayWord
internal import PeerProtocol

/// Judges what a payer opens a channel with: the commitment, and what stands behind it.
///
/// Checks come in the protocol's order, so that every implementation gives the same reason: size,
/// CBOR and fields were checked by decoding; then key, signature, dates, parties, amounts, chains;
/// then the funding. Nothing is asked of the broker: that is what the funding is signed for.
///
/// ```swift
/// let verifier = CommitmentVerifier(merchant: key.publicKey, policy: policy)
/// let judgement = try verifier.judge(commitment, funding: [reservation], at: now)
/// ```
public struct CommitmentVerifier: Sendable {
    /// How many funding objects may come with a commitment.
    public static let fundingMaximum = Open.fundingMaximum

    /// A commitment that a channel may be opened for.
    public struct Judgement: Sendable {
        /// The commitment, its signature checked.
        public let commitment: Verified<Commitment>
        /// What stands behind it, by the objects that came with it.
        public let funding: ChannelFunding
        /// What the store checks against what is open already.
        public let limits: ExposureLimits
    }

    private let merchant: PublicKey
    private let policy: MerchantPolicy
    private let certificates: CertificateCache

    /// A verifier for one merchant.
    public init(merchant: PublicKey, policy: MerchantPolicy) {
        self.merchant = merchant
        self.policy = policy
        certificates = CertificateCache()
    }

    /// Judges a commitment and its funding at `time`.
    /// - Throws: `weak-key`, `bad-signature`, what a ``CommitmentRule`` throws, or
    ///   what ``judgeFunding(_:of:at:)`` throws.
    public func judge(
        _ commitment: SignedObject<Commitment>, funding: [[UInt8]], at time: Timestamp
    ) throws(Refusal) -> Judgement {
        let verified = try commitment.verified()
        for rule in policy.rules(merchant: merchant) {
            try rule.check(verified.payload, at: time)
        }
        let (kind, limits) = try judgeFunding(funding, of: commitment, at: time)
        return Judgement(commitment: verified, funding: kind, limits: limits)
    }

    /// Judges what stands behind a commitment that the rules let pass.
    ///
    /// - Throws: `not-reserved` where nothing does that the policy accepts; `reservation-mismatch`
    ///   for a reservation that covers less or another; `wrong-broker`, `bad-signature`,
    ///   `certificate-expired` or `not-yet-valid` for what the broker did not sign or not for now;
    ///   `wrong-asset` and `limit-exceeded` by a certificate; `malformed`, `too-large`.
    func judgeFunding(
        _ funding: [[UInt8]], of commitment: SignedObject<Commitment>, at time: Timestamp
    ) throws(Refusal) -> (ChannelFunding, ExposureLimits) {
        if commitment.payload.isTwoParty {
            guard funding.isEmpty else {
                throw Refusal(.malformed, "a commitment without a broker carries no funding")
            }
            return (
                .twoParty, ExposureLimits(perPayer: policy.twoPartyMaximum, perBroker: nil)
            )
        }
        guard let known = policy.brokers[commitment.payload.broker] else {
            throw Refusal(.untrustedBroker)
        }
        let found = try FundingObjects(funding)
        let broker = try certificates.identity(known, learning: found.signingCertificates)
        if !found.reservations.isEmpty {
            try check(found.reservations, of: commitment, by: broker, at: time)
            guard policy.isReservedTaken else {
                throw Refusal(.notReserved, "this merchant's policy takes no reservations")
            }
            return (.reserved, .none)
        }
        guard let credit = policy.credit else {
            throw Refusal(.notReserved, "no reservation came with the commitment")
        }
        let guarantee = try guarantee(
            found.payerCertificates, of: commitment.payload, by: broker, at: time)
        return (.credit, credit.limits(guarantee: guarantee))
    }

    private func check(
        _ reservations: [SignedObject<Reservation>], of commitment: SignedObject<Commitment>,
        by broker: BrokerIdentity, at time: Timestamp
    ) throws(Refusal) {
        guard let reservation = reservations.first, reservations.count == 1 else {
            throw Refusal(.malformed, "a commitment has one reservation")
        }
        let verified = try reservation.verified(by: broker).payload
        guard verified.issuedAt <= time.adding(policy.clockMargin) else {
            throw Refusal(.notYetValid, "the reservation is dated \(verified.issuedAt)")
        }
        try verified.check(covers: commitment)
    }

    /// What the broker guarantees for a payer with credit.
    private func guarantee(
        _ candidates: [SignedObject<Certificate>], of commitment: Commitment,
        by broker: BrokerIdentity, at time: Timestamp
    ) throws(Refusal) -> Amount {
        let ofPayer = candidates.first {
            $0.payload.subject == commitment.payer && $0.payload.funding == .credit
        }
        guard let candidate = ofPayer else {
            throw Refusal(.notReserved, "neither a reservation nor a certificate for credit came")
        }
        let certificate = try certificates.verified(candidate, by: broker).payload
        try certificate.checkPeriod(at: time)
        guard certificate.asset == commitment.asset else {
            throw Refusal(.wrongAsset, "the payer's certificate is for \(certificate.asset)")
        }
        let worth = try commitment.worth
        guard let limit = certificate.limitPerCommitment, worth <= limit else {
            throw Refusal(
                .limitExceeded,
                "worth \(commitment.asset.textWithCode(worth)), more than the payer's certificate "
                    + "allows")
        }
        return certificate.guarantee ?? .zero
    }
}
