internal import PayWord

/// Signs in the broker's name, and only while its key's certificate holds.
struct BrokerSigner: Sendable {
    let identity: BrokerIdentity
    let certificates: [SignedObject<Certificate>]
    private let key: SigningKey

    var root: PublicKey { identity.root }

    /// - Throws: `bad-signature` if the key is neither the root nor certified under it, or what
    ///   ``BrokerIdentity`` throws of a certificate.
    init(
        root: PublicKey, key: SigningKey, certificates: [SignedObject<Certificate>]
    ) throws(Refusal) {
        guard certificates.count <= BrokerDescription.listMaximum else {
            throw Refusal(.tooLarge, "a broker shows at most 16 signing certificates")
        }
        identity = try BrokerIdentity(root: root, signingCertificates: certificates)
        guard key.publicKey == root || identity.signingCertificates[key.publicKey] != nil else {
            throw Refusal(.badSignature, "\(key.publicKey) is no signing key of \(root)")
        }
        self.key = key
        self.certificates = certificates
    }

    /// - Throws: `certificate-expired` or `not-yet-valid` outside the key's period: what such a key
    ///   signs nobody would accept.
    func sign<Payload: SignedPayload>(_ payload: Payload) throws(Refusal) -> Verified<Payload> {
        if key.publicKey != root {
            try identity.signingCertificates[key.publicKey]?.payload.checkPeriod(
                at: payload.signedAt)
        }
        return try key.sign(payload)
    }

    /// The certificates by which what is signed now is checked; none where the root signs.
    var ownCertificates: [SignedObject<Certificate>] {
        certificates.filter { $0.payload.subject == key.publicKey }.suffix(Self.shownMaximum)
    }

    /// A statement has room for eight funding objects of a commitment.
    private static var shownMaximum: Int { 4 }

    /// An answer with `objects` and the certificates that they are checked by.
    func answer(_ objects: [[UInt8]]) -> BrokerAnswer {
        BrokerAnswer(objects: objects, signingCertificates: ownCertificates)
    }
}
