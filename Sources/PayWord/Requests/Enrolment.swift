public import DeterministicCBOR

/// A party's signed request for an account at a broker: a payer's account key, or a merchant's key.
///
/// Fields: 1 broker · 2 subject · 3 role (1 payer's account, 2 merchant) · 4 asset · 5 created-at ·
/// 6 display name (optional, merchants only). Idempotent by subject, role and asset.
///
/// ```swift
/// let enrolment = Enrolment(
///     broker: broker, subject: key.publicKey, role: .merchant, asset: asset, createdAt: now,
///     displayName: "Weather")
/// let body = try key.sign(enrolment).encoded  // POST /v1/enrolments
/// ```
public struct Enrolment: SignedPayload, Hashable {
    /// `enrolment`: content type `application/tollchain.enrolment+cbor`.
    public static var kind: ObjectKind { .enrolment }

    /// What the subject will be.
    public enum Role: UInt64, Sendable, CaseIterable, Hashable {
        /// A payer's account: it holds money, reserves it, and is answered with no object.
        case payer = 1
        /// A merchant: it redeems, and is answered with its certificate, which states the fee.
        case merchant = 2
    }

    /// The root key of the broker that is asked; another broker refuses it with `wrong-broker`.
    /// Field 1.
    public let broker: PublicKey
    /// The key that is to have the account, a payer's account key or a merchant's key, which must
    /// have signed. Field 2.
    public let subject: PublicKey
    /// Which of the two kinds of account. Field 3.
    public let role: Role
    /// What the account counts: a key has one account for each asset. Field 4.
    public let asset: Asset
    /// When it was made. More than 300 s ahead it is `not-yet-valid`, more than 24 hours behind
    /// `stale-request` (TC-12.9). Field 5.
    public let createdAt: Timestamp
    /// A merchant's name for people, at most 64 bytes of UTF-8, which its certificate repeats; nil
    /// if it has none. Field 6.
    public let displayName: String?

    /// A request, to be signed by the subject. A name for a payer is left out, because only
    /// merchants have one.
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

    /// The subject itself, by its own key.
    public var signer: RequiredSigner { .party(subject) }
    /// ``createdAt``.
    public var signedAt: Timestamp { createdAt }

    /// Reads fields 1 to 6.
    /// - Throws: `malformed` for a field that is missing, of another shape, of an unknown role, or
    ///   a display name with the role payer; `unknown-field`; `too-large` for a name above 64
    ///   bytes.
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

    /// Fields 1 to 6, the name left out if there is none.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(subject)), (3, .unsigned(role.rawValue)),
            (4, .asset(asset)), (5, .time(createdAt)), (6, displayName.map { .text($0) }),
        ])
    }
}
