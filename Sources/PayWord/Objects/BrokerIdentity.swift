/// A broker as others know it: its root key, and the signing keys that the root has certified.
///
/// Whoever receives what a broker signed makes one from the root key that it trusts and the
/// certificates that came along.
///
/// ```swift
/// let broker = try BrokerIdentity(root: root, signingCertificates: certificates)
/// let reservation = try SignedObject<Reservation>(decoding: bytes).verified(by: broker)
/// ```
public struct BrokerIdentity: Sendable, Equatable {
    /// The root key, which names the broker.
    public let root: PublicKey
    /// Verified certificates of role 3, by the key that they certify. Of several of one key the
    /// last one added counts.
    public private(set) var signingCertificates: [PublicKey: Verified<Certificate>]

    /// A broker that signs with its root alone, until certificates are added.
    public init(root: PublicKey) {
        self.root = root
        signingCertificates = [:]
    }

    /// A broker with the signing certificates that travel beside what it signed.
    /// - Throws: what ``add(_:)`` throws for the first that is not right.
    public init(
        root: PublicKey, signingCertificates: [SignedObject<Certificate>]
    ) throws(Refusal) {
        self.init(root: root)
        for certificate in signingCertificates { try add(certificate) }
    }

    /// Learns a signing key.
    /// - Throws: `wrong-broker` if the certificate is of another broker, `malformed` if it is not of
    ///   role 3, `bad-signature` or `weak-key` if the root did not sign it.
    public mutating func add(_ certificate: SignedObject<Certificate>) throws(Refusal) {
        guard case .brokerSigningKey = certificate.payload.role else {
            throw Refusal(.malformed, "this certificate is not of a broker's signing key")
        }
        guard certificate.payload.broker == root else {
            throw Refusal(.wrongBroker, "this certificate is of \(certificate.payload.broker)")
        }
        signingCertificates[certificate.payload.subject] = try certificate.verified()
    }

    func signingCertificate(of key: PublicKey) throws(Refusal) -> Certificate {
        guard let certificate = signingCertificates[key]?.payload else {
            throw Refusal(.badSignature, "\(key) is no signing key of the broker \(root)")
        }
        return certificate
    }
}
