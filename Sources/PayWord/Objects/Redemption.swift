public import DeterministicCBOR

/// One line of a redemption: a commitment, or its id where the broker has it, and the last payword
/// of each of its chains.
public struct RedemptionClaim: Hashable, Sendable {
    /// How the claim names its commitment.
    public enum Reference: Hashable, Sendable {
        /// The id of a commitment that the broker has, 16 bytes.
        case id(CommitmentID)
        /// The whole encoding. It is decoded when the claim is judged, so that one that is malformed
        /// refuses its own line and not the batch.
        case object([UInt8])
    }

    /// What is claimed on.
    public let commitment: Reference
    /// The last payword of each chain that advances: 1 to 8, ordinals ascending. A chain at or
    /// below what is redeemed already counts zero.
    public let paywords: PaywordClaims

    /// A claim of what `paywords` pay beyond what is redeemed already.
    public init(commitment: Reference, paywords: PaywordClaims) {
        self.commitment = commitment
        self.paywords = paywords
    }
}

/// The merchant's signed batch of claims.
///
/// Fields: 1 batch id (16 bytes) · 2 merchant · 3 broker · 4 asset · 5 created-at · 6 claims:
/// 1 to 65,536 of `[commitment object or id, [[ordinal, index, payword] …]]`. A byte string of 16
/// bytes is an id, any other is an object.
///
/// ```swift
/// let claim = RedemptionClaim(
///     commitment: .id(id),
///     paywords: [PaywordClaim(ordinal: ordinal, index: ChainIndex(10), payword: tenth)])
/// let redemption = try key.sign(
///     Redemption(
///         batchID: .random(using: &random), merchant: key.publicKey, broker: broker, asset: asset,
///         createdAt: now, claims: [claim]))
/// ```
public struct Redemption: SignedPayload, Hashable {
    /// `application/tollchain.redemption+cbor`.
    public static var kind: ObjectKind { .redemption }
    /// How many claims a batch may have; more are `too-large`. A broker may take fewer.
    public static let claimsMaximum = 65_536
    /// 64 MiB instead of the 16 KiB of other objects (TC-01.25).
    public static var encodedBytesMaximum: Int { 64 * 1024 * 1024 }

    /// Field 1: 16 bytes that the merchant draws, and keeps when the batch is sent again: the same
    /// redemption is answered alike, another under this id is `batch-conflict`.
    public let batchID: BatchID
    /// Field 2: who is owed, and signs.
    public let merchant: PublicKey
    /// Field 3: the root key of the broker that is asked.
    public let broker: PublicKey
    /// Field 4: the one asset of all claims.
    public let asset: Asset
    /// Field 5: when it was made. More than 300 s ahead is `not-yet-valid`; there is no limit
    /// behind, since a batch is sent until it is answered.
    public let createdAt: Timestamp
    /// Field 6: 1 to 65,536 claims. Each is judged by itself, in this order, and is all or nothing.
    public let claims: [RedemptionClaim]

    /// A batch, for the merchant to sign and to keep on disk before it is sent.
    public init(
        batchID: BatchID, merchant: PublicKey, broker: PublicKey, asset: Asset,
        createdAt: Timestamp, claims: [RedemptionClaim]
    ) {
        self.batchID = batchID
        self.merchant = merchant
        self.broker = broker
        self.asset = asset
        self.createdAt = createdAt
        self.claims = claims
    }

    /// The merchant that it names.
    public var signer: RequiredSigner { .party(merchant) }
    /// The date of signing is ``createdAt``.
    public var signedAt: Timestamp { createdAt }

    /// Reads fields 1 to 6. A commitment inside a claim is left as bytes, and decoded when the
    /// claim is judged.
    /// - Throws: `malformed`, also for no claim or a claim without paywords; `too-large` for more
    ///   than 65,536 claims, or 8 paywords in one; `unknown-chain`; `index-past-end`.
    public init(fields: inout FieldReader) throws(Refusal) {
        batchID = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("batch id") }
        merchant = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("merchant") }
        broker = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("broker") }
        asset = try fields.required(4) { (d) throws(Refusal) in try d.readAsset() }
        createdAt = try fields.required(5) { (d) throws(Refusal) in
            try d.readTimestamp("created-at")
        }
        claims = try fields.required(6) { (d) throws(Refusal) in
            try d.readList("claims", count: 1...Self.claimsMaximum) { (d) throws(Refusal) in
                try d.readRedemptionClaim()
            }
        }
    }

    /// The map of fields 1 to 6.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(batchID)), (2, .fixed(merchant)), (3, .fixed(broker)), (4, .asset(asset)),
            (5, .time(createdAt)), (6, .array(claims.map(\.value))),
        ])
    }
}

extension RedemptionClaim {
    fileprivate var value: CBORValue {
        let reference: [UInt8] =
            switch commitment {
            case .id(let id): id.bytes
            case .object(let encoded): encoded
            }
        return .array([
            .bytes(reference),
            .array(
                paywords.map {
                    .array([
                        .unsigned(UInt64($0.ordinal.value)), .unsigned(UInt64($0.index.value)),
                        .fixed($0.payword),
                    ])
                }),
        ])
    }

    /// How many bytes this claim takes in a batch, for a redeemer that splits by bytes.
    public var encodedByteCount: Int { value.encoded.count }
}

extension CBORDecoder {
    fileprivate mutating func readRedemptionClaim() throws(Refusal) -> RedemptionClaim {
        try readTuple("claim", count: 2)
        let reference = try reading("claim's commitment") { (d) throws(CBORFault) in
            try d.readBytes()
        }
        return RedemptionClaim(
            commitment: CommitmentID(reference).map { .id($0) } ?? .object(Array(reference)),
            paywords: try readClaims("claim's paywords", count: 1...Ordinal.countMaximum))
    }
}
