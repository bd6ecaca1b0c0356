public import PayWord

extension LedgerCommitment {
    /// Ends the commitment at the close's indexes; a chain stays at least where it was redeemed.
    ///
    /// - Returns: what it locks no longer; nothing if the same close was taken before.
    /// - Throws: `unknown-chain`, `index-past-end`, or `channel-closed` if it was closed at other
    ///   indexes: the first close wins.
    public mutating func close(at marks: [ChainMark]) throws(Refusal) -> Amount {
        let asked = try indexes(of: marks)
        if let final {
            let isRepeat = zip(asked, final).allSatisfy { $0 == $1 }
            guard isRepeat else {
                throw Refusal(.channelClosed, "this commitment was closed at other indexes")
            }
            return .zero
        }
        guard state == .live else { return .zero }
        let kept = zip(asked, chains).map { max($0, $1.redeemed.index) }
        let stillLocked =
            terms.funding == .reserved
            ? try worth(at: kept).subtracting(redeemed) : .zero
        let freed = try locked.subtracting(stillLocked)
        final = asked
        state = .closed
        locked = stillLocked
        return freed
    }

    /// Ends the commitment because its time is over.
    /// - Returns: what it locks no longer.
    public mutating func release() -> Amount {
        let freed = locked
        state = .released
        locked = .zero
        return freed
    }

    private func indexes(of marks: [ChainMark]) throws(Refusal) -> [ChainIndex] {
        var indexes = [ChainIndex](repeating: .zero, count: chains.count)
        for mark in marks {
            guard mark.ordinal.position < chains.count else {
                throw Refusal(
                    .unknownChain, "chain \(mark.ordinal) of a commitment with \(chains.count)")
            }
            guard mark.index <= chains[mark.ordinal.position].length else {
                throw Refusal(.indexPastEnd, "chain \(mark.ordinal) ends below \(mark.index)")
            }
            indexes[mark.ordinal.position] = mark.index
        }
        return indexes
    }
}
