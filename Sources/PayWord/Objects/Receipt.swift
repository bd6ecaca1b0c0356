public import DeterministicCBOR

/// The merchant's signed statement of what one channel has paid.
///
/// Fields: 1 commitment id · 2 payer · 3 merchant · 4 asset · 5 accepted amount · 6 spent amount ·
/// 7 payments · 8 issued-at · 9 `[[ordinal, index] …]`.
///
/// ```swift
/// let receipt = try SignedObject<Receipt>(decoding: bytes).verified()  // the merchant's signature
/// print(receipt.payload.spent, "of", receipt.payload.accepted)
/// ```
public struct Receipt: SignedPayload, Hashable {
    /// `application/tollchain.receipt+cbor`.
    public static var kind: ObjectKind { .receipt }

    /// Field 1: the commitment whose channel it speaks of.
    public let commitmentID: CommitmentID
    /// Field 2: the commitment's payer key.
    public let payer: PublicKey
    /// Field 3: who was paid, and signs.
    public let merchant: PublicKey
    /// Field 4: what ``accepted`` and ``spent`` count.
    public let asset: Asset
    /// Field 5: the worth of the accepted indexes, ``marks``.
    public let accepted: Amount
    /// Field 6: what services drew from it, less refunds; at most ``accepted``.
    public let spent: Amount
    /// Field 7: how many payments were counted; one sent again counts once.
    public let payments: UInt64
    /// Field 8: when the merchant stated it, of the channel as it stood then.
    public let issuedAt: Timestamp
    /// Field 9: the accepted index of each chain, ordinals ascending; chains that stand at 0 are
    /// left out.
    public let marks: [ChainMark]

    /// A receipt, for the merchant to sign. The figures are the caller's; decoding does not compare
    /// them.
    public init(
        commitmentID: CommitmentID, payer: PublicKey, merchant: PublicKey, asset: Asset,
        accepted: Amount, spent: Amount, payments: UInt64, issuedAt: Timestamp,
        marks: [ChainMark]
    ) {
        self.commitmentID = commitmentID
        self.payer = payer
        self.merchant = merchant
        self.asset = asset
        self.accepted = accepted
        self.spent = spent
        self.payments = payments
        self.issuedAt = issuedAt
        self.marks = marks
    }

    /// The merchant that it names.
    public var signer: RequiredSigner { .party(merchant) }
    /// The date of signing is ``issuedAt``.
    public var signedAt: Timestamp { issuedAt }

    /// Reads fields 1 to 9. The figures are not compared with one another: only the commitment says
    /// what the marks are worth.
    /// - Throws: `malformed`, also for ordinals that do not ascend; `amount-overflow`; `too-large`
    ///   for more than 8 marks; `unknown-chain` for an ordinal above 7; `index-past-end`.
    public init(fields: inout FieldReader) throws(Refusal) {
        commitmentID = try fields.required(1) { (d) throws(Refusal) in
            try d.readFixed("commitment id")
        }
        payer = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("payer") }
        merchant = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("merchant") }
        asset = try fields.required(4) { (d) throws(Refusal) in try d.readAsset() }
        accepted = try fields.required(5) { (d) throws(Refusal) in try d.readAmount("accepted") }
        spent = try fields.required(6) { (d) throws(Refusal) in try d.readAmount("spent") }
        payments = try fields.required(7) { (d) throws(Refusal) in try d.readNumber("payments") }
        issuedAt = try fields.required(8) { (d) throws(Refusal) in
            try d.readTimestamp("issued-at")
        }
        marks = try fields.required(9) { (d) throws(Refusal) in try d.readMarks("indexes") }
    }

    /// The map of fields 1 to 9.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(commitmentID)), (2, .fixed(payer)), (3, .fixed(merchant)),
            (4, .asset(asset)), (5, .amount(accepted)), (6, .amount(spent)),
            (7, .unsigned(payments)), (8, .time(issuedAt)), (9, .array(marks.map(\.value))),
        ])
    }
}
