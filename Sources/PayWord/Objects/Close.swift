public import DeterministicCBOR

/// The payer's signed wish to end a channel.
///
/// Fields: 1 commitment id · 2 merchant · 3 created-at. The signer is the commitment's payer, whom
/// the object does not name: check it with ``SignedObject/verified(signedBy:)``.
public struct CloseRequest: SignedPayload, Hashable {
    /// `application/tollchain.close-request+cbor`.
    public static var kind: ObjectKind { .closeRequest }

    /// Field 1: the commitment whose channel is to end.
    public let commitmentID: CommitmentID
    /// Field 2: the merchant that is asked. Another refuses the request with `wrong-merchant`.
    public let merchant: PublicKey
    /// Field 3: when the payer asks. More than 300 s ahead is `not-yet-valid`; there is no limit
    /// behind.
    public let createdAt: Timestamp

    /// A request to end the channel of `commitmentID`, for the payer key of that commitment to
    /// sign.
    public init(commitmentID: CommitmentID, merchant: PublicKey, createdAt: Timestamp) {
        self.commitmentID = commitmentID
        self.merchant = merchant
        self.createdAt = createdAt
    }

    /// Unnamed: ``SignedObject/verified()`` refuses, and the verifier names the commitment's payer.
    public var signer: RequiredSigner { .unnamed }
    /// The date of signing is ``createdAt``.
    public var signedAt: Timestamp { createdAt }

    /// Reads fields 1 to 3.
    /// - Throws: `malformed` for one that is missing or of another shape; `unknown-field`.
    public init(fields: inout FieldReader) throws(Refusal) {
        commitmentID = try fields.required(1) { (d) throws(Refusal) in
            try d.readFixed("commitment id")
        }
        merchant = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("merchant") }
        createdAt = try fields.required(3) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
    }

    /// The map of fields 1 to 3.
    public var fields: CBORValue {
        .fields([(1, .fixed(commitmentID)), (2, .fixed(merchant)), (3, .time(createdAt))])
    }
}

/// The merchant's signed statement that a commitment will be redeemed no further than these
/// indexes. Whoever delivers it to the broker frees what is left of the reservation.
///
/// Fields: 1 commitment id · 2 broker · 3 merchant · 4 final `[[ordinal, index] …]` · 5 created-at.
///
/// ```swift
/// let close = try SignedObject<Close>(decoding: bytes).verified()  // the merchant's signature
/// let last = close.payload.final  // what the merchant may still redeem up to
/// ```
public struct Close: SignedPayload, Hashable {
    /// `application/tollchain.close+cbor`.
    public static var kind: ObjectKind { .close }

    /// Field 1: the commitment whose channel has ended.
    public let commitmentID: CommitmentID
    /// Field 2: the commitment's broker, which takes the close and frees the rest of the
    /// reservation.
    public let broker: PublicKey
    /// Field 3: the merchant of the commitment, who signs.
    public let merchant: PublicKey
    /// Field 4: the indexes that the merchant may still redeem up to, ordinals ascending; a chain
    /// left out stands at 0.
    public let final: [ChainMark]
    /// Field 5: when the merchant closed. More than 300 s ahead of the broker's clock is
    /// `not-yet-valid`; there is no limit behind.
    public let createdAt: Timestamp

    /// A close, for the merchant to sign. That the chains exist and are that long is for the broker
    /// to check, which has the commitment.
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

    /// The merchant that it names.
    public var signer: RequiredSigner { .party(merchant) }
    /// The date of signing is ``createdAt``.
    public var signedAt: Timestamp { createdAt }

    /// Reads fields 1 to 5.
    /// - Throws: `malformed`, also for ordinals that do not ascend; `too-large` for more than 8
    ///   marks; `unknown-chain` for an ordinal above 7; `index-past-end` for an index above
    ///   2^32 − 1.
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

    /// The map of fields 1 to 5.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(commitmentID)), (2, .fixed(broker)), (3, .fixed(merchant)),
            (4, .array(final.map(\.value))), (5, .time(createdAt)),
        ])
    }
}
