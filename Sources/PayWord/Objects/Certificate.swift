public import DeterministicCBOR

/// What a certificate says of a key.
public enum CertificateRole: UInt64, Sendable, CaseIterable, Hashable {
    case payer = 1
    case merchant = 2
    case brokerSigningKey = 3
}

/// Who bears the risk of a payer's commitments.
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

    /// A fee.
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
public struct Certificate: SignedPayload, Hashable {
    public static var kind: ObjectKind { .certificate }
    /// The longest display name.
    public static let displayNameBytesMaximum = 64

    public let serial: SerialNumber
    public let broker: PublicKey
    public let subject: PublicKey
    public let role: CertificateRole
    public let asset: Asset
    public let notBefore: Timestamp
    public let notAfter: Timestamp
    public let funding: Funding?
    public let limitPerCommitment: Amount?
    public let displayName: String?
    public let guarantee: Amount?
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

    /// A payer's certificate for credit.
    public static func payerWithCredit(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, asset: Asset,
        notBefore: Timestamp, notAfter: Timestamp, limitPerCommitment: Amount, guarantee: Amount
    ) -> Certificate {
        Certificate(
            serial: serial, broker: broker, subject: subject, role: .payer, asset: asset,
            notBefore: notBefore, notAfter: notAfter, funding: .credit,
            limitPerCommitment: limitPerCommitment, guarantee: guarantee)
    }

    /// A payer's certificate for reserved commitments.
    public static func payerReserved(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, asset: Asset,
        notBefore: Timestamp, notAfter: Timestamp, limitPerCommitment: Amount
    ) -> Certificate {
        Certificate(
            serial: serial, broker: broker, subject: subject, role: .payer, asset: asset,
            notBefore: notBefore, notAfter: notAfter, funding: .reserved,
            limitPerCommitment: limitPerCommitment)
    }

    /// A merchant's certificate.
    public static func merchant(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, asset: Asset,
        notBefore: Timestamp, notAfter: Timestamp, displayName: String?, fee: Fee
    ) -> Certificate {
        Certificate(
            serial: serial, broker: broker, subject: subject, role: .merchant, asset: asset,
            notBefore: notBefore, notAfter: notAfter, displayName: displayName, fee: fee)
    }

    /// A broker's own signing key, which the root alone certifies.
    public static func brokerSigningKey(
        serial: SerialNumber, broker: PublicKey, subject: PublicKey, asset: Asset,
        notBefore: Timestamp, notAfter: Timestamp
    ) -> Certificate {
        Certificate(
            serial: serial, broker: broker, subject: subject, role: .brokerSigningKey,
            asset: asset, notBefore: notBefore, notAfter: notAfter)
    }

    public var signer: RequiredSigner {
        role == .brokerSigningKey ? .brokerRoot(broker) : .broker(broker)
    }
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
