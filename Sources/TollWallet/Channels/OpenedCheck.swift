internal import PayWord
internal import PeerProtocol

/// What a merchant says of a channel, after the wallet has held it against its own chains.
struct HeardState: Sendable, Equatable {
    /// How far each chain is accepted.
    let accepted: [ChainIndex]
    /// What is spent.
    let spent: Amount
    /// Whether the merchant shows what this wallet's record does not explain: another copy of the
    /// wallet paid, or this one's database is an older copy.
    let isAhead: Bool

    /// Holds `opened` against the chains and the record.
    ///
    /// An index beyond the record is believed only with the payword that stands there, which nobody
    /// can show whom the wallet, or a copy of it, did not show it to.
    /// - Throws: `overclaimed` for paywords that are not the chain's, for a worth that the shown
    ///   paywords do not have, and for more spent than was ever charged.
    init(
        _ opened: Opened, record: ChannelRecord, chains: inout ChannelChains
    ) throws(Refusal) {
        let commitment = record.commitment.payload
        var accepted = [ChainIndex](repeating: .zero, count: commitment.chains.count)
        for claim in opened.paywords {
            let chain = try? commitment.chain(claim.ordinal)
            guard let chain, claim.index <= chain.length,
                let own = chains.payword(at: claim.mark),
                ConstantTime.areEqual(own, claim.payword)
            else {
                throw Refusal(
                    .overclaimed,
                    "the merchant claims index \(claim.index) of chain \(claim.ordinal) and does "
                        + "not show its payword")
            }
            accepted[claim.ordinal.position] = claim.index
        }
        let worth = try commitment.worth(at: accepted)
        guard opened.accepted == worth else {
            throw Refusal(
                .overclaimed,
                "the merchant says \(opened.accepted) units are accepted; the paywords that it "
                    + "shows are worth \(worth)")
        }
        guard opened.spent <= worth else {
            throw Refusal(
                .overclaimed,
                "the merchant says \(opened.spent) units are spent of \(worth) accepted")
        }
        let progress = record.progress
        // Paywords that were revealed and refused, another copy may have paid with, and spent what
        // this record does not explain.
        let isNew = zip(accepted, progress.accepted).contains { $0 > $1 }
        isAhead =
            zip(accepted, progress.revealed).contains { $0 > $1 }
            || ((isNew || progress.isShared) && opened.spent > progress.charged)
        if progress.isComplete, !isAhead, opened.spent > progress.charged {
            throw Refusal(
                .overclaimed,
                "the merchant says \(opened.spent) units are spent; the wallet was charged "
                    + "\(progress.charged)")
        }
        self.accepted = accepted
        spent = opened.spent
    }
}
