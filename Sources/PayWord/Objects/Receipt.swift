public import DeterministicCBOR

/// The merchant's signed statement of what one channel has paid.
///
/// Fields: 1 commitment id · 2 payer · 3 merchant · 4 asset · 5 accepted amount · 6 spent amount ·
/// 7 payments · 8 issued-at · 9 `[[ordinal, index] …]`.
public struct Receipt: SignedPayload, Hashable {
    public static var kind: ObjectKind { .receipt }

    public let commitmentID: CommitmentID
    public let payer: PublicKey
    public let merchant: PublicKey
    public let asset: Asset
    /// The worth of the accepted indexes.
    public let accepted: Amount
    /// What services drew from it.
    public let spent: Amount
    /// How many payments were counted.
    public let payments: UInt64
    public let issuedAt: Timestamp
    public let marks: [ChainMark]

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

    public var signer: RequiredSigner { .party(merchant) }
    public var signedAt: Timestamp { issuedAt }

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

    public var fields: CBORValue {
        .fields([
            (1, .fixed(commitmentID)), (2, .fixed(payer)), (3, .fixed(merchant)),
            (4, .asset(asset)), (5, .amount(accepted)), (6, .amount(spent)),
            (7, .unsigned(payments)), (8, .time(issuedAt)), (9, .array(marks.map(\.value))),
        ])
    }
}
