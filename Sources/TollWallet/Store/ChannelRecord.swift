public import PayWord

/// How a channel's commitment is funded.
public enum FundingMode: UInt8, Sendable, CaseIterable {
    /// Locked at the broker before the first payword.
    case reserved = 1
    /// Billed afterwards, under a certificate.
    case credit = 2
    /// The merchant is its own broker: nothing funds it.
    case twoParty = 3
}

/// Where a channel stands at the wallet.
public enum ChannelStage: UInt8, Sendable, CaseIterable {
    /// The commitment is on disk; its funding is not. The broker may or may not have it.
    case committed = 1
    /// Funded: it can be opened and paid on.
    case ready = 2
    /// The merchant claimed more than was paid. Nothing more is paid on it.
    case disputed = 3
    /// The merchant has signed its close, or the broker has released it.
    case closed = 4
}

/// A channel as the wallet's store keeps it: what never changes, and ``progress``, which moves.
///
/// It holds no secret. Keys and paywords derive from the wallet's secret, which is not in the store.
public struct ChannelRecord: Sendable, Equatable {
    /// The payer's promise. Its id is the channel's name.
    public let commitment: SignedObject<Commitment>
    /// Which of the wallet's keys for this broker and merchant signed it.
    public let generation: UInt32
    /// Where the merchant is reached, as text that the caller understands.
    public let address: String
    /// How it is funded.
    public let mode: FundingMode
    /// What hides the offer behind the commitment's terms digest.
    public let salt: TermsSalt?
    /// The merchant's offer that the commitment refers to.
    public let offer: SignedObject<Offer>?
    /// What makes opening it again the same opening.
    public let reference: RequestReference?
    /// The signed reservation request, kept so that the same bytes are sent again.
    public var request: [UInt8]?
    /// What funds it, as the merchant will see it.
    public var funding: [[UInt8]]
    /// Where it stands.
    public var stage: ChannelStage
    /// How far it is paid.
    public var progress: ChannelProgress
    /// What the merchant claimed, where there is a dispute.
    public var dispute: String?
    /// The merchant's signed close.
    public var close: [UInt8]?
    /// Whether the broker has the close.
    public var isCloseDelivered: Bool

    /// A channel whose commitment was just signed.
    public init(
        commitment: SignedObject<Commitment>, generation: UInt32, address: String,
        mode: FundingMode, salt: TermsSalt? = nil, offer: SignedObject<Offer>? = nil,
        reference: RequestReference? = nil, request: [UInt8]? = nil, funding: [[UInt8]] = [],
        stage: ChannelStage = .committed, progress: ChannelProgress? = nil,
        dispute: String? = nil, close: [UInt8]? = nil, isCloseDelivered: Bool = false
    ) {
        self.commitment = commitment
        self.generation = generation
        self.address = address
        self.mode = mode
        self.salt = salt
        self.offer = offer
        self.reference = reference
        self.request = request
        self.funding = funding
        self.stage = stage
        self.progress = progress ?? ChannelProgress(chains: commitment.payload.chains.count)
        self.dispute = dispute
        self.close = close
        self.isCloseDelivered = isCloseDelivered
    }

    /// The channel's name.
    public var id: CommitmentID { commitment.id }
    /// Who is paid.
    public var merchant: PublicKey { commitment.payload.merchant }
    /// Who settles.
    public var broker: PublicKey { commitment.payload.broker }
    /// What is paid in.
    public var asset: Asset { commitment.payload.asset }

    /// What may still be paid on it: what is not revealed, and credit.
    /// - Throws: `amount-overflow` for a commitment that is worth more than fits, which this wallet
    ///   does not make.
    public var spendable: Amount {
        get throws(Refusal) {
            try commitment.payload.worth.subtractingOrZero(progress.charged)
        }
    }

    /// What was revealed and not charged: the next payments use it first.
    public var credit: Amount {
        get throws(Refusal) {
            try commitment.payload.worth(at: progress.revealed)
                .subtractingOrZero(progress.charged)
        }
    }
}

/// How far a channel is paid, as the wallet knows it.
public struct ChannelProgress: Sendable, Equatable {
    /// Rises with every change, so that two programs on one wallet never write over each other.
    public var version: UInt64
    /// How far each chain was revealed, or may have been: written before it happens.
    public var revealed: [ChainIndex]
    /// How far the merchant has said that it accepted each chain.
    public var accepted: [ChainIndex]
    /// What the merchant last said was spent.
    public var spent: Amount
    /// ``spent``, and all payments under way: the most that the merchant may say is spent.
    public var charged: Amount
    /// How many payments were journalled: the number of the last one.
    public var payments: UInt64
    /// Whether the journal explains all that was spent. A restored channel's does not, until the
    /// merchant was heard.
    public var isComplete: Bool
    /// Whether another copy of the wallet was found to pay on the channel: it may use credit that
    /// this record knows of, so what is spent is believed within the accepted.
    public var isShared: Bool

    /// A channel on which nothing is paid.
    public init(chains: Int) {
        version = 0
        revealed = Array(repeating: .zero, count: chains)
        accepted = revealed
        spent = .zero
        charged = .zero
        payments = 0
        isComplete = true
        isShared = false
    }
}
