public import PayWord
public import PeerProtocol

/// What changes while a channel lives, and what may become of it: every engine keeps these fields
/// and calls these methods inside its transaction, so that the arithmetic is written once.
///
/// What always holds: settled ≤ claimed ≤ accepted on each chain; spent ≤ accepted ≤ worth; the
/// claimed paywords are worth at most what is spent (after a close, at most what was closed at).
public struct ChannelState: Sendable, Equatable {
    /// The channel, by its commitment's 16-byte id.
    public let id: CommitmentID
    /// The chains, by ordinal.
    public var chains: [ChannelChain]
    /// What the accepted paywords are worth.
    public var accepted: Amount
    /// What services drew from it, less refunds.
    public var spent: Amount
    /// How many payments were counted.
    public var payments: UInt64
    /// When the channel was closed; nil while it is open.
    public var closedAt: Timestamp?
    /// Why the broker refused this channel's last claim for good; nil if it did not. While it is
    /// set, nothing is claimed: a person has to look at it.
    public var refusedReasonNumber: UInt64?
    /// Rises by one with every change, whoever makes it. What was decided on one version is written
    /// over that version alone.
    public internal(set) var version: UInt64

    /// A state as a store reads it back. What always holds of it is the caller's to keep.
    public init(
        id: CommitmentID, chains: [ChannelChain], accepted: Amount = .zero, spent: Amount = .zero,
        payments: UInt64 = 0, closedAt: Timestamp? = nil, refusedReasonNumber: UInt64? = nil,
        version: UInt64 = 0
    ) {
        self.id = id
        self.chains = chains
        self.accepted = accepted
        self.spent = spent
        self.payments = payments
        self.closedAt = closedAt
        self.refusedReasonNumber = refusedReasonNumber
        self.version = version
    }

    /// The state of a channel before its first payment.
    public init(opening commitment: SignedObject<Commitment>) {
        self.init(
            id: commitment.id, chains: commitment.payload.chains.map { ChannelChain($0) })
    }

    /// Whether the channel takes no more payments.
    public var isClosed: Bool { closedAt != nil }

    /// Why the broker refused; nil if it did not, or for a reason that this version does not know.
    public var refusedReason: Reason? {
        refusedReasonNumber.flatMap(UInt16.init(exactly:)).flatMap(Reason.init(rawValue:))
    }

    /// The accepted paywords, without the chains that stand at their root.
    public var paywords: PaywordClaims {
        var claims = PaywordClaims()
        for (position, chain) in chains.enumerated() where chain.accepted.index > .zero {
            guard let ordinal = Ordinal(UInt64(position)) else { break }
            claims.append(
                PaywordClaim(
                    ordinal: ordinal, index: chain.accepted.index, payword: chain.accepted.payword))
        }
        return claims
    }

    /// The accepted index of each chain.
    public var indexes: [ChainIndex] { chains.map(\.accepted.index) }

    /// What is accepted and spent.
    public var amounts: ChannelAmounts { ChannelAmounts(accepted: accepted, spent: spent) }

    /// The state as payers and services see it.
    public var status: ChannelStatus {
        ChannelStatus(
            commitmentID: id, paywords: paywords, accepted: accepted, spent: spent,
            payments: payments, isClosed: isClosed)
    }
}

/// A channel as the store keeps it: what never changes, and what does.
public struct ChannelRecord: Sendable, Equatable {
    /// What never changes: the parties, the dates, the worth, and the commitment's bytes.
    public let terms: ChannelTerms
    /// What payments, refunds, closes and claims change.
    public var state: ChannelState

    /// A channel as a store reads it back.
    public init(terms: ChannelTerms, state: ChannelState) {
        self.terms = terms
        self.state = state
    }

    /// A channel that was just opened.
    /// - Throws: `amount-overflow`.
    public init(
        opening commitment: Verified<Commitment>, funding: ChannelFunding, at time: Timestamp
    ) throws(Refusal) {
        self.init(
            terms: try ChannelTerms(commitment, funding: funding, openedAt: time),
            state: ChannelState(opening: commitment.object))
    }
}
