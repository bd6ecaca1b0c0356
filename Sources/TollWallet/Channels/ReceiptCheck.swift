internal import PayWord

/// Holds what a merchant signs about a channel against the wallet's own record.
enum ReceiptCheck {
    /// Checks that a receipt is of this channel and says no more than is true.
    /// - Throws: `unknown-commitment` for another channel's, `amount-mismatch` for figures that do
    ///   not belong together, `overclaimed` for more than was revealed or charged.
    static func check(_ receipt: Receipt, record: ChannelRecord) throws(Refusal) {
        let commitment = record.commitment.payload
        guard receipt.commitmentID == record.id, receipt.payer == commitment.payer,
            receipt.merchant == commitment.merchant, receipt.asset == commitment.asset
        else { throw Refusal(.unknownCommitment, "the receipt is of another channel") }
        let worth = try worth(receipt.marks, record: record)
        guard receipt.accepted == worth, receipt.spent <= worth else {
            throw Refusal(
                .amountMismatch,
                "the receipt says \(receipt.accepted) units are accepted and \(receipt.spent) "
                    + "spent; its indexes are worth \(worth)")
        }
        guard receipt.spent <= record.progress.charged else {
            throw Refusal(
                .overclaimed,
                "the receipt says \(receipt.spent) units are spent; the wallet was charged "
                    + "\(record.progress.charged)")
        }
    }

    /// Checks that a close is of this channel, and that it keeps what was spent and no more than
    /// was accepted.
    static func check(
        _ close: Close, receipt: Receipt, record: ChannelRecord
    ) throws(Refusal) {
        guard close.commitmentID == record.id, close.merchant == record.merchant,
            close.broker == record.broker
        else { throw Refusal(.unknownCommitment, "the close is of another channel") }
        let final = try worth(close.final, record: record)
        guard final <= receipt.accepted else {
            throw Refusal(
                .overclaimed,
                "the close keeps \(final) units of \(receipt.accepted) accepted")
        }
        guard final >= receipt.spent else {
            throw Refusal(
                .amountMismatch, "the close keeps \(final) units of \(receipt.spent) spent")
        }
    }

    private static func worth(
        _ marks: [ChainMark], record: ChannelRecord
    ) throws(Refusal) -> Amount {
        var indexes = [ChainIndex](
            repeating: .zero, count: record.commitment.payload.chains.count)
        for mark in marks {
            guard mark.ordinal.position < indexes.count else { throw Refusal(.unknownChain) }
            let revealed = record.progress.revealed[mark.ordinal.position]
            guard mark.index <= revealed else {
                throw Refusal(
                    .overclaimed,
                    "index \(mark.index) of chain \(mark.ordinal) is claimed; \(revealed) was "
                        + "revealed")
            }
            indexes[mark.ordinal.position] = mark.index
        }
        return try record.commitment.payload.worth(at: indexes)
    }
}
