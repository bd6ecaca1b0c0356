public import DeterministicCBOR

/// An account's signed request for its balance and its live commitments, page by page.
///
/// Fields: 1 broker · 2 account · 3 asset · 4 created-at · 5 after (optional: the cursor that the
/// page before gave).
///
/// ```swift
/// let request = StatementRequest(
///     broker: broker, account: account.publicKey, asset: asset, createdAt: now,
///     after: page?.cursor)
/// let body = try account.sign(request).encoded  // POST /v1/statements
/// ```
public struct StatementRequest: SignedPayload, Hashable {
    /// `statement-request`: content type `application/tollchain.statement-request+cbor`.
    public static var kind: ObjectKind { .statementRequest }

    /// The root key of the broker that is asked; another broker refuses it with `wrong-broker`.
    /// Field 1.
    public let broker: PublicKey
    /// The key of the account that asks, which must have signed. Field 2.
    public let account: PublicKey
    /// The asset whose account is meant: a key has one account for each asset. Field 3.
    public let asset: Asset
    /// When it was made. More than 300 s ahead it is `not-yet-valid`, more than 24 hours behind
    /// `stale-request` (TC-12.9). Field 4.
    public let createdAt: Timestamp
    /// The ``AccountStatement/cursor`` of the page before: only commitments with a higher id are
    /// listed. Nil for the first page. Field 5.
    public let after: CommitmentID?

    /// A request, to be signed by the account.
    public init(
        broker: PublicKey, account: PublicKey, asset: Asset, createdAt: Timestamp,
        after: CommitmentID? = nil
    ) {
        self.broker = broker
        self.account = account
        self.asset = asset
        self.createdAt = createdAt
        self.after = after
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
        asset = try fields.required(3) { (d) throws(Refusal) in try d.readAsset() }
        createdAt = try fields.required(4) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
        after = try fields.optional(5) { (d) throws(Refusal) in try d.readFixed("cursor") }
    }

    /// Fields 1 to 5, the cursor left out if there is none.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(account)), (3, .asset(asset)), (4, .time(createdAt)),
            (5, after.map { .fixed($0) }),
        ])
    }
}
