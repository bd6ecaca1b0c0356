public import DeterministicCBOR

/// The payer's signed wish to end a channel.
///
/// Fields: 1 commitment id · 2 merchant · 3 created-at. The signer is the commitment's payer, whom
/// the object does not name: check it with ``SignedObject/verified(signedBy:)``.
public struct CloseRequest: SignedPayload, Hashable {
    public static var kind: ObjectKind { .closeRequest }

    public let commitmentID: CommitmentID
    public let merchant: PublicKey
    public let createdAt: Timestamp

    public init(commitmentID: CommitmentID, merchant: PublicKey, createdAt: Timestamp) {
        self.commitmentID = commitmentID
        self.merchant = merchant
        self.createdAt = createdAt
    }

    public var signer: RequiredSigner { .unnamed }
    public var signedAt: Timestamp { createdAt }

    public init(fields: inout FieldReader) throws(Refusal) {
        commitmentID = try fields.required(1) { (d) throws(Refusal) in
            try d.readFixed("commitment id")
        }
        merchant = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("merchant") }
        createdAt = try fields.required(3) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
    }

    public var fields: CBORValue {
        .fields([(1, .fixed(commitmentID)), (2, .fixed(merchant)), (3, .time(createdAt))])
    }
}

/// The merchant's signed statement that a commitment will be redeemed no further than these
/// indexes. Whoever delivers it to the broker frees what is left of the reservation.
///
/// Fields: 1 commitment id · 2 broker · 3 merchant · 4 final `[[ordinal, index] …]` · 5 created-at.
public struct Close: SignedPayload, Hashable {
    public static var kind: ObjectKind { .close }

    public let commitmentID: CommitmentID
    public let broker: PublicKey
    public let merchant: PublicKey
    /// The indexes that the merchant may still redeem up to; a chain left out stands at 0.
    public let final: [ChainMark]
    public let createdAt: Timestamp

    public init(
        commitmentID: CommitmentID, broker: PublicKey, merchant: PublicKey, final: [ChainMark],
        createdAt: Timestamp
    ) {
        self.commitmentID = commitmentID
        self.broker = broker
        self.merchant = merchant
        self.final = final
        self.createdAt = createdAt
    }

    public var signer: RequiredSigner { .party(merchant) }
    public var signedAt: Timestamp { createdAt }

    public init(fields: inout FieldReader) throws(Refusal) {
        commitmentID = try fields.required(1) { (d) throws(Refusal) in
            try d.readFixed("commitment id")
        }
        broker = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("broker") }
        merchant = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("merchant") }
        final = try fields.required(4) { (d) throws(Refusal) in try d.readMarks("final indexes") }
        createdAt = try fields.required(5) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(commitmentID)), (2, .fixed(broker)), (3, .fixed(merchant)),
            (4, .array(final.map(\.value))), (5, .time(createdAt)),
        ])
    }
}
