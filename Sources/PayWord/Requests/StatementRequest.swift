public import DeterministicCBOR

/// An account's signed request for its balance and its live commitments, page by page.
///
/// Fields: 1 broker · 2 account · 3 asset · 4 created-at · 5 after (optional: the cursor that the
/// page before gave).
public struct StatementRequest: SignedPayload, Hashable {
    public static var kind: ObjectKind { .statementRequest }

    public let broker: PublicKey
    public let account: PublicKey
    public let asset: Asset
    public let createdAt: Timestamp
    public let after: CommitmentID?

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

    public var signer: RequiredSigner { .party(account) }
    public var signedAt: Timestamp { createdAt }

    public init(fields: inout FieldReader) throws(Refusal) {
        broker = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("broker") }
        account = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("account") }
        asset = try fields.required(3) { (d) throws(Refusal) in try d.readAsset() }
        createdAt = try fields.required(4) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
        after = try fields.optional(5) { (d) throws(Refusal) in try d.readFixed("cursor") }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(account)), (3, .asset(asset)), (4, .time(createdAt)),
            (5, after.map { .fixed($0) }),
        ])
    }
}
