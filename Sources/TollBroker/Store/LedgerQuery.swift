public import PayWord

/// The rows that a decision needs. A store locks them, commitments first and then accounts, each in
/// the order of its ids, so that no two transactions wait for each other.
public struct LedgerQuery: Sendable {
    /// A page of an account's commitments that are not released, in the order of their ids.
    public struct CommitmentPage: Hashable, Sendable {
        /// The account that funds the commitments.
        public let account: PublicKey
        /// What the commitments promise units of.
        public let asset: Asset
        /// The page begins after this id; nil for the first page.
        public let after: CommitmentID?
        /// The most commitments on the page; a full page means that there may be more.
        public let limit: Int

        /// A page of one account's commitments in one asset.
        public init(account: PublicKey, asset: Asset, after: CommitmentID?, limit: Int) {
            self.account = account
            self.asset = asset
            self.after = after
            self.limit = limit
        }
    }

    /// What an account drew from the faucet since a moment.
    public struct FaucetUse: Hashable, Sendable {
        /// The account that drew.
        public let account: PublicKey
        /// What it drew units of.
        public let asset: Asset
        /// Movements later than this count; one at this very moment does not.
        public let since: Timestamp

        /// What one account drew in one asset after a moment.
        public init(account: PublicKey, asset: Asset, since: Timestamp) {
            self.account = account
            self.asset = asset
            self.since = since
        }
    }

    /// The commitments wanted; the store locks them in the order of their ids.
    public var commitments: [CommitmentID] = []
    /// What was read before of some of them. Terms never change, so of these a store may read the
    /// states alone; and nothing at all, if it knows by the ``LedgerSnapshot/version`` that nothing
    /// was written since.
    public var earlier: LedgerSnapshot?
    /// Commitments of which the documents are wanted too.
    public var documents: [CommitmentID] = []
    /// A payer's nonce, of which the snapshot says which commitment has it.
    public var nonce: NonceKey?
    /// The ledger accounts wanted; one that nothing was booked on counts as empty.
    public var accounts: [LedgerAccountID] = []
    /// The enrolments wanted.
    public var enrolments: [EnrolmentKey] = []
    /// The credit certificates wanted.
    public var certificates: [CertificateKey] = []
    /// The guarantees of which it is wanted how much is used up.
    public var guarantees: [GuaranteeKey] = []
    /// The batch of which the settlement is wanted, if it was settled before.
    public var batch: BatchKey?
    /// The movement of money that is wanted, if it was booked before.
    public var movement: MovementKey?
    /// The draws from the faucet to be added up; nil where nobody draws.
    public var faucetUse: FaucetUse?
    /// The page of an account's commitments that is wanted.
    public var page: CommitmentPage?

    /// A query for nothing.
    public init() {}
}

/// The rows as they stand. What a query did not name, or what is not there, is absent; an account
/// that nothing was booked on counts as empty.
public struct LedgerSnapshot: Sendable {
    /// How often the store was written to before the rows were read; nil where it does not count.
    public var version: UInt64?
    /// The commitments of the query that are registered.
    public var commitments: [CommitmentID: LedgerCommitment] = [:]
    /// The bytes kept beside the commitments that ``LedgerQuery/documents`` names.
    public var documents: [CommitmentID: CommitmentDocuments] = [:]
    /// The commitment that has the nonce.
    public var nonceHolder: CommitmentID?
    /// The accounts of the query that are there; ``account(_:)`` gives the empty ones too.
    public var accounts: [LedgerAccountID: LedgerAccount] = [:]
    /// The enrolments of the query that are there.
    public var enrolments: [EnrolmentKey: EnrolmentRecord] = [:]
    /// The credit certificates of the query that are there, even where their time is over.
    public var certificates: [CertificateKey: CertificateRecord] = [:]
    /// How much of each guarantee is used up.
    public var guaranteesUsed: [GuaranteeKey: Amount] = [:]
    /// The settlement of the query's batch; nil if the batch is new.
    public var settlement: LedgerSettlement?
    /// The movement under the query's key; nil if its reference is new.
    public var movement: MovementRecord?
    /// Units drawn from the faucet after the moment that the query's faucet use names.
    public var faucetDrawn = Amount.zero
    /// The page that the query asks for, in ascending order of id.
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
///
/// ```swift
/// let free = try await store.decide(on: query) {
///     (snapshot) throws(Refusal) -> LedgerDecision<Amount> in
///     LedgerDecision(snapshot.account(purse).funds)
/// }
/// ```
public struct LedgerDecision<Answer: Sendable>: Sendable {
    /// What the verb answers, once the changes are durable.
    public let answer: Answer
    /// What is written before that, in one transaction.
    public let changes: LedgerChanges

    /// An answer and what it changes; with no changes, the store writes nothing.
    public init(_ answer: Answer, changes: LedgerChanges = LedgerChanges()) {
        self.answer = answer
        self.changes = changes
    }
}
