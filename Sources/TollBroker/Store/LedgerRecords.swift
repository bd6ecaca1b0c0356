public import PayWord

/// What an operator allows an account to owe.
///
/// ```swift
/// let terms = CreditTerms(limit: fifty, limitPerCommitment: twenty, guarantee: ten)
/// try await broker.setCredit(terms, of: account, asset: euro)
/// ```
public struct CreditTerms: Hashable, Sendable {
    /// How many units the account may owe in all: the negative of its floor.
    public let limit: Amount
    /// The most that one commitment on credit may be worth; the certificate states it.
    public let limitPerCommitment: Amount
    /// How many units the broker pays to each merchant in the account's place beyond the limit,
    /// over all claims (TC-05.8); the certificate states it.
    public let guarantee: Amount

    /// Credit terms, all three in units of the account's asset.
    public init(limit: Amount, limitPerCommitment: Amount, guarantee: Amount) {
        self.limit = limit
        self.limitPerCommitment = limitPerCommitment
        self.guarantee = guarantee
    }
}

/// An enrolled party.
public struct EnrolmentRecord: Hashable, Sendable {
    /// Who is enrolled, as what, in which asset.
    public let key: EnrolmentKey
    /// What a merchant calls itself, at most 64 bytes of UTF-8; nil for payers. Data, not markup
    /// and not SQL: whoever shows it escapes it.
    public let displayName: String?
    /// When it was enrolled first, by the broker's clock; a renewal keeps it.
    public let enrolledAt: Timestamp
    /// The answer's bytes, which a repeated enrolment gets again.
    public var answer: [UInt8]
    /// From when on a repeated enrolment gets a new certificate; nil where there is none.
    public var renewAt: Timestamp?
    /// A merchant's fee.
    public var fee: Fee
    /// A payer's credit; nil without.
    public var credit: CreditTerms?

    /// An enrolment as it is written and read back.
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
    /// Which payer key of which account is certified.
    public let key: CertificateKey
    /// The answer's bytes, which a repeated request gets again.
    public let answer: [UInt8]
    /// What the certificate allows.
    public let terms: CreditTerms
    /// The last moment at which the certificate holds, as it states itself.
    public let notAfter: Timestamp
    /// From when on a repeated request gets a new certificate.
    public let renewAt: Timestamp

    /// A certificate with the answer that carries it.
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

    /// What is kept beside a commitment from its registration on, and never changes.
    public init(commitment: [UInt8], answer: [UInt8], note: [UInt8]?) {
        self.commitment = commitment
        self.answer = answer
        self.note = note
    }
}

/// A commitment with its documents.
public struct CommitmentRecord: Hashable, Sendable {
    /// The commitment as claims and closes are judged against it.
    public let commitment: LedgerCommitment
    /// The bytes that statements and repeats are answered with.
    public let documents: CommitmentDocuments

    /// A commitment and what is kept beside it.
    public init(commitment: LedgerCommitment, documents: CommitmentDocuments) {
        self.commitment = commitment
        self.documents = documents
    }
}

/// A settlement as the broker keeps it: the figures to list and to audit, and the answer's bytes.
public struct LedgerSettlement: Hashable, Sendable {
    /// Which batch of which merchant it answers.
    public let key: BatchKey
    /// SHA-256 of the redemption's signed payload bytes: another redemption under the same batch id
    /// is `batch-conflict`.
    public let redemptionDigest: Digest
    /// The 16 bytes that the broker drew for it, which also begin its transaction's subject.
    public let settlementID: SettlementID
    /// What the figures count units of.
    public let asset: Asset
    /// What all accepted claims come to, in units: fee and net together (TC-07.13).
    public let gross: Amount
    /// What the broker keeps of the gross, in units.
    public let fee: Amount
    /// When the broker settled it, by its clock.
    public let settledAt: Timestamp
    /// The answer's bytes, which the same batch gets again.
    public let answer: [UInt8]

    /// A settlement as it is written and read back.
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
    /// Which way the money went, and the reference that is booked once.
    public let key: MovementKey
    /// In what capacity the party holds its account.
    public let owner: LedgerAccountID.Owner
    /// Whose account was booked on.
    public let party: PublicKey
    /// What was moved.
    public let asset: Asset
    /// How many units; above zero.
    public let amount: Amount
    /// The destination of a withdrawal: data, which whoever shows it escapes.
    public let memo: String?
    /// When it was booked, by the broker's clock.
    public let at: Timestamp

    /// A movement as it is written and read back.
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
