public import PayWord

/// Who is enrolled, as what, in which asset.
public struct EnrolmentKey: Hashable, Sendable {
    /// As what the key is enrolled; one key may be enrolled as both, with an account each.
    public let role: Enrolment.Role
    /// The enrolled key: a payer's account key, or a merchant's key; 32 bytes.
    public let subject: PublicKey
    /// What the account counts; each asset is enrolled for by itself.
    public let asset: Asset

    /// The enrolment of a key in one role and one asset.
    public init(role: Enrolment.Role, subject: PublicKey, asset: Asset) {
        self.role = role
        self.subject = subject
        self.asset = asset
    }
}

/// Which payer key of which account is certified for credit, in which asset.
public struct CertificateKey: Hashable, Sendable {
    /// The account that is billed for the payer key's commitments.
    public let account: PublicKey
    /// The payer key that the certificate is of; a wallet has one for each merchant, none of them
    /// the account's.
    public let subject: PublicKey
    /// What the certificate allows commitments in.
    public let asset: Asset

    /// The certificate of one payer key of one account.
    public init(account: PublicKey, subject: PublicKey, asset: Asset) {
        self.account = account
        self.subject = subject
        self.asset = asset
    }
}

/// Which account's debt is guaranteed to which merchant.
public struct GuaranteeKey: Hashable, Sendable {
    /// The account in whose place the broker pays, where its credit does not reach.
    public let account: PublicKey
    /// The merchant that is paid all the same, as far as the guarantee goes.
    public let merchant: PublicKey
    /// What it is paid in; guarantees are counted for each asset.
    public let asset: Asset

    /// What the broker guarantees one merchant for one account (TC-05.8).
    public init(account: PublicKey, merchant: PublicKey, asset: Asset) {
        self.account = account
        self.merchant = merchant
        self.asset = asset
    }
}

/// Which batch of which merchant.
public struct BatchKey: Hashable, Sendable {
    /// The merchant that signed the redemption.
    public let merchant: PublicKey
    /// The 16 bytes that the merchant drew for the batch; they are its own, so another merchant may
    /// draw the same.
    public let batchID: BatchID

    /// A merchant's batch, which is settled once (TC-07.22).
    public init(merchant: PublicKey, batchID: BatchID) {
        self.merchant = merchant
        self.batchID = batchID
    }
}

/// A payer's nonce: one commitment has it, no other may.
public struct NonceKey: Hashable, Sendable {
    /// The payer key that signed the commitment.
    public let payer: PublicKey
    /// The 16 bytes that the payer drew for it.
    public let nonce: Nonce

    /// A nonce of one payer; another payer's equal nonce is another one.
    public init(payer: PublicKey, nonce: Nonce) {
        self.payer = payer
        self.nonce = nonce
    }
}

/// What makes a movement of money safe to ask for again.
public struct MovementKey: Hashable, Sendable {
    /// Which way the money goes.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Money that came in, booked by the operator.
        case deposit = 1
        /// Play money that an account drew.
        case faucet = 2
        /// Money that an account set aside to be paid out to it.
        case withdrawal = 3
        /// Money that was paid out, booked by the operator.
        case payout = 4
    }

    /// Which way the money goes: a reference is used once for each kind.
    public let kind: Kind
    /// Whose references these are: an account's; the operator's own are under 32 zero bytes.
    public let scope: PublicKey
    /// Names the movement in its scope: an account's own is 16 bytes, the operator's 1 to 128 bytes
    /// of UTF-8, such as a payment's number at the bank.
    public let reference: [UInt8]

    /// A movement by the reference that makes a repeat of it recognisable.
    public init(kind: Kind, scope: PublicKey, reference: [UInt8]) {
        self.kind = kind
        self.scope = scope
        self.reference = reference
    }
}
