extension ChainCursor {
    /// What a cursor is made from.
    public struct Start: Sendable {
        /// What every step of the chain hashes first.
        public let key: ChainKey
        /// The last payword and the chain's length.
        public let tip: ChainPosition
        /// What was revealed already; an index above the chain's length is taken as its length.
        public let revealed: ChainIndex

        /// A chain, and how far it is revealed.
        public init(key: ChainKey, tip: ChainPosition, revealed: ChainIndex = .zero) {
            self.key = key
            self.tip = tip
            self.revealed = revealed
        }
    }

    /// Cursors over many chains, in the order of `starts`: for a wallet that makes or restores many
    /// commitments, because the chains are walked side by side.
    ///
    /// ```swift
    /// let cursors = ChainCursor.many(
    ///     tips.map { ChainCursor.Start(key: $0.key, tip: $0.tip) })
    /// let roots = cursors.map(\.revealed.payword)
    /// ```
    public static func many(_ starts: some Collection<Start>) -> [ChainCursor] {
        let pebbles = starts.map {
            PebbleStart(key: $0.key, tip: $0.tip, revealed: $0.revealed)
        }
        StoringWalk.run(pebbles.map(\.walk))
        return pebbles.map { ChainCursor($0) }
    }
}
