public import PayWord

/// The rows that a decision needs. A store locks them, commitments first and then accounts, each in
/// the order of its ids, so that no two transactions wait for each other.
public struct LedgerQuery: Sendable {
    /// A page of an account's commitments that are not released, in the order of their ids.
    public struct CommitmentPage: Hashable, Sendable {
        public let account: PublicKey
        public let asset: Asset
        public let after: CommitmentID?
        public let limit: Int

        public init(account: PublicKey, asset: Asset, after: CommitmentID?, limit: Int) {
            self.account = account
            self.asset = asset
            self.after = after
            self.limit = limit
        }
    }

    /// What an account drew from the faucet since a moment.
    public struct FaucetUse: Hashable, Sendable {
        public let account: PublicKey
        public let asset: Asset
        public let since: Timestamp

        public init(account: PublicKey, asset: Asset, since: Timestamp) {
            self.account = account
            self.asset = asset
            self.since = since
        }
    }

    public var commitments: [CommitmentID] = []
    /// Commitments of which the documents are wanted too.
    public var documents: [CommitmentID] = []
    public var nonce: NonceKey?
    public var accounts: [LedgerAccountID] = []
    public var enrolments: [EnrolmentKey] = []
    public var certificates: [CertificateKey] = []
    public var guarantees: [GuaranteeKey] = []
    public var batch: BatchKey?
    public var movement: MovementKey?
    public var faucetUse: FaucetUse?
    public var page: CommitmentPage?

    /// A query for nothing.
    public init() {}
}

/// The rows as they stand. What a query did not name, or what is not there, is absent; an account
/// that nothing was booked on counts as empty.
public struct LedgerSnapshot: Sendable {
    public var commitments: [CommitmentID: LedgerCommitment] = [:]
    public var documents: [CommitmentID: CommitmentDocuments] = [:]
    /// The commitment that has the nonce.
    public var nonceHolder: CommitmentID?
    public var accounts: [LedgerAccountID: LedgerAccount] = [:]
    public var enrolments: [EnrolmentKey: EnrolmentRecord] = [:]
    public var certificates: [CertificateKey: CertificateRecord] = [:]
    /// How much of each guarantee is used up.
    public var guaranteesUsed: [GuaranteeKey: Amount] = [:]
    public var settlement: LedgerSettlement?
    public var movement: MovementRecord?
    public var faucetDrawn = Amount.zero
    public var page: [CommitmentRecord] = []

    /// A snapshot of nothing.
    public init() {}

    /// An account, empty if nothing was booked on it.
    public func account(_ id: LedgerAccountID) -> LedgerAccount {
        accounts[id] ?? LedgerAccount(id: id)
    }
}

/// What a decision changes: all of it in one transaction, or nothing.
public struct LedgerChanges: Sendable {
    /// Booked in this order.
    public var transactions: [LedgerTransaction] = []
    /// Commitments that are new. One that is there already, or has another's payer and nonce, is
    /// `duplicate-commitment`.
    public var registered: [CommitmentRecord] = []
    /// Commitments whose state changes.
    public var updated: [LedgerCommitment] = []
    /// Written over what is there.
    public var enrolments: [EnrolmentRecord] = []
    /// Written over what is there.
    public var certificates: [CertificateRecord] = []
    /// Written over what is there.
    public var guaranteesUsed: [GuaranteeKey: Amount] = [:]
    /// New floors. One above the account's balance is `insufficient-funds`.
    public var floors: [LedgerAccountID: Int64] = [:]
    /// A new settlement. One of its batch that is there already is `batch-conflict`.
    public var settlement: LedgerSettlement?
    /// A new movement. One with its key that is there already is `reference-conflict`.
    public var movement: MovementRecord?

    /// No changes.
    public init() {}

    /// Whether there is nothing to write.
    public var isEmpty: Bool {
        transactions.isEmpty && registered.isEmpty && updated.isEmpty && enrolments.isEmpty
            && certificates.isEmpty && guaranteesUsed.isEmpty && floors.isEmpty
            && settlement == nil && movement == nil
    }
}

/// What to write, and what to answer once it is written.
public struct LedgerDecision<Answer: Sendable>: Sendable {
    public let answer: Answer
    public let changes: LedgerChanges

    public init(_ answer: Answer, changes: LedgerChanges = LedgerChanges()) {
        self.answer = answer
        self.changes = changes
    }
}
