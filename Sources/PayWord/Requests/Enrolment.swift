public import DeterministicCBOR

/// A party's signed request for an account at a broker: a payer's account key, or a merchant's key.
///
/// Fields: 1 broker · 2 subject · 3 role (1 payer's account, 2 merchant) · 4 asset · 5 created-at ·
/// 6 display name (optional, merchants only). Idempotent by subject, role and asset.
public struct Enrolment: SignedPayload, Hashable {
    public static var kind: ObjectKind { .enrolment }

    /// What the subject will be.
    public enum Role: UInt64, Sendable, CaseIterable, Hashable {
        case payer = 1
        case merchant = 2
    }

    public let broker: PublicKey
    public let subject: PublicKey
    public let role: Role
    public let asset: Asset
    public let createdAt: Timestamp
    public let displayName: String?

    public init(
        broker: PublicKey, subject: PublicKey, role: Role, asset: Asset, createdAt: Timestamp,
        displayName: String? = nil
    ) {
        self.broker = broker
        self.subject = subject
        self.role = role
        self.asset = asset
        self.createdAt = createdAt
        self.displayName = role == .merchant ? displayName : nil
    }

    public var signer: RequiredSigner { .party(subject) }
    public var signedAt: Timestamp { createdAt }

    public init(fields: inout FieldReader) throws(Refusal) {
        broker = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("broker") }
        subject = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("subject") }
        role = try fields.required(3) { (d) throws(Refusal) in
            try d.readChoice("role", Role.init)
        }
        asset = try fields.required(4) { (d) throws(Refusal) in try d.readAsset() }
        createdAt = try fields.required(5) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
        displayName = try fields.optional(6) { (d) throws(Refusal) in
            try d.readText("display name", bytesMaximum: Certificate.displayNameBytesMaximum)
        }
        guard displayName == nil || role == .merchant else {
            throw Refusal(.malformed, "only a merchant has a display name")
        }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(subject)), (3, .unsigned(role.rawValue)),
            (4, .asset(asset)), (5, .time(createdAt)), (6, displayName.map { .text($0) }),
        ])
    }
}
