public import PayWord
public import TollWallet

extension PostgresWalletStore {
    /// Writes indexes, journal and budgets of all items in one transaction of two rounds: what they
    /// are judged on is read under the lock of the wallet, and what is good is written with the
    /// commit. Each item is checked whole, so a refused one leaves nothing behind; what earlier items
    /// spend counts for later ones.
    /// - Throws: `storage-failed`; then nothing of any item may be revealed.
    public func writeAhead(
        _ batch: [WriteAhead]
    ) async throws(Refusal) -> [Result<Void, Refusal>] {
        try await write { books in
            var moves = try WalletMoves(books, batch.map(\.channel), ahead: batch)
            let results = try batch.map { try moves.judge($0) }
            try moves.write()
            return results
        }
    }

    /// Writes the answered indexes and the payments' outcomes of all items in one transaction. Each
    /// item is checked as for ``writeAhead(_:)``, but for budgets and references.
    /// - Throws: `storage-failed`.
    public func record(
        _ batch: [ProgressUpdate]
    ) async throws(Refusal) -> [Result<Void, Refusal>] {
        try await write { books in
            var moves = try WalletMoves(books, batch.map(\.channel))
            let results = try batch.map { try moves.judge($0) }
            try moves.write()
            return results
        }
    }

    /// The journal lines of the channel in the state `pending`, in the order of their numbers.
    /// - Throws: `storage-failed`.
    public func pendingPayments(_ id: CommitmentID) async throws(Refusal) -> [PaymentRecord] {
        try await payments("channel = $2 AND state = 1 ORDER BY number", [.fixed(id)])
    }

    /// Looks each reference up by an index; the answer is in the order of the payments' numbers.
    /// References without a payment are passed over.
    /// - Throws: `storage-failed`.
    public func payments(
        _ id: CommitmentID, references: Set<[UInt8]>
    ) async throws(Refusal) -> [PaymentRecord] {
        var wanted = PostgresArray.bytes(references.count, each: 32)
        for reference in references { wanted.append(reference) }
        return try await payments(
            "channel = $2 AND state <> 3 AND reference = ANY ($3) ORDER BY number",
            [.fixed(id), .array(wanted)])
    }

    /// Looks the reference up by an index over all channels.
    /// - Throws: `storage-failed`.
    public func payment(
        to merchant: PublicKey, reference: [UInt8]
    ) async throws(Refusal) -> HistoryEntry? {
        try await entries(
            "merchant = $2 AND reference = $3 AND state <> 3 ORDER BY sequence LIMIT 1",
            [.fixed(merchant), .bytes(reference)]
        ).first
    }

    /// A page of at most `limit` journal lines: the number of the last one leads to the next page.
    /// - Throws: `storage-failed`.
    public func payments(
        _ id: CommitmentID, after number: UInt64, limit: Int
    ) async throws(Refusal) -> [PaymentRecord] {
        try await payments(
            "channel = $2 AND number > $3 ORDER BY number LIMIT $4",
            [
                .fixed(id), .integer(Int64(clamping: number)), .integer(Int64(clamping: limit)),
            ])
    }

    /// Counts and sums the channel's journal by state. A channel that is not here has none.
    /// - Throws: `storage-failed`; `amount-overflow` for a sum that does not fit.
    public func summary(_ id: CommitmentID) async throws(Refusal) -> JournalSummary {
        let sums: [(PaymentState, UInt64, Amount)] = try await pool.rows(
            """
            SELECT state, count(*), sum(amount)::bigint FROM toll_wallet_payments
            WHERE wallet = $1 AND channel = $2 GROUP BY state
            """, [me, .fixed(id)]
        ) { (try $0.choice(0), try $0.unsigned(1), try $0.amount(2)) }
        var summary = JournalSummary()
        for (state, count, amount) in sums {
            (summary.counts[state], summary.amounts[state]) = (count, amount)
        }
        return summary
    }

    /// At most `limit` journal lines of all channels, by the order in which they were written, the
    /// last first.
    /// - Throws: `storage-failed`.
    public func history(limit: Int) async throws(Refusal) -> [HistoryEntry] {
        try await entries(
            "TRUE ORDER BY sequence DESC LIMIT $2", [.integer(Int64(clamping: limit))])
    }

    /// Sums the table of spendings, which has a row for each asset, day and merchant, and not the
    /// journal. The day counts from 1970-01-01 (UTC).
    /// - Throws: `storage-failed`; `amount-overflow` for a sum that does not fit.
    public func revealed(
        asset: Asset, merchant: PublicKey?, day: UInt64?
    ) async throws(Refusal) -> Amount {
        var condition = ""
        var values: [PostgresValue] = [me, .asset(asset)]
        if let day {
            values.append(.integer(Int64(clamping: day)))
            condition += " AND day = $\(values.count)"
        }
        if let merchant {
            values.append(.fixed(merchant))
            condition += " AND merchant = $\(values.count)"
        }
        return try await pool.rows(
            """
            SELECT coalesce(sum(amount), 0)::bigint FROM toll_wallet_spendings
            WHERE wallet = $1 AND asset = $2\(condition)
            """, values
        ) { try $0.amount(0) }.first ?? .zero
    }

    private func payments(
        _ condition: String, _ values: [PostgresValue]
    ) async throws(Refusal) -> [PaymentRecord] {
        try await pool.rows(
            """
            SELECT \(PaymentRecord.columns) FROM toll_wallet_payments
            WHERE wallet = $1 AND \(condition)
            """, [me] + values
        ) { try PaymentRecord($0) }
    }

    private func entries(
        _ condition: String, _ values: [PostgresValue]
    ) async throws(Refusal) -> [HistoryEntry] {
        try await pool.rows(
            """
            SELECT \(HistoryEntry.columns) FROM toll_wallet_payments
            WHERE wallet = $1 AND \(condition)
            """, [me] + values
        ) { try HistoryEntry($0) }
    }
}
