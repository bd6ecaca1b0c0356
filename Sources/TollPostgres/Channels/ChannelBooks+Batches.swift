internal import PayWord
internal import TollMerchant

/// The statements behind redemption. A batch's own row is locked before the channels that it claims.
extension ChannelBooks {
    /// Adds a batch with its claims.
    func insert(_ batch: RedemptionBatch) throws {
        // The merchant's row is locked until the end, so that numbers rise in the order of commits.
        let number = try transaction.rows(
            """
            INSERT INTO toll_merchants AS m (merchant, batches) VALUES ($1, 1)
            ON CONFLICT (merchant) DO UPDATE SET batches = m.batches + 1 RETURNING batches
            """, [me]
        ).first?.integer(0)
        transaction.later(
            """
            INSERT INTO toll_batches (merchant, batch, number, broker, asset, created_at, redemption)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                me, .fixed(batch.id), .integer(number), .fixed(batch.broker), .asset(batch.asset),
                .time(batch.createdAt), .bytes(batch.redemption),
            ])
        let count = batch.claims.count
        var channels = PostgresArray.bytes(count, each: CommitmentID.byteCount)
        var indexes = PostgresArray.bytes(count, each: 8)
        var expected = PostgresArray.integers(count)
        for claim in batch.claims {
            channels.append(claim.id)
            indexes.append(ChainsColumn.encode(claim.indexes))
            expected.append(claim.expected.signed)
        }
        transaction.later(
            """
            INSERT INTO toll_batch_claims (merchant, batch, position, channel, indexes, expected)
            SELECT $1, $2, u.n - 1, u.channel, u.indexes, u.expected
            FROM unnest($3, $4, $5) WITH ORDINALITY AS u (channel, indexes, expected, n)
            """, [me, .fixed(batch.id), .array(channels), .array(indexes), .array(expected)])
    }

    func claims(_ batch: BatchID) throws -> [RedemptionBatch.Claim] {
        try transaction.rows(
            """
            SELECT channel, indexes, expected FROM toll_batch_claims
            WHERE merchant = $1 AND batch = $2 ORDER BY position
            """, [me, .fixed(batch)]
        ).map { row in
            RedemptionBatch.Claim(
                id: try row.fixed(0), indexes: ChainsColumn.indexes(try row.bytes(1)),
                expected: try row.amount(2))
        }
    }

    /// Batches that wait for an answer, in the order in which they were recorded.
    func unansweredBatches(at broker: PublicKey) throws -> [RedemptionBatch] {
        try transaction.rows(
            """
            SELECT batch, asset, created_at, redemption FROM toll_batches
            WHERE merchant = $1 AND broker = $2 AND redemption IS NOT NULL ORDER BY number
            """, [me, .fixed(broker)]
        ).map { row in
            let id: BatchID = try row.fixed(0)
            return RedemptionBatch(
                id: id, broker: broker, asset: try row.asset(1), createdAt: try row.time(2),
                claims: try claims(id), redemption: try row.bytes(3))
        }
    }

    /// Locks a batch that waits for its answer.
    /// - Returns: its redemption and number; nil if it was answered before.
    /// - Throws: `batch-conflict` if there is no such batch.
    func lockedBatch(_ id: BatchID) throws -> (redemption: [UInt8], number: Int64)? {
        let row = try transaction.rows(
            """
            SELECT redemption, number FROM toll_batches WHERE merchant = $1 AND batch = $2
            FOR UPDATE
            """, [me, .fixed(id)]
        ).first
        guard let row else { throw Refusal(.batchConflict, "no batch \(id) was recorded") }
        return row.isNull(0) ? nil : (try row.bytes(0), try row.integer(1))
    }

    /// Whom a batch is made out to, and in which asset.
    func party(ofBatch id: BatchID) throws -> (PublicKey, Asset) {
        let row = try transaction.rows(
            "SELECT broker, asset FROM toll_batches WHERE merchant = $1 AND batch = $2",
            [me, .fixed(id)]
        ).first
        guard let row else { throw Refusal(.batchConflict, "no batch \(id) was recorded") }
        return (try row.fixed(0), try row.asset(1))
    }

    /// Marks a batch as answered: its bytes are needed no more.
    func answer(_ id: BatchID, abandoned reason: Reason? = nil) {
        transaction.later(
            """
            UPDATE toll_batches SET redemption = NULL, abandoned_reason = $3
            WHERE merchant = $1 AND batch = $2
            """, [me, .fixed(id), .integer(reason.map { Int64($0.rawValue) })])
    }

    /// Notes what became of each claim, by position.
    func note(_ outcomes: [ClaimResult], _ id: BatchID) {
        var results = PostgresArray.integers(outcomes.count)
        for outcome in outcomes { results.append(outcome.column) }
        transaction.later(
            """
            UPDATE toll_batch_claims c SET result = u.result
            FROM unnest($3) WITH ORDINALITY AS u (result, n)
            WHERE c.merchant = $1 AND c.batch = $2 AND c.position = u.n - 1
            """, [me, .fixed(id), .array(results)])
    }

    func insert(_ settlement: SettlementRecord, number: Int64) throws {
        transaction.later(
            """
            INSERT INTO toll_settlements (merchant, number, \(SettlementRecord.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            [
                me, .integer(number), .fixed(settlement.batchID), .fixed(settlement.settlementID),
                .fixed(settlement.broker), .asset(settlement.asset), .time(settlement.settledAt),
                .amount(settlement.expected), .amount(settlement.gross), .amount(settlement.fee),
                .amount(settlement.net), try .count(settlement.claimsAccepted),
                try .count(settlement.claimsRefused), try .count(settlement.paywordsRedeemed),
                .bytes(settlement.settlement),
            ])
    }
}
