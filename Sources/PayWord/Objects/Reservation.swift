public import DeterministicCBOR

/// An account's signed request to fund, or to register, a commitment.
///
/// Fields: 1 broker · 2 account · 3 commitment object · 4 created-at · 5 note (optional, at most 512
/// bytes, sealed under a key of the wallet). Idempotent by the commitment's digest.
public struct ReservationRequest: SignedPayload {
    /// `application/tollchain.reservation-request+cbor`.
    public static var kind: ObjectKind { .reservationRequest }
    /// The longest sealed note, in bytes.
    public static let noteBytesMaximum = 512

    /// Field 1: the root key of the broker that is asked.
    public let broker: PublicKey
    /// Field 2: the account key that pays and signs. It is not the payer key, which merchants see.
    public let account: PublicKey
    /// Field 3: the commitment, its whole encoding as a byte string. It is decoded with the
    /// request; the payer's signature is still to be checked.
    public let commitment: SignedObject<Commitment>
    /// Field 4: when the account asks. A new request is refused more than 300 s ahead
    /// (`not-yet-valid`) or 24 hours behind (`stale-request`).
    public let createdAt: Timestamp
    /// Field 5: what a lost wallet needs to find the channel again, sealed so that the broker
    /// cannot read it: at most 512 bytes. See ``SealedNote``.
    public let note: [UInt8]?

    /// A request, for the account key to sign.
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

    /// The account that it names.
    public var signer: RequiredSigner { .party(account) }
    /// The date of signing is ``createdAt``.
    public var signedAt: Timestamp { createdAt }

    /// Reads fields 1 to 5, and decodes the commitment.
    /// - Throws: `malformed`; `too-large` for a note above 512 bytes; what the commitment's own
    ///   decoding gives.
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

    /// The map of fields 1 to 5; a nil note is left out.
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
///
/// ```swift
/// let reservation = try SignedObject<Reservation>(decoding: bytes).verified(by: broker)
/// try reservation.payload.check(covers: commitment)
/// ```
public struct Reservation: SignedPayload, Hashable {
    /// `application/tollchain.reservation+cbor`.
    public static var kind: ObjectKind { .reservation }

    /// Field 1: SHA-256 of the payload of the commitment that is funded.
    public let commitmentDigest: Digest
    /// Field 2: the root key of the broker that holds the money.
    public let broker: PublicKey
    /// Field 3: the commitment's payer key.
    public let payer: PublicKey
    /// Field 4: the merchant to whom the money is reserved.
    public let merchant: PublicKey
    /// Field 5: what ``amount`` counts.
    public let asset: Asset
    /// Field 6: how much is locked: the commitment's whole worth.
    public let amount: Amount
    /// Field 7: when the broker locked it. The period of the signing key must cover it, and a
    /// merchant refuses one dated more than 300 s ahead.
    public let issuedAt: Timestamp
    /// Field 8: until when it stays locked at least: the commitment's redeem-by.
    public let validUntil: Timestamp

    /// A reservation, for the broker to sign once the money is locked.
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

    /// The broker that it names, by root or signing key.
    public var signer: RequiredSigner { .broker(broker) }
    /// The date of signing is ``issuedAt``.
    public var signedAt: Timestamp { issuedAt }

    /// Checks that this reservation is of `commitment`, and of all of it (TC-04.13): same digest,
    /// parties and asset, at least its worth, at least until its redeem-by.
    /// - Throws: `reservation-mismatch`, or `amount-overflow` for a commitment worth more than
    ///   fits.
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

    /// Reads fields 1 to 8.
    /// - Throws: `malformed` for one that is missing or of another shape; `amount-overflow`;
    ///   `unknown-field`.
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

    /// The map of fields 1 to 8.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(commitmentDigest)), (2, .fixed(broker)), (3, .fixed(payer)),
            (4, .fixed(merchant)), (5, .asset(asset)), (6, .amount(amount)),
            (7, .time(issuedAt)), (8, .time(validUntil)),
        ])
    }
}
