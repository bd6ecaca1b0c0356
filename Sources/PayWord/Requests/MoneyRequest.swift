public import DeterministicCBOR

/// An account's signed request to have available money paid out to it.
///
/// Fields: 1 broker · 2 account · 3 asset · 4 amount · 5 reference (16 bytes) · 6 created-at ·
/// 7 destination (optional text, which the operator reads). Idempotent by account and reference.
///
/// ```swift
/// let withdrawal = Withdrawal(
///     broker: broker, account: account.publicKey, asset: asset,
///     amount: try asset.amount("12.50"), reference: .random(using: &random), createdAt: now)
/// let body = try account.sign(withdrawal).encoded  // POST /v1/withdrawals
/// ```
public struct Withdrawal: SignedPayload, Hashable {
    /// `withdrawal`: content type `application/tollchain.withdrawal+cbor`.
    public static var kind: ObjectKind { .withdrawal }
    /// The longest destination, in bytes of UTF-8.
    public static let destinationBytesMaximum = 256

    /// The root key of the broker that is asked; another broker refuses it with `wrong-broker`.
    /// Field 1.
    public var broker: PublicKey { money.broker }
    /// The key of the account that asks, which must have signed. Field 2.
    public var account: PublicKey { money.account }
    /// The asset whose account is meant: a key has one account for each asset. Field 3.
    public var asset: Asset { money.asset }
    /// How much is to be paid out, in units of the asset. 0 is `amount-mismatch`, more than is
    /// available `insufficient-funds`: credit cannot be withdrawn (TC-05.27). Field 4.
    public var amount: Amount { money.amount }
    /// Drawn by the account, and kept to send again: a repeat is done once, and another amount,
    /// asset or destination under it is `reference-conflict`. Field 5.
    public var reference: RequestReference { money.reference }
    /// When it was made. More than 300 s ahead it is `not-yet-valid`, more than 24 hours behind
    /// `stale-request` (TC-12.9). Field 6.
    public var createdAt: Timestamp { money.createdAt }
    /// Where the operator is to pay it, in words that the operator knows, at most 256 bytes of
    /// UTF-8. Field 7.
    public let destination: String?
    private let money: MoneyFields

    /// A request, to be signed by the account.
    public init(
        broker: PublicKey, account: PublicKey, asset: Asset, amount: Amount,
        reference: RequestReference, createdAt: Timestamp, destination: String? = nil
    ) {
        money = MoneyFields(
            broker: broker, account: account, asset: asset, amount: amount, reference: reference,
            createdAt: createdAt)
        self.destination = destination
    }

    /// The account itself, by its own key.
    public var signer: RequiredSigner { .party(account) }
    /// ``createdAt``.
    public var signedAt: Timestamp { createdAt }

    /// Reads fields 1 to 7.
    /// - Throws: `malformed` for a field that is missing or of another shape; `amount-overflow` for
    ///   an amount above 2^63 - 1; `unknown-field`; `too-large` for a destination above 256 bytes.
    public init(fields: inout FieldReader) throws(Refusal) {
        money = try MoneyFields(reading: &fields)
        destination = try fields.optional(7) { (d) throws(Refusal) in
            try d.readText("destination", bytesMaximum: Self.destinationBytesMaximum)
        }
    }

    /// Fields 1 to 7, the destination left out if there is none.
    public var fields: CBORValue {
        .fields(money.pairs + [(7, destination.map { .text($0) })])
    }
}

/// An account's signed request for play money, which a broker answers only where its operator runs
/// it for trials.
///
/// Fields: 1 broker · 2 account · 3 asset · 4 amount · 5 reference (16 bytes) · 6 created-at.
/// Idempotent by account and reference.
///
/// ```swift
/// let request = FaucetRequest(
///     broker: broker, account: account.publicKey, asset: asset,
///     amount: try asset.amount("5"), reference: .random(using: &random), createdAt: now)
/// let body = try account.sign(request).encoded  // POST /v1/faucet
/// ```
public struct FaucetRequest: SignedPayload, Hashable {
    /// `faucet-request`: content type `application/tollchain.faucet-request+cbor`.
    public static var kind: ObjectKind { .faucetRequest }

    /// The root key of the broker that is asked; another broker refuses it with `wrong-broker`.
    /// Field 1.
    public var broker: PublicKey { money.broker }
    /// The key of the account that asks, which must have signed. Field 2.
    public var account: PublicKey { money.account }
    /// The asset whose account is meant: a key has one account for each asset. Field 3.
    public var asset: Asset { money.asset }
    /// How much is asked for, in units of the asset. More than the faucet gives at once is
    /// `limit-exceeded`, more than it gives in 24 hours `rate-limited` (TC-05.28). Field 4.
    public var amount: Amount { money.amount }
    /// Drawn by the account, and kept to send again: a repeat is done once, and another amount or
    /// asset under it is `reference-conflict`. Field 5.
    public var reference: RequestReference { money.reference }
    /// When it was made. More than 300 s ahead it is `not-yet-valid`, more than 24 hours behind
    /// `stale-request` (TC-12.9). Field 6.
    public var createdAt: Timestamp { money.createdAt }
    private let money: MoneyFields

    /// A request, to be signed by the account.
    public init(
        broker: PublicKey, account: PublicKey, asset: Asset, amount: Amount,
        reference: RequestReference, createdAt: Timestamp
    ) {
        money = MoneyFields(
            broker: broker, account: account, asset: asset, amount: amount, reference: reference,
            createdAt: createdAt)
    }

    /// The account itself, by its own key.
    public var signer: RequiredSigner { .party(account) }
    /// ``createdAt``.
    public var signedAt: Timestamp { createdAt }

    /// Reads fields 1 to 6.
    /// - Throws: `malformed` for a field that is missing or of another shape; `amount-overflow` for
    ///   an amount above 2^63 - 1; `unknown-field`.
    public init(fields: inout FieldReader) throws(Refusal) {
        money = try MoneyFields(reading: &fields)
    }

    /// Fields 1 to 6, all required.
    public var fields: CBORValue {
        .fields(money.pairs)
    }
}

/// What both requests say in fields 1 to 6.
private struct MoneyFields: Hashable, Sendable {
    let broker: PublicKey
    let account: PublicKey
    let asset: Asset
    let amount: Amount
    let reference: RequestReference
    let createdAt: Timestamp

    var pairs: [(Int, CBORValue?)] {
        [
            (1, .fixed(broker)), (2, .fixed(account)), (3, .asset(asset)), (4, .amount(amount)),
            (5, .fixed(reference)), (6, .time(createdAt)),
        ]
    }
}

extension MoneyFields {
    init(reading fields: inout FieldReader) throws(Refusal) {
        broker = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("broker") }
        account = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("account") }
        asset = try fields.required(3) { (d) throws(Refusal) in try d.readAsset() }
        amount = try fields.required(4) { (d) throws(Refusal) in try d.readAmount("amount") }
        reference = try fields.required(5) { (d) throws(Refusal) in try d.readFixed("reference") }
        createdAt = try fields.required(6) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
    }
}
