public import DeterministicCBOR

/// A merchant's signed price: what a unit of a resource costs, in which asset, through which brokers.
///
/// Fields: 1 merchant · 2 brokers accepted · 3 asset · 4 unit (text) · 5 price of a unit ·
/// 6 maximum (optional) · 7 terms (optional text) · 8 valid-until · 9 resource (text).
public struct Offer: SignedPayload, Hashable {
    public static var kind: ObjectKind { .offer }
    /// How many brokers an offer may name.
    public static let brokersMaximum = 16
    /// The longest unit.
    public static let unitBytesMaximum = 64
    /// The longest terms.
    public static let termsBytesMaximum = 1024
    /// The longest name of a resource.
    public static let resourceBytesMaximum = 256

    public let merchant: PublicKey
    public let brokers: [PublicKey]
    public let asset: Asset
    public let unit: String
    public let price: Amount
    /// The most that one payment for it may take.
    public let maximum: Amount?
    public let terms: String?
    public let validUntil: Timestamp
    public let resource: String

    public init(
        merchant: PublicKey, brokers: [PublicKey], asset: Asset, unit: String, price: Amount,
        maximum: Amount? = nil, terms: String? = nil, validUntil: Timestamp, resource: String
    ) {
        self.merchant = merchant
        self.brokers = brokers
        self.asset = asset
        self.unit = unit
        self.price = price
        self.maximum = maximum
        self.terms = terms
        self.validUntil = validUntil
        self.resource = resource
    }

    public var signer: RequiredSigner { .party(merchant) }
    public var signedAt: Timestamp { validUntil }

    public init(fields: inout FieldReader) throws(Refusal) {
        merchant = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("merchant") }
        brokers = try fields.required(2) { (d) throws(Refusal) in
            try d.readList("brokers", count: 1...Self.brokersMaximum) { (d) throws(Refusal) in
                try d.readFixed("broker")
            }
        }
        asset = try fields.required(3) { (d) throws(Refusal) in try d.readAsset() }
        unit = try fields.required(4) { (d) throws(Refusal) in
            try d.readText("unit", bytesMaximum: Self.unitBytesMaximum)
        }
        price = try fields.required(5) { (d) throws(Refusal) in try d.readAmount("price") }
        maximum = try fields.optional(6) { (d) throws(Refusal) in try d.readAmount("maximum") }
        terms = try fields.optional(7) { (d) throws(Refusal) in
            try d.readText("terms", bytesMaximum: Self.termsBytesMaximum)
        }
        validUntil = try fields.required(8) { (d) throws(Refusal) in
            try d.readTimestamp("valid-until")
        }
        resource = try fields.required(9) { (d) throws(Refusal) in
            try d.readText("resource", bytesMaximum: Self.resourceBytesMaximum)
        }
    }

    public var fields: CBORValue {
        .fields([
            (1, .fixed(merchant)), (2, .array(brokers.map { .fixed($0) })), (3, .asset(asset)),
            (4, .text(unit)), (5, .amount(price)), (6, maximum.map { .amount($0) }),
            (7, terms.map { .text($0) }), (8, .time(validUntil)), (9, .text(resource)),
        ])
    }
}

extension SignedObject<Offer> {
    /// What a commitment's terms digest must be to refer to this offer: SHA-256(salt || object).
    public func termsDigest(salt: TermsSalt) -> Digest { SHA256.digest(salt.bytes, encoded) }
}
