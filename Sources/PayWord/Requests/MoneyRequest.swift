public import DeterministicCBOR

/// An account's signed request to have available money paid out to it.
///
/// Fields: 1 broker · 2 account · 3 asset · 4 amount · 5 reference (16 bytes) · 6 created-at ·
/// 7 destination (optional text, which the operator reads). Idempotent by account and reference.
public struct Withdrawal: SignedPayload, Hashable {
    public static var kind: ObjectKind { .withdrawal }
    /// The longest destination.
    public static let destinationBytesMaximum = 256

    public let broker: PublicKey
    public let account: PublicKey
    public let asset: Asset
    public let amount: Amount
    public let reference: RequestReference
    public let createdAt: Timestamp
    public let destination: String?

    public init(
        broker: PublicKey, account: PublicKey, asset: Asset, amount: Amount,
        reference: RequestReference, createdAt: Timestamp, destination: String? = nil
    ) {
        self.broker = broker
        self.account = account
        self.asset = asset
        self.amount = amount
        self.reference = reference
        self.createdAt = createdAt
        self.destination = destination
    }

    public var signer: RequiredSigner { .party(account) }
    public var signedAt: Timestamp { createdAt }

    public init(fields: inout FieldReader) throws(Refusal) {
        broker = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("broker") }
        account = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("account") }
        asset = try fields.required(3) { (d) throws(Refusal) in try d.readAsset() }
        amount = try fields.required(4) { (d) throws(Refusal) in try d.readAmount("amount") }
        reference = try fields.required(5) { (d) throws(Refusal) in try d.readFixed("reference") }
        createdAt = try fields.required(6) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
        destination = try fields.optional(7) { (d) throws(Refusal) in
            try d.readText("destination", bytesMaximum: Self.destinationBytesMaximum)
        }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(account)), (3, .asset(asset)), (4, .amount(amount)),
            (5, .fixed(reference)), (6, .time(createdAt)), (7, destination.map { .text($0) }),
        ])
    }
}

/// An account's signed request for play money, which a broker answers only where its operator runs
/// it for trials.
///
/// Fields: 1 broker · 2 account · 3 asset · 4 amount · 5 reference (16 bytes) · 6 created-at.
/// Idempotent by account and reference.
public struct FaucetRequest: SignedPayload, Hashable {
    public static var kind: ObjectKind { .faucetRequest }

    public let broker: PublicKey
    public let account: PublicKey
    public let asset: Asset
    public let amount: Amount
    public let reference: RequestReference
    public let createdAt: Timestamp

    public init(
        broker: PublicKey, account: PublicKey, asset: Asset, amount: Amount,
        reference: RequestReference, createdAt: Timestamp
    ) {
        self.broker = broker
        self.account = account
        self.asset = asset
        self.amount = amount
        self.reference = reference
        self.createdAt = createdAt
    }

    public var signer: RequiredSigner { .party(account) }
    public var signedAt: Timestamp { createdAt }

    public init(fields: inout FieldReader) throws(Refusal) {
        broker = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("broker") }
        account = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("account") }
        asset = try fields.required(3) { (d) throws(Refusal) in try d.readAsset() }
        amount = try fields.required(4) { (d) throws(Refusal) in try d.readAmount("amount") }
        reference = try fields.required(5) { (d) throws(Refusal) in try d.readFixed("reference") }
        createdAt = try fields.required(6) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(account)), (3, .asset(asset)), (4, .amount(amount)),
            (5, .fixed(reference)), (6, .time(createdAt)),
        ])
    }
}
