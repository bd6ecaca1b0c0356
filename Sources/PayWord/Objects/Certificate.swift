public import DeterministicCBOR

/// What a certificate says of a key: field 4 of it.
public enum CertificateRole: UInt64, Sendable, CaseIterable, Hashable {
    /// The key signs commitments of a payer whom the broker vouches for.
    case payer = 1
    /// The key is that of an enrolled merchant, whose redemptions the broker settles.
    case merchant = 2
    /// The key signs in the broker's name, for as long as the certificate holds. The root alone
    /// certifies it.
    case brokerSigningKey = 3
}

/// Who bears the risk of a payer's commitments: field 8 of a payer's certificate
/// (`spec/05-funding.md`).
public enum Funding: UInt64, Sendable, CaseIterable, Hashable {
    /// Locked before the first payword: overspending is impossible.
    case reserved = 1
    /// Billed afterwards, up to limits and a guarantee: PayWord's own mode.
    case credit = 2
}

/// What the broker takes of a settlement: a share and a fixed amount, together at most the gross.
public struct Fee: Hashable, Sendable {
    /// Nothing.
    public static let none = Fee(share: .zero, fixed: .zero)

    /// The share of the gross, rounded down.
    public let share: BasisPoints
    /// The amount a settlement.
    public let fixed: Amount

    /// A fee of a share of the gross, in basis points (hundredths of a percent), and of a fixed
    /// amount for each settlement.
    public init(share: BasisPoints, fixed: Amount) {
        self.share = share
        self.fixed = fixed
    }

    /// The fee of one settlement: the share of `gross` rounded down, plus the fixed amount, at most
    /// `gross`. Of nothing, nothing.
    public func of(_ gross: Amount) -> Amount {
        let share = gross.share(basisPoints: share)
        guard let fee = try? share.adding(fixed) else { return gross }
        return min(fee, gross)
    }
}

/// A broker's signed statement about a key.
///
/// Fields: 1 serial (16 bytes) · 2 broker · 3 subject · 4 role · 5 asset · 6 not-before ·
/// 7 not-after · 8 funding (payers) · 9 limit per commitment (payers) · 10 display name (optional,
/// merchants only) · 11 amount guaranteed to each merchant (payers with credit) · 12 fee
/// `[basis points, fixed]` (merchants).
///
/// A certificate has the fields of its role and no others (TC-04.9), so it is made by one of four
/// functions.
///
/// ```swift
/// let certificate = try rootKey.sign(
///     Certificate.brokerSigningKey(
///         serial: serial, broker: rootKey.publicKey, subject: signingKey.publicKey, asset: asset,
///         notBefore: now, notAfter: now.adding(90 * .day)))
/// try certificate.payload.checkPeriod(at: now)
/// ```
public struct Certificate: SignedPayload, Hashable {
    /// `application/tollchain.certificate+cbor`.
    public static var kind: ObjectKind { .certificate }
    /// The longest display name, in bytes of UTF-8.
    public static let displayNameBytesMaximum = 64

    /// Field 1: 16 bytes that the broker draws, by which a person or a list names this certificate.
    public let serial: SerialNumber
    /// Field 2: the root key of the broker that issues it.
    public let broker: PublicKey
    /// Field 3: the key that it speaks of. A payer key, a merchant, or a signing key of the broker.
    public let subject: PublicKey
    /// Field 4: what it says of the subject, and so which of the fields below are there.
    public let role: CertificateRole
    /// Field 5: the asset that the subject may deal in. It is not compared for a broker's signing
    /// key, which signs in every asset (TC-04.11).
    public let asset: Asset
    /// Field 6: the first second of its period. It is also the date of its signing.
    public let notBefore: Timestamp
    /// Field 7: the last second of its period; not before ``notBefore``.
    public let notAfter: Timestamp
    /// Field 8: how the payer's commitments are funded. For payers, else nil.
    public let funding: Funding?
    /// Field 9: what one commitment of the payer may be worth at most. For payers, else nil.
    public let limitPerCommitment: Amount?
    /// Field 10: the merchant's name for people, at most 64 bytes of UTF-8. For merchants that have
    /// one, else nil. It is a stranger's text: show it through ``PrintableText``.
    public let displayName: String?
    /// Field 11: how much the broker pays each merchant where the payer's account does not reach.
    /// For payers with credit, else nil.
    public let guarantee: Amount?
    /// Field 12: what the broker takes of each settlement. For merchants, else nil.
    public let fee: Fee?

