public import DeterministicCBOR

/// An account's signed request to fund, or to register, a commitment.
///
/// Fields: 1 broker · 2 account · 3 commitment object · 4 created-at · 5 note (optional, at most 512
/// bytes, sealed under a key of the wallet). Idempotent by the commitment's digest.
public struct ReservationRequest: SignedPayload {
    public static var kind: ObjectKind { .reservationRequest }
    /// The longest sealed note.
    public static let noteBytesMaximum = 512

    public let broker: PublicKey
    public let account: PublicKey
    public let commitment: SignedObject<Commitment>
    public let createdAt: Timestamp
    public let note: [UInt8]?

    public init(
        broker: PublicKey, account: PublicKey, commitment: SignedObject<Commitment>,
        createdAt: Timestamp, note: [UInt8]? = nil
    ) {
        self.broker = broker
        self.account = account
        self.commitment = commitment
        self.createdAt = createdAt
        self.note = note
    }

    public var signer: RequiredSigner { .party(account) }
    public var signedAt: Timestamp { createdAt }

    public init(fields: inout FieldReader) throws(Refusal) {
        broker = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("broker") }
        account = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("account") }
        commitment = try fields.required(3) { (d) throws(Refusal) in try d.readObject() }
        createdAt = try fields.required(4) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
        note = try fields.optional(5) { (d) throws(Refusal) in
            try d.readBytes("note", bytesMaximum: Self.noteBytesMaximum)
        }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(broker)), (2, .fixed(account)), (3, .object(commitment)),
            (4, .time(createdAt)), (5, note.map { .bytes($0) }),
        ])
    }
}

/// The broker's signed statement that a commitment is fully funded.
///
/// Fields: 1 commitment digest · 2 broker · 3 payer · 4 merchant · 5 asset · 6 amount · 7 issued-at ·
/// 8 valid-until (= redeem-by).
public struct Reservation: SignedPayload, Hashable {
    public static var kind: ObjectKind { .reservation }

    public let commitmentDigest: Digest
    public let broker: PublicKey
    public let payer: PublicKey
    public let merchant: PublicKey
    public let asset: Asset
    public let amount: Amount
    public let issuedAt: Timestamp
    public let validUntil: Timestamp

    public init(
        commitmentDigest: Digest, broker: PublicKey, payer: PublicKey, merchant: PublicKey,
        asset: Asset, amount: Amount, issuedAt: Timestamp, validUntil: Timestamp
    ) {
        self.commitmentDigest = commitmentDigest
        self.broker = broker
        self.payer = payer
        self.merchant = merchant
        self.asset = asset
        self.amount = amount
        self.issuedAt = issuedAt
        self.validUntil = validUntil
    }

    public var signer: RequiredSigner { .broker(broker) }
    public var signedAt: Timestamp { issuedAt }

    /// Checks that this reservation is of `commitment`, and of all of it.
    /// - Throws: `reservation-mismatch`, or `amount-overflow` for a commitment worth more than fits.
    public func check(covers commitment: SignedObject<Commitment>) throws(Refusal) {
        let promised = commitment.payload
        guard commitmentDigest == commitment.digest, payer == promised.payer,
            merchant == promised.merchant, broker == promised.broker, asset == promised.asset,
            validUntil >= promised.redeemBy
        else { throw Refusal(.reservationMismatch, "the reservation is of another commitment") }
        let worth = try promised.worth
        guard amount >= worth else {
            throw Refusal(
                .reservationMismatch, "\(amount) units are reserved, \(worth) are promised")
        }
    }

    public init(fields: inout FieldReader) throws(Refusal) {
        commitmentDigest = try fields.required(1) { (d) throws(Refusal) in
            try d.readFixed("commitment digest")
        }
        broker = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("broker") }
        payer = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("payer") }
        merchant = try fields.required(4) { (d) throws(Refusal) in try d.readFixed("merchant") }
        asset = try fields.required(5) { (d) throws(Refusal) in try d.readAsset() }
        amount = try fields.required(6) { (d) throws(Refusal) in try d.readAmount("amount") }
        issuedAt = try fields.required(7) { (d) throws(Refusal) in
            try d.readTimestamp("issued-at")
        }
        validUntil = try fields.required(8) { (d) throws(Refusal) in
            try d.readTimestamp("valid-until")
        }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(commitmentDigest)), (2, .fixed(broker)), (3, .fixed(payer)),
            (4, .fixed(merchant)), (5, .asset(asset)), (6, .amount(amount)),
            (7, .time(issuedAt)), (8, .time(validUntil)),
        ])
    }
}
