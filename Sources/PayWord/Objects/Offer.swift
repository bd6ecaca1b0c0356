public import DeterministicCBOR

/// A merchant's signed price: what a unit of a resource costs, in which asset, through which brokers.
///
/// Fields: 1 merchant · 2 brokers accepted · 3 asset · 4 unit (text) · 5 price of a unit ·
/// 6 maximum (optional) · 7 terms (optional text) · 8 valid-until · 9 resource (text).
///
/// ```swift
/// let offer = try key.sign(
///     Offer(
///         merchant: key.publicKey, brokers: [broker], asset: asset, unit: "request",
///         price: try asset.amount("0.0005"), validUntil: now.adding(.day), resource: "/weather"))
/// ```
public struct Offer: SignedPayload, Hashable {
    /// `application/tollchain.offer+cbor`.
    public static var kind: ObjectKind { .offer }
    /// How many brokers an offer may name; more are `too-large`.
    public static let brokersMaximum = 16
    /// The longest unit, in bytes of UTF-8.
    public static let unitBytesMaximum = 64
    /// The longest terms, in bytes of UTF-8.
    public static let termsBytesMaximum = 1024
    /// The longest name of a resource, in bytes of UTF-8.
    public static let resourceBytesMaximum = 256

    /// Field 1: who sells, and signs. A wallet refuses an offer of another than the connected
    /// merchant.
    public let merchant: PublicKey
    /// Field 2: the root keys of the 1 to 16 brokers through which the merchant is paid.
    public let brokers: [PublicKey]
    /// Field 3: what the price counts.
    public let asset: Asset
    /// Field 4: what is counted, for a person, such as `request` or `kB`: at most 64 bytes of
    /// UTF-8. Show it through ``PrintableText``.
    public let unit: String
    /// Field 5: what one unit costs, in the asset's smallest units. A payment is price × units.
    public let price: Amount
    /// Field 6: the most that one payment for it may take; nil for no bound but the price.
    public let maximum: Amount?
    /// Field 7: the terms, or where or by which digest to find them: at most 1,024 bytes of UTF-8.
    public let terms: String?
    /// Field 8: until when it may be bought at this price; a wallet allows 300 s more.
    public let validUntil: Timestamp
    /// Field 9: what is sold, as the merchant names it and a payer asks for it: at most 256 bytes
    /// of UTF-8.
    public let resource: String

    /// An offer, for the merchant to sign. The limits are checked when it is decoded.
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

    /// The merchant that it names.
    public var signer: RequiredSigner { .party(merchant) }
    /// ``validUntil``: an offer does not say when it was signed, and no rule asks.
    public var signedAt: Timestamp { validUntil }

    /// Reads fields 1 to 9.
    /// - Throws: `malformed`, also for no broker; `too-large` for more than 16 brokers or a text
    ///   above its limit; `amount-overflow`.
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

    /// The map of fields 1 to 9; a nil maximum and nil terms are left out.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(merchant)), (2, .array(brokers.map { .fixed($0) })), (3, .asset(asset)),
            (4, .text(unit)), (5, .amount(price)), (6, maximum.map { .amount($0) }),
            (7, terms.map { .text($0) }), (8, .time(validUntil)), (9, .text(resource)),
        ])
    }
}

extension SignedObject<Offer> {
    /// What a commitment's ``Commitment/termsDigest`` must be to refer to this offer:
    /// SHA-256(salt(16) || the whole encoding, signature included).
    public func termsDigest(salt: TermsSalt) -> Digest { SHA256.digest(salt.bytes, encoded) }
}
