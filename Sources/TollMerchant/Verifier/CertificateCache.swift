internal import PayWord
internal import Synchronization

/// Remembers certificates whose signatures were found right, because a signature costs as much as
/// thousands of paywords and the same few certificates come with every commitment. Their periods are
/// checked each time.
final class CertificateCache: Sendable {
    /// How many certificates are remembered of each of two generations.
    static let countMaximum = 4096

    /// How many signing keys are remembered of one broker.
    static let signingKeysMaximum = 64

    private struct Generations {
        var recent: [Digest: Verified<Certificate>] = [:]
        var older: [Digest: Verified<Certificate>] = [:]
        /// Brokers of the policy alone, so there are not more than it names.
        var brokers: [PublicKey: BrokerIdentity] = [:]
    }

    /// Guards what is known; verification happens outside.
    private let known = Mutex(Generations())

    /// The broker, with the signing keys that came along, now or before.
    /// - Throws: as ``BrokerIdentity/add(_:)``.
    func identity(
        _ broker: BrokerIdentity, learning certificates: [SignedObject<Certificate>]
    ) throws(Refusal) -> BrokerIdentity {
        var identity = known.withLock { $0.brokers[broker.root] } ?? broker
        if identity.signingCertificates.count > Self.signingKeysMaximum { identity = broker }
        var hasLearned = false
        for certificate in certificates
        where identity.signingCertificates[certificate.payload.subject]?.encoded
            != certificate.encoded
        {
            try identity.add(certificate)
            hasLearned = true
        }
        if hasLearned { known.withLock { $0.brokers[broker.root] = identity } }
        return identity
    }

    /// The certificate, verified now or before.
    /// - Throws: as ``SignedObject/verified(by:)``.
    func verified(
        _ certificate: SignedObject<Certificate>, by broker: BrokerIdentity
    ) throws(Refusal) -> Verified<Certificate> {
        // By the whole object: the digest of the payload alone would let another signature pass.
        let digest = SHA256.digest(certificate.encoded)
        if let verified = known.withLock({ $0.recent[digest] ?? $0.older[digest] }),
            verified.payload.broker == broker.root
        {
            return verified
        }
        let verified = try certificate.verified(by: broker)
        known.withLock { known in
            if known.recent.count >= Self.countMaximum {
                (known.older, known.recent) = (known.recent, [:])
            }
            known.recent[digest] = verified
        }
        return verified
    }
}
