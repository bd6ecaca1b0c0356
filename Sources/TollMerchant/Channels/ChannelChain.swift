public import PayWord

/// One chain of a channel as the merchant's store keeps it.
public struct ChannelChain: Sendable, Equatable {
    /// What one payword is worth.
    public let denomination: Amount
    /// How many paywords there are.
    public let length: ChainIndex
    /// The payword accepted last; the root at first.
    public var accepted: ChainPosition
    /// Up to where claims were sent, or are about to be: never above the accepted index.
    public var claimed: ChainIndex
    /// Up to where the broker has settled: never above the claimed index.
    public var settled: ChainIndex
    /// Where the signed close ends this chain; meaningless while the channel is open.
    public var final: ChainIndex

    /// A chain as a store reads it back, or of which nothing is claimed yet.
    public init(
        denomination: Amount, length: ChainIndex, accepted: ChainPosition,
        claimed: ChainIndex = .zero, settled: ChainIndex = .zero, final: ChainIndex = .zero
    ) {
        self.denomination = denomination
        self.length = length
        self.accepted = accepted
        self.claimed = claimed
        self.settled = settled
        self.final = final
    }

    /// A chain of which nothing was revealed.
    public init(_ chain: CommittedChain) {
        self.init(
            denomination: chain.denomination, length: chain.length,
            accepted: ChainPosition(index: .zero, payword: chain.root))
    }
}

extension Sequence where Element == ChannelChain {
    /// What the chains are worth at an index of each.
    /// - Throws: `amount-overflow`, which no chains of one commitment can meet that was checked.
    public func worth(_ index: (ChannelChain) -> ChainIndex) throws(Refusal) -> Amount {
        var total = Amount.zero
        for chain in self {
            total = try total.adding(
                chain.denomination.multiplied(by: UInt64(index(chain).value)))
        }
        return total
    }
}