    private init(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, role: CertificateRole,
        asset: Asset, notBefore: Timestamp, notAfter: Timestamp, funding: Funding? = nil,
        limitPerCommitment: Amount? = nil, displayName: String? = nil, guarantee: Amount? = nil,
        fee: Fee? = nil
    ) {
        self.serial = serial
        self.broker = broker
        self.subject = subject
        self.role = role
        self.asset = asset
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.funding = funding
        self.limitPerCommitment = limitPerCommitment
        self.displayName = displayName
        self.guarantee = guarantee
        self.fee = fee
    }

    /// A certificate of a derived payer key for credit: role 1, funding 2, with the guarantee to
    /// each merchant. It bears no name, so that two merchants cannot tell that two keys are one
    /// account's.
    public static func payerWithCredit(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, asset: Asset,
        notBefore: Timestamp, notAfter: Timestamp, limitPerCommitment: Amount, guarantee: Amount
    ) -> Certificate {
        Certificate(
            serial: serial, broker: broker, subject: subject, role: .payer, asset: asset,
            notBefore: notBefore, notAfter: notAfter, funding: .credit,
            limitPerCommitment: limitPerCommitment, guarantee: guarantee)
    }

    /// A certificate of a payer key for reserved commitments alone: role 1, funding 1.
    public static func payerReserved(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, asset: Asset,
        notBefore: Timestamp, notAfter: Timestamp, limitPerCommitment: Amount
    ) -> Certificate {
        Certificate(
            serial: serial, broker: broker, subject: subject, role: .payer, asset: asset,
            notBefore: notBefore, notAfter: notAfter, funding: .reserved,
            limitPerCommitment: limitPerCommitment)
    }

    /// A merchant's certificate: role 2, with the fee's terms and, if it has one, a name of at most
    /// 64 bytes.
    public static func merchant(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, asset: Asset,
        notBefore: Timestamp, notAfter: Timestamp, displayName: String?, fee: Fee
    ) -> Certificate {
        Certificate(
            serial: serial, broker: broker, subject: subject, role: .merchant, asset: asset,
            notBefore: notBefore, notAfter: notAfter, displayName: displayName, fee: fee)
    }

    /// A certificate of a broker's own signing key: role 3, which the root alone signs.
    public static func brokerSigningKey(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, asset: Asset,
        notBefore: Timestamp, notAfter: Timestamp
    ) -> Certificate {
        Certificate(
            serial: serial, broker: broker, subject: subject, role: .brokerSigningKey,
            asset: asset, notBefore: notBefore, notAfter: notAfter)
    }

    /// The broker, by root or signing key. For a signing key's own certificate the root alone, so
    /// that a signing key cannot make others.
    public var signer: RequiredSigner {
        role == .brokerSigningKey ? .brokerRoot(broker) : .broker(broker)
    }
    /// ``notBefore``, which stands for the date of signing: a signing key's period must cover it
    /// (TC-01.26).
    public var signedAt: Timestamp { notBefore }

    /// Checks the certificate's period.
    /// - Throws: `not-yet-valid` or `certificate-expired`; clocks may be 300 s apart.
    public func checkPeriod(at time: Timestamp) throws(Refusal) {
        guard notBefore <= time.adding(Timestamp.clockDifferenceMaximum) else {
            throw Refusal(.notYetValid, "the certificate of \(subject) begins at \(notBefore)")
        }
        guard time <= notAfter.adding(Timestamp.clockDifferenceMaximum) else {
            throw Refusal(.certificateExpired, "the certificate of \(subject) ended at \(notAfter)")
        }
    }

