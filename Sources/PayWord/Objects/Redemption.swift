public import DeterministicCBOR

/// One line of a redemption: a commitment, or its id where the broker has it, and the last payword
/// of each of its chains.
public struct RedemptionClaim: Hashable, Sendable {
    /// How the claim names its commitment.
    public enum Reference: Hashable, Sendable {
        case id(CommitmentID)
        /// The whole encoding. It is decoded when the claim is judged, so that one that is malformed
        /// refuses its own line and not the batch.
        case object([UInt8])
    }

    public let commitment: Reference
    public let paywords: [PaywordClaim]

    /// A claim.
    public init(commitment: Reference, paywords: [PaywordClaim]) {
        self.commitment = commitment
        self.paywords = paywords
    }
}

/// The merchant's signed batch of claims.
///
/// Fields: 1 batch id (16 bytes) · 2 merchant · 3 broker · 4 asset · 5 created-at · 6 claims:
/// 1 to 65,536 of `[commitment object or id, [[ordinal, index, payword] …]]`. A byte string of 16
/// bytes is an id, any other is an object.
public struct Redemption: SignedPayload, Hashable {
    public static var kind: ObjectKind { .redemption }
    /// How many claims a batch may have.
    public static let claimsMaximum = 65_536
    /// The broker's bodies have a limit of their own.
    public static var encodedBytesMaximum: Int { 64 * 1024 * 1024 }

    public let batchID: BatchID
    public let merchant: PublicKey
    public let broker: PublicKey
    public let asset: Asset
    public let createdAt: Timestamp
    public let claims: [RedemptionClaim]

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

    public var signer: RequiredSigner { .party(merchant) }
    public var signedAt: Timestamp { createdAt }

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
