public import DeterministicCBOR

/// An account's signed request for a credit certificate of one of its derived payer keys.
///
/// Fields: 1 broker · 2 account · 3 subject (the payer key) · 4 asset · 5 created-at. The
/// certificate carries no name, so that two merchants cannot tell that two keys are one account's.
public struct CertificateRequest: SignedPayload, Hashable {
    public static var kind: ObjectKind { .certificateRequest }

    public let broker: PublicKey
    public let account: PublicKey
    public let subject: PublicKey
    public let asset: Asset
    public let createdAt: Timestamp

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

    public var signer: RequiredSigner { .party(account) }
    public var signedAt: Timestamp { createdAt }

    public init(fields: inout FieldReader) throws(Refusal) {
        broker = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("broker") }
        account = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("account") }
        subject = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("subject") }
        asset = try fields.required(4) { (d) throws(Refusal) in try d.readAsset() }
        createdAt = try fields.required(5) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(account)), (3, .fixed(subject)), (4, .asset(asset)),
            (5, .time(createdAt)),
        ])
    }
}
