public import DeterministicCBOR

/// An account's signed request for a credit certificate of one of its derived payer keys.
///
/// Fields: 1 broker · 2 account · 3 subject (the payer key) · 4 asset · 5 created-at. The
/// certificate carries no name, so that two merchants cannot tell that two keys are one account's.
///
/// ```swift
/// let account = try secret.accountKey(broker: broker)
/// let payer = try secret.payerKey(broker: broker, merchant: merchant, generation: 0)
/// let request = CertificateRequest(
///     broker: broker, account: account.publicKey, subject: payer.publicKey, asset: asset,
///     createdAt: now)
/// let body = try account.sign(request).encoded  // POST /v1/certificates
/// ```
public struct CertificateRequest: SignedPayload, Hashable {
    /// `certificate-request`: content type `application/tollchain.certificate-request+cbor`.
    public static var kind: ObjectKind { .certificateRequest }

    /// The root key of the broker that is asked; another broker refuses it with `wrong-broker`.
    /// Field 1.
    public let broker: PublicKey
    /// The key of the account that asks, which must have signed. Field 2.
    public let account: PublicKey
    /// The payer key, derived for one merchant, that the certificate is to name. Field 3.
    public let subject: PublicKey
    /// The asset of the account and of the certificate. Field 4.
    public let asset: Asset
    /// When it was made. More than 300 s ahead it is `not-yet-valid`, more than 24 hours behind
    /// `stale-request` (TC-12.9). Field 5.
    public let createdAt: Timestamp

    /// A request, to be signed by the account.
    public init(
        broker: PublicKey, account: PublicKey, subject: PublicKey, asset: Asset,
        createdAt: Timestamp
    ) {
        self.broker = broker
        self.account = account
        self.subject = subject
        self.asset = asset
        self.createdAt = createdAt
    }

    /// The account itself, by its own key.
    public var signer: RequiredSigner { .party(account) }
    /// ``createdAt``.
    public var signedAt: Timestamp { createdAt }

    /// Reads fields 1 to 5.
    /// - Throws: `malformed` for a field that is missing or of another shape; `unknown-field`.
    public init(fields: inout FieldReader) throws(Refusal) {
        broker = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("broker") }
        account = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("account") }
        subject = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("subject") }
        asset = try fields.required(4) { (d) throws(Refusal) in try d.readAsset() }
        createdAt = try fields.required(5) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
    }

    /// Fields 1 to 5, all required.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(account)), (3, .fixed(subject)), (4, .asset(asset)),
            (5, .time(createdAt)),
        ])
    }
}
