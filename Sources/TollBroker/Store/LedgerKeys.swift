public import PayWord

/// Who is enrolled, as what, in which asset.
public struct EnrolmentKey: Hashable, Sendable {
    public let role: Enrolment.Role
    public let subject: PublicKey
    public let asset: Asset

    public init(role: Enrolment.Role, subject: PublicKey, asset: Asset) {
        self.role = role
        self.subject = subject
        self.asset = asset
    }
}

/// Which payer key of which account is certified for credit, in which asset.
public struct CertificateKey: Hashable, Sendable {
    public let account: PublicKey
    public let subject: PublicKey
    public let asset: Asset

    public init(account: PublicKey, subject: PublicKey, asset: Asset) {
        self.account = account
        self.subject = subject
        self.asset = asset
    }
}

/// Which account's debt is guaranteed to which merchant.
public struct GuaranteeKey: Hashable, Sendable {
    public let account: PublicKey
    public let merchant: PublicKey
    public let asset: Asset

    public init(account: PublicKey, merchant: PublicKey, asset: Asset) {
        self.account = account
        self.merchant = merchant
        self.asset = asset
    }
}

/// Which batch of which merchant.
public struct BatchKey: Hashable, Sendable {
    public let merchant: PublicKey
    public let batchID: BatchID

    public init(merchant: PublicKey, batchID: BatchID) {
        self.merchant = merchant
        self.batchID = batchID
    }
}

/// A payer's nonce: one commitment has it, no other may.
public struct NonceKey: Hashable, Sendable {
    public let payer: PublicKey
    public let nonce: Nonce

    public init(payer: PublicKey, nonce: Nonce) {
        self.payer = payer
        self.nonce = nonce
    }
}

/// What makes a movement of money safe to ask for again.
public struct MovementKey: Hashable, Sendable {
    /// Which way the money goes.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case deposit = 1
        case faucet = 2
        case withdrawal = 3
        case payout = 4
    }

    public let kind: Kind
    /// Whose references these are: an account's; the operator's own are under 32 zero bytes.
    public let scope: PublicKey
    public let reference: [UInt8]

    public init(kind: Kind, scope: PublicKey, reference: [UInt8]) {
        self.kind = kind
        self.scope = scope
        self.reference = reference
    }
}
