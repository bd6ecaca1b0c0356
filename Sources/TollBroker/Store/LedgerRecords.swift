public import PayWord

/// What an operator allows an account to owe.
public struct CreditTerms: Hashable, Sendable {
    /// How much the account may owe in all.
    public let limit: Amount
    /// How much of one commitment's worth a certificate allows.
    public let limitPerCommitment: Amount
    /// What the broker pays to each merchant beyond the limit.
    public let guarantee: Amount

    public init(limit: Amount, limitPerCommitment: Amount, guarantee: Amount) {
        self.limit = limit
        self.limitPerCommitment = limitPerCommitment
        self.guarantee = guarantee
    }
}

/// An enrolled party.
public struct EnrolmentRecord: Hashable, Sendable {
    public let key: EnrolmentKey
    /// Data, not markup and not SQL: whoever shows it escapes it.
    public let displayName: String?
    public let enrolledAt: Timestamp
    /// The answer's bytes, which a repeated enrolment gets again.
    public var answer: [UInt8]
    /// From when on a repeated enrolment gets a new certificate; nil where there is none.
    public var renewAt: Timestamp?
    /// A merchant's fee.
    public var fee: Fee
    /// A payer's credit; nil without.
    public var credit: CreditTerms?

    public init(
        key: EnrolmentKey, displayName: String?, enrolledAt: Timestamp, answer: [UInt8],
        renewAt: Timestamp?, fee: Fee = .none, credit: CreditTerms? = nil
    ) {
        self.key = key
        self.displayName = displayName
        self.enrolledAt = enrolledAt
        self.answer = answer
        self.renewAt = renewAt
        self.fee = fee
        self.credit = credit
    }
}

/// A credit certificate of a payer key.
public struct CertificateRecord: Hashable, Sendable {
    public let key: CertificateKey
    /// The answer's bytes, which a repeated request gets again.
    public let answer: [UInt8]
    /// What the certificate allows.
    public let terms: CreditTerms
    public let notAfter: Timestamp
    /// From when on a repeated request gets a new certificate.
    public let renewAt: Timestamp

    public init(
        key: CertificateKey, answer: [UInt8], terms: CreditTerms, notAfter: Timestamp,
        renewAt: Timestamp
    ) {
        self.key = key
        self.answer = answer
        self.terms = terms
        self.notAfter = notAfter
        self.renewAt = renewAt
    }
}

/// What belongs to a commitment and is needed to answer, not to judge.
public struct CommitmentDocuments: Hashable, Sendable {
    /// The commitment's whole encoding.
    public let commitment: [UInt8]
    /// The bytes of the answer to its reservation request, which a repeat gets again.
    public let answer: [UInt8]
    /// The note that the wallet sealed for itself.
    public let note: [UInt8]?

    public init(commitment: [UInt8], answer: [UInt8], note: [UInt8]?) {
        self.commitment = commitment
        self.answer = answer
        self.note = note
    }
}

/// A commitment with its documents.
public struct CommitmentRecord: Hashable, Sendable {
    public let commitment: LedgerCommitment
    public let documents: CommitmentDocuments

    public init(commitment: LedgerCommitment, documents: CommitmentDocuments) {
        self.commitment = commitment
        self.documents = documents
    }
}

/// A settlement with the answer's bytes.
public struct LedgerSettlement: Hashable, Sendable {
    public let key: BatchKey
    public let redemptionDigest: Digest
    public let settlementID: SettlementID
    public let asset: Asset
    public let gross: Amount
    public let fee: Amount
    public let settledAt: Timestamp
    /// The answer's bytes, which the same batch gets again.
    public let answer: [UInt8]

    public init(
        key: BatchKey, redemptionDigest: Digest, settlementID: SettlementID, asset: Asset,
        gross: Amount, fee: Amount, settledAt: Timestamp, answer: [UInt8]
    ) {
        self.key = key
        self.redemptionDigest = redemptionDigest
        self.settlementID = settlementID
        self.asset = asset
        self.gross = gross
        self.fee = fee
        self.settledAt = settledAt
        self.answer = answer
    }
}

/// Money that came in, was withdrawn, or went out.
public struct MovementRecord: Hashable, Sendable {
    public let key: MovementKey
    /// In what capacity the party holds its account.
    public let owner: LedgerAccountID.Owner
    public let party: PublicKey
    public let asset: Asset
    public let amount: Amount
    /// The destination of a withdrawal: data, which whoever shows it escapes.
    public let memo: String?
    public let at: Timestamp

    public init(
        key: MovementKey, owner: LedgerAccountID.Owner, party: PublicKey, asset: Asset,
        amount: Amount, memo: String?, at: Timestamp
    ) {
        self.key = key
        self.owner = owner
        self.party = party
        self.asset = asset
        self.amount = amount
        self.memo = memo
        self.at = at
    }

    /// Whether this and `other` ask for the same thing; when does not matter.
    public func isSame(as other: MovementRecord) -> Bool {
        key == other.key && owner == other.owner && party == other.party
            && asset == other.asset && amount == other.amount && memo == other.memo
    }
}