    /// Reads fields 1 to 12, and checks that they are those of the role and that the period is not
    /// reversed.
    /// - Throws: `malformed` for an unknown role or funding, a field too many or too few for the
    ///   role, or a not-before after its not-after; `too-large` for a name above 64 bytes;
    ///   `amount-overflow`.
    public init(fields: inout FieldReader) throws(Refusal) {
        serial = try fields.required(1) { (d) throws(Refusal) in try d.readFixed("serial") }
        broker = try fields.required(2) { (d) throws(Refusal) in try d.readFixed("broker") }
        subject = try fields.required(3) { (d) throws(Refusal) in try d.readFixed("subject") }
        role = try fields.required(4) { (d) throws(Refusal) in
            try d.readChoice("role", CertificateRole.init)
        }
        asset = try fields.required(5) { (d) throws(Refusal) in try d.readAsset() }
        notBefore = try fields.required(6) { (d) throws(Refusal) in
            try d.readTimestamp("not-before")
        }
        notAfter = try fields.required(7) { (d) throws(Refusal) in
            try d.readTimestamp("not-after")
        }
        funding = try fields.optional(8) { (d) throws(Refusal) in
            try d.readChoice("funding", Funding.init)
        }
        limitPerCommitment = try fields.optional(9) { (d) throws(Refusal) in
            try d.readAmount("limit")
        }
        displayName = try fields.optional(10) { (d) throws(Refusal) in
            try d.readText("display name", bytesMaximum: Self.displayNameBytesMaximum)
        }
        guarantee = try fields.optional(11) { (d) throws(Refusal) in
            try d.readAmount("guarantee")
        }
        fee = try fields.optional(12) { (d) throws(Refusal) in try d.readFee() }
        try checkFieldsOfRole()
    }

    private func checkFieldsOfRole() throws(Refusal) {
        let isPayer = role == .payer
        let isMerchant = role == .merchant
        guard isPayer == (funding != nil), isPayer == (limitPerCommitment != nil),
            (isPayer && funding == .credit) == (guarantee != nil), isMerchant == (fee != nil),
            isMerchant || displayName == nil
        else {
            throw Refusal(.malformed, "a certificate has the fields of its role, and no others")
        }
        guard notBefore <= notAfter else {
            throw Refusal(.malformed, "a certificate's not-before is after its not-after")
        }
    }

    /// The map of fields 1 to 12; those that the role does not have are left out.
    public var fields: CBORValue {
        .fields([
            (1, .fixed(serial)), (2, .fixed(broker)), (3, .fixed(subject)),
            (4, .unsigned(role.rawValue)), (5, .asset(asset)), (6, .time(notBefore)),
            (7, .time(notAfter)), (8, funding.map { .unsigned($0.rawValue) }),
            (9, limitPerCommitment.map { .amount($0) }), (10, displayName.map { .text($0) }),
            (11, guarantee.map { .amount($0) }),
            (
                12,
                fee.map { .array([.unsigned(UInt64($0.share.value)), .amount($0.fixed)]) }
            ),
        ])
    }
}

extension CBORDecoder {
    /// A number that must be one of a registry's.
    mutating func readChoice<Choice>(
        _ what: String, _ choose: (UInt64) -> Choice?
    ) throws(Refusal) -> Choice {
        let start = offset
        let number = try readNumber(what)
        guard let choice = choose(number) else {
            throw Refusal(.malformed, "\(what) \(number) is not known", at: start)
        }
        return choice
    }

    fileprivate mutating func readFee() throws(Refusal) -> Fee {
        try readTuple("fee", count: 2)
        let share = try readChoice("fee's share", BasisPoints.init)
        return Fee(share: share, fixed: try readAmount("fee's fixed amount"))
    }
}
