internal import Foundation
internal import GRDB
public import PayWord
public import TollMerchant

extension SQLiteChannelStore {
    /// Filters by date and by the sums that each row keeps, then by the rule itself, page by page.
    /// - Throws: `storage-failed`.
    public func purgeable(
        by rule: PurgeRule, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await read { database in
            var found: [ChannelRecord] = []
            var last = id
            while found.count < limit {
                let page = try database.purgeCandidates(rule, after: last, limit)
                found += page.filter { rule.takes($0) }.prefix(limit - found.count)
                last = page.last?.terms.id
                guard page.count == limit else { break }
            }
            return found
        }
    }

    /// Deletes the channels with all that refers to them, adds them to the totals and notes their ids
    /// and nonces, in one transaction.
    /// - Throws: `amount-overflow` if a total does not fit; `storage-failed`.
    public func purge(
        _ ids: [CommitmentID], by rule: PurgeRule
    ) async throws(Refusal) -> [ChannelRecord] {
        try await write { database in
            var gone: [ChannelRecord] = []
            var totals: [Asset: PurgedTotals] = [:]
            for id in ids {
                guard let channel = try database.channel(id), rule.takes(channel),
                    try !database.isEvidence(id)
                else { continue }
                let asset = channel.terms.asset
                var sum = try totals[asset] ?? database.purgedTotals(in: asset)
                try sum.add(channel.state)
                totals[asset] = sum
                try database.purge(channel.terms)
                gone.append(channel)
            }
            for (asset, sum) in totals { try database.write(sum, in: asset) }
            return gone
        }
    }
}

/// The statements behind it; each runs inside its caller's transaction.
extension Database {
    /// Whether a batch that claims the channel has an answer that a broker must be held to.
    static let isEvidence = """
        EXISTS (SELECT 1 FROM batch_claims JOIN kept_answers USING (batch)
            WHERE batch_claims.channel = channels.id)
        """

    /// Channels that may go as far as their columns tell.
    func purgeCandidates(
        _ rule: PurgeRule, after id: CommitmentID?, _ limit: Int
    ) throws -> [ChannelRecord] {
        let end = rule.redeemByBefore.column
        return try channels(
            where: """
                redeem_by < ? AND expires_at < ? AND claimed = settled
                AND refused_reason IS NULL AND funding <> 3 AND NOT \(Self.isEvidence)
                """, [end, end], after: id, limit)
    }

    func isEvidence(_ id: CommitmentID) throws -> Bool {
        try Bool.fetchOne(
            cachedStatement(sql: "SELECT \(Self.isEvidence) FROM channels WHERE id = ?"),
            arguments: [id.data]) ?? false
    }

    /// Whether a channel with this id went.
    func wasPurged(_ id: CommitmentID) throws -> Bool {
        try Bool.fetchOne(
            cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM purged_channels WHERE id = ?)"),
            arguments: [id.data]) ?? false
    }

    func purge(_ terms: ChannelTerms) throws {
        for table in ["charges", "closes", "batch_claims"] {
            try cachedStatement(sql: "DELETE FROM \(table) WHERE channel = ?")
                .execute(arguments: [terms.id.data])
        }
        for table in ["channels", "commitments"] {
            try cachedStatement(sql: "DELETE FROM \(table) WHERE id = ?")
                .execute(arguments: [terms.id.data])
        }
        try cachedStatement(sql: "INSERT INTO purged_channels (id, payer, nonce) VALUES (?, ?, ?)")
            .execute(arguments: [terms.id.data, terms.payer.data, terms.nonce.data])
    }

    func purgedTotals(in asset: Asset) throws -> PurgedTotals {
        let row = try Row.fetchOne(
            self, sql: "SELECT * FROM purged_totals WHERE asset_code = ? AND asset_scale = ?",
            arguments: [asset.code, Int64(asset.scale)])
        guard let row else { return PurgedTotals() }
        return PurgedTotals(
            channels: UInt64(clamping: row["channels"] as Int64),
            payments: UInt64(clamping: row["payments"] as Int64),
            accepted: try Amount(column: row, "accepted"), spent: try Amount(column: row, "spent"),
            due: try Amount(column: row, "due"), settled: try Amount(column: row, "settled"))
    }

    func write(_ totals: PurgedTotals, in asset: Asset) throws {
        try execute(
            sql: """
                INSERT OR REPLACE INTO purged_totals (asset_code, asset_scale, channels, payments,
                    accepted, spent, due, settled)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                asset.code, Int64(asset.scale), Int64(clamping: totals.channels),
                Int64(clamping: totals.payments), totals.accepted.signed, totals.spent.signed,
                totals.due.signed, totals.settled.signed,
            ])
    }
}
