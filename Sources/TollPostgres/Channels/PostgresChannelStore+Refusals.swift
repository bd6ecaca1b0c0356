public import PayWord
public import TollMerchant

extension PostgresChannelStore {
    /// The answer as it came.
    /// - Throws: `storage-failed`.
    public func settlementAnswer(_ id: BatchID) async throws(Refusal) -> [UInt8]? {
        try await pool.rows(
            "SELECT answer FROM toll_answers WHERE merchant = $1 AND batch = $2",
            [.fixed(merchant), .fixed(id)]
        ) { try $0.bytes(0) }.first
    }

    /// A page of the filed refusals by their key.
    /// - Throws: `storage-failed`.
    public func refusals(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [ClaimRefusal] {
        try await pool.rows(
            """
            SELECT batch, position, channel, broker, asset, reason, expected, refused_at, final
            FROM toll_refusals WHERE merchant = $1 ORDER BY number DESC, position LIMIT $2 OFFSET $3
            """,
            [.fixed(merchant), .integer(Int64(clamping: limit)), .integer(Int64(clamping: count))]
        ) { row in
            let position = try row.integer(1)
            return ClaimRefusal(
                batchID: try row.fixed(0), position: UInt32(exactly: position),
                channel: position < 0 ? nil : try row.fixed(2), broker: try row.fixed(3),
                asset: try row.asset(4), reasonNumber: UInt64(bitPattern: try row.integer(5)),
                expected: try row.amount(6), refusedAt: try row.time(7),
                isForGood: try row.boolean(8))
        }
    }

    /// Channels that bear the reason of a refusal, in the order of their ids, up to `limit`.
    /// - Throws: `storage-failed`.
    public func refusedChannels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await channels(" AND c.refused_reason IS NOT NULL", [], after: id, limit)
    }

    /// Takes the refusal's reason off the channel, so that the next batch may claim it.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func claimAgain(_ id: CommitmentID) async throws(Refusal) {
        try await write { books in
            var state = try books.lockedState(id)
            state.allowClaims()
            try books.update([state])
        }
    }
}

/// A refusal that is filed; one without a channel is of the whole batch.
struct FiledRefusal {
    var position: Int64 = -1
    var channel: CommitmentID?
    let reason: Int64
    let expected: Amount
    let isForGood: Bool

    /// What was refused of a settled batch.
    static func all(
        _ outcomes: [ClaimResult], _ claims: [RedemptionBatch.Claim]
    ) -> [FiledRefusal] {
        zip(claims, outcomes).enumerated().compactMap { position, pair in
            pair.1.refusal.map {
                FiledRefusal(
                    position: Int64(position), channel: pair.0.id,
                    reason: Int64(bitPattern: $0.reasonNumber), expected: pair.0.expected,
                    isForGood: $0.isForGood)
            }
        }
    }
}

extension ChannelBooks {
    /// Files refusals of the batch with a number.
    func file(
        _ refusals: [FiledRefusal], _ batch: BatchID, number: Int64, broker: PublicKey,
        _ asset: Asset, at time: Timestamp
    ) {
        guard !refusals.isEmpty else { return }
        let count = refusals.count
        var positions = PostgresArray.integers(count)
        var channels = PostgresArray.bytes(count, each: CommitmentID.byteCount)
        var reasons = PostgresArray.integers(count)
        var expected = PostgresArray.integers(count)
        var finals = PostgresArray.integers(count)
        for refusal in refusals {
            positions.append(refusal.position)
            channels.append(refusal.channel?.bytes ?? [])
            reasons.append(refusal.reason)
            expected.append(refusal.expected.signed)
            finals.append(refusal.isForGood ? 1 : 0)
        }
        transaction.later(
            """
            INSERT INTO toll_refusals (merchant, number, batch, broker, asset, refused_at, position,
                channel, reason, expected, final)
            SELECT $1, $2, $3, $4, $5, $6, u.position,
                CASE WHEN u.position < 0 THEN NULL ELSE u.channel END, u.reason, u.expected,
                u.final = 1
            FROM unnest($7, $8, $9, $10, $11) AS u (position, channel, reason, expected, final)
            """,
            [
                me, .integer(number), .fixed(batch), .fixed(broker), .asset(asset), .time(time),
                .array(positions), .array(channels), .array(reasons), .array(expected),
                .array(finals),
            ])
    }

    func insert(answer: [UInt8], of batch: BatchID) {
        transaction.later(
            "INSERT INTO toll_answers (merchant, batch, answer) VALUES ($1, $2, $3)",
            [me, .fixed(batch), .bytes(answer)])
    }
}
