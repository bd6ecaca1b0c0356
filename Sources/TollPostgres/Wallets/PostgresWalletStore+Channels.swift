public import PayWord
public import TollWallet

extension PostgresWalletStore {
    /// Inserts the channel unless its id or reference is there. A channel that is here already is left
    /// as it is.
    /// - Throws: `reference-conflict` if another channel has the reference; `storage-failed`.
    public func insert(_ channel: ChannelRecord) async throws(Refusal) {
        try await write { books in
            guard try !books.insert(channel) else { return }
            let isHere =
                try books.transaction.rows(
                    "SELECT 1::bigint FROM toll_wallet_channels WHERE wallet = $1 AND channel = $2",
                    [books.me, .fixed(channel.id)]
                ).count > 0
            guard isHere else {
                throw Refusal(.referenceConflict, "the reference opened another channel")
            }
        }
    }

    /// The channel; nil if it is not here.
    /// - Throws: `storage-failed`, also for a row that cannot be read.
    public func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord? {
        try await channels(" AND channel = $2", [.fixed(id)]).first
    }

    /// The channel that was opened under the reference, by its unique index; nil if there is none.
    /// - Throws: `storage-failed`.
    public func channel(
        reference: RequestReference
    ) async throws(Refusal) -> ChannelRecord? {
        try await channels(" AND reference = $2", [.fixed(reference)]).first
    }

    /// Every channel, in the order of ids, in one snapshot: a wallet has few enough to hold.
    /// - Throws: `storage-failed`.
    public func channels() async throws(Refusal) -> [ChannelRecord] { try await channels("", []) }

    private func channels(
        _ condition: String, _ values: [PostgresValue]
    ) async throws(Refusal) -> [ChannelRecord] {
        try await pool.rows(
            """
            SELECT \(ChannelRecord.columns) FROM toll_wallet_channels WHERE wallet = $1\(condition)
            ORDER BY channel
            """, [me] + values
        ) { try ChannelRecord($0) }
    }

    /// Writes the request over the older one, before it is sent.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func replaceRequest(
        _ id: CommitmentID, _ request: [UInt8]
    ) async throws(Refusal) {
        try await write { try $0.change(id, "request = $3", [.bytes(request)]) }
    }

    /// Writes the funding and the stage `ready` in one statement that looks at the stage itself: a
    /// channel that was disputed or closed meanwhile stays so.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func fund(_ id: CommitmentID, _ funding: [[UInt8]]) async throws(Refusal) {
        let (committed, ready) = (ChannelStage.committed.rawValue, ChannelStage.ready.rawValue)
        try await write { books in
            try books.change(
                id,
                """
                funding = CASE stage WHEN \(committed) THEN $3 ELSE funding END,
                stage = CASE stage WHEN \(committed) THEN \(ready) ELSE stage END
                """, [WalletColumns.list(funding)])
        }
    }

    /// Writes the claim and the stage `disputed` in one statement that looks at both itself: an
    /// earlier claim and a close stay.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func dispute(_ id: CommitmentID, _ claim: String) async throws(Refusal) {
        let (disputed, closed) = (ChannelStage.disputed.rawValue, ChannelStage.closed.rawValue)
        try await write { books in
            try books.change(
                id,
                """
                dispute = coalesce(dispute, $3),
                stage = CASE stage WHEN \(closed) THEN stage ELSE \(disputed) END
                """, [.words(claim)])
        }
    }

    /// Writes the close, the stage `closed` and the receipt in one transaction: no channel is
    /// closed here without its evidence.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func close(
        _ id: CommitmentID, _ close: [UInt8], receipt: Verified<Receipt>
    ) async throws(Refusal) {
        try await write { books in
            try books.change(
                id, "close = $3, stage = \(ChannelStage.closed.rawValue)", [.bytes(close)])
            try books.keep(receipt.encoded, of: id)
        }
    }

    /// Sets a mark, so that the close is not sent again.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try await write { try $0.change(id, "is_close_delivered = TRUE", []) }
    }
}
