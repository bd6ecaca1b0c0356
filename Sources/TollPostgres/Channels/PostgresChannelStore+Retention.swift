public import PayWord
public import TollMerchant

extension PostgresChannelStore {
    /// Filters by date and by the sums that each row keeps, then by the rule itself.
    /// - Throws: `storage-failed`.
    public func purgeable(
        by rule: PurgeRule, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        var found: [ChannelRecord] = []
        var last = id
        while found.count < limit {
            let page = try await purgeCandidates(rule, after: last, limit)
            found += page.filter { rule.takes($0) }.prefix(limit - found.count)
            last = page.last?.terms.id
            guard page.count == limit else { break }
        }
        return found
    }

    /// Channels that may go as far as their columns tell.
    private func purgeCandidates(
        _ rule: PurgeRule, after id: CommitmentID?, _ limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await channels(
            """
             AND m.redeem_by < $4 AND m.expires_at < $4 AND c.claimed = c.settled
            AND c.refused_reason IS NULL AND m.funding <> 3 AND NOT EXISTS (
                SELECT 1 FROM toll_batch_claims b
                JOIN toll_kept_answers k ON k.merchant = b.merchant AND k.batch = b.batch
                WHERE b.merchant = c.merchant AND b.channel = c.channel)
            """, [.time(rule.redeemByBefore)], after: id, limit)
    }

    /// Locks the channels, judges them as they stand, deletes them with all that refers to them, and
    /// adds them to the totals, in one transaction. Their rows in `toll_nonces` stay, so that none is
    /// opened again.
    /// - Throws: `amount-overflow` if a total does not fit; `storage-failed`.
    public func purge(
        _ ids: [CommitmentID], by rule: PurgeRule
    ) async throws(Refusal) -> [ChannelRecord] {
        try await write { books in
            let states = try books.lockedStates(Array(Set(ids)))
            let kept = try books.evidence(among: ids)
            let gone = try books.records(states.keys.sorted()).filter {
                rule.takes($0) && !kept.contains($0.terms.id)
            }
            guard !gone.isEmpty else { return [] }
            var totals: [Asset: PurgedTotals] = [:]
            for channel in gone {
                let asset = channel.terms.asset
                var sum = try totals[asset] ?? books.lockedPurgedTotals(in: asset)
                try sum.add(channel.state)
                totals[asset] = sum
            }
            books.delete(gone.map(\.terms.id))
            for (asset, sum) in totals.sorted(by: { "\($0.key)" < "\($1.key)" }) {
                try books.write(sum, in: asset)
            }
            return gone
        }
    }
}

/// The statements behind it.
extension ChannelBooks {
    /// Those of the channels that are claimed in a batch whose answer is kept.
    func evidence(among ids: [CommitmentID]) throws -> Set<CommitmentID> {
        Set(
            try transaction.rows(
                """
                SELECT DISTINCT b.channel FROM toll_batch_claims b
                JOIN toll_kept_answers k ON k.merchant = b.merchant AND k.batch = b.batch
                WHERE b.merchant = $1 AND b.channel = ANY ($2)
                """, [me, .ids(ids)]
            ).map { try $0.fixed(0) })
    }

    /// Whole channels, in the order of their ids.
    func records(_ ids: [CommitmentID]) throws -> [ChannelRecord] {
        try transaction.rows(
            """
            SELECT \(ChannelRecord.columns) FROM \(ChannelRecord.tables)
            WHERE c.merchant = $1 AND c.channel = ANY ($2) ORDER BY c.channel
            """, [me, .ids(ids)]
        ).map { try ChannelRecord($0) }
    }

    func delete(_ ids: [CommitmentID]) {
        let tables = [
            "toll_charges", "toll_closes", "toll_batch_claims", "toll_channels", "toll_commitments",
        ]
        for table in tables {
            transaction.later(
                "DELETE FROM \(table) WHERE merchant = $1 AND channel = ANY ($2)", [me, .ids(ids)])
        }
    }

    /// Whether a channel went: its nonce is taken, and it is not here.
    func wasPurged(_ terms: ChannelTerms) throws -> Bool {
        try transaction.rows(
            """
            SELECT 1 FROM toll_nonces
            WHERE merchant = $1 AND payer = $2 AND nonce = $3 AND channel = $4
            """, [me, .fixed(terms.payer), .fixed(terms.nonce), .fixed(terms.id)]
        ).first != nil
    }

    func purgedTotals(in asset: Asset) throws -> PurgedTotals {
        try purgedTotals(in: asset, "")
    }

    /// The totals, which nobody else changes until the end. The row is made where there is none, so
    /// that two who purge at once follow one another from the first time on.
    func lockedPurgedTotals(in asset: Asset) throws -> PurgedTotals {
        transaction.later(
            """
            INSERT INTO toll_purged_totals (merchant, asset, channels, payments, accepted, spent, due,
                settled)
            VALUES ($1, $2, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING
            """, [me, .asset(asset)])
        return try purgedTotals(in: asset, " FOR UPDATE")
    }

    private func purgedTotals(in asset: Asset, _ lock: String) throws -> PurgedTotals {
        try transaction.rows(
            """
            SELECT channels, payments, accepted, spent, due, settled FROM toll_purged_totals
            WHERE merchant = $1 AND asset = $2\(lock)
            """, [me, .asset(asset)]
        ).first.map { row in
            PurgedTotals(
                channels: try row.unsigned(0), payments: try row.unsigned(1),
                accepted: try row.amount(2), spent: try row.amount(3), due: try row.amount(4),
                settled: try row.amount(5))
        } ?? PurgedTotals()
    }

    func write(_ totals: PurgedTotals, in asset: Asset) throws {
        transaction.later(
            """
            UPDATE toll_purged_totals SET channels = $3, payments = $4, accepted = $5, spent = $6,
                due = $7, settled = $8 WHERE merchant = $1 AND asset = $2
            """,
            [
                me, .asset(asset), try .count(totals.channels), try .count(totals.payments),
                .amount(totals.accepted), .amount(totals.spent), .amount(totals.due),
                .amount(totals.settled),
            ])
    }
}
