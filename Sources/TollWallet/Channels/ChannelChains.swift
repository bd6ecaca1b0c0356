internal import PayWord

/// The payer's side of all chains of one channel: O(log n) paywords a chain in memory, all of them
/// made from the wallet's secret.
struct ChannelChains: Sendable {
    private var cursors: [ChainCursor]

    /// Cursors that stand where the wallet has revealed to. Hashes each chain once.
    init(
        secret: WalletSecret, context: ChainContext, chains: [ChainPlan.Chain],
        revealed: [ChainIndex]? = nil
    ) {
        cursors = zip(Ordinal.all(count: chains.count), chains).map { ordinal, chain in
            secret.cursor(
                context: context, ordinal: ordinal, length: chain.length,
                revealed: revealed?[ordinal.position] ?? .zero)
        }
    }

    /// The cursors of a commitment that this wallet made.
    init(secret: WalletSecret, record: ChannelRecord) {
        self.init(
            secret: secret, context: record.commitment.context,
            chains: record.commitment.payload.chains.map {
                ChainPlan.Chain(denomination: $0.denomination, length: $0.length)
            }, revealed: record.progress.revealed)
    }

    /// The chains' roots, in order of ordinal.
    var roots: [Payword] {
        cursors.map { $0.key.payword(at: .zero, from: $0.revealed) ?? .zero }
    }

    /// The payword at a place; nil if there is no such place. Moves the cursor when it is above what
    /// was asked for before.
    mutating func payword(at mark: ChainMark) -> Payword? {
        let position = mark.ordinal.position
        guard position < cursors.count else { return nil }
        let revealed = cursors[position].revealed
        guard mark.index > revealed.index else {
            return cursors[position].key.payword(at: mark.index, from: revealed)
        }
        return cursors[position].advance(to: mark.index)
    }

    /// The paywords at these places, for the merchant's eyes.
    mutating func claims(_ marks: [ChainMark]) throws(Refusal) -> [PaywordClaim] {
        var claims: [PaywordClaim] = []
        for mark in marks {
            guard let payword = payword(at: mark) else {
                throw Refusal(.indexPastEnd, "chain \(mark.ordinal) has no index \(mark.index)")
            }
            claims.append(
                PaywordClaim(ordinal: mark.ordinal, index: mark.index, payword: payword))
        }
        return claims
    }
}
