internal import Foundation
internal import GRDB
public import PayWord
public import TollMerchant

extension SQLiteChannelStore {
    /// The answer as it came.
    /// - Throws: `storage-failed`.
    public func settlementAnswer(_ id: BatchID) async throws(Refusal) -> [UInt8]? {
        try await read { database in
            try Data.fetchOne(
                database,
                sql: """
                    SELECT answer FROM answers JOIN batches ON batches.number = answers.batch
                    WHERE id = ?
                    """, arguments: [id.data]
            ).map { Array($0) }
        }
    }

    /// A page of the filed refusals by their key.
    /// - Throws: `storage-failed`.
    public func refusals(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [ClaimRefusal] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT refusals.*, batches.id AS batch_id, broker, asset_code, asset_scale
                    FROM refusals JOIN batches ON batches.number = refusals.batch
                    ORDER BY refusals.batch DESC, position LIMIT ? OFFSET ?
                    """, arguments: [Int64(clamping: limit), Int64(clamping: count)]
            ).map { try ClaimRefusal($0) }
        }
    }

    /// Channels that bear the reason of a refusal, in the order of their ids, up to `limit`.
    /// - Throws: `storage-failed`.
    public func refusedChannels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await read {
            try $0.channels(where: "refused_reason IS NOT NULL", [], after: id, limit)
        }
    }

    /// Takes the refusal's reason off the channel, so that the next batch may claim it.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func claimAgain(_ id: CommitmentID) async throws(Refusal) {
        try await write { database in
            var state = try database.existingState(id)
            state.allowClaims()
            try database.update(state)
        }
    }
}

extension Database {
    /// Files what was refused of a settled batch.
    func file(
        _ outcomes: [ClaimResult], _ claims: [RedemptionBatch.Claim], _ batch: Int64,
        at time: Timestamp
    ) throws {
        for (position, (claim, outcome)) in zip(claims, outcomes).enumerated() {
            guard let refusal = outcome.refusal else { continue }
            try file(
                batch, position: Int64(position), claim.id,
                reason: Int64(bitPattern: refusal.reasonNumber), claim.expected, time,
                isForGood: refusal.isForGood)
        }
    }

    /// Files one refusal; one without a channel is of the whole batch.
    func file(
        _ batch: Int64, position: Int64 = -1, _ channel: CommitmentID? = nil, reason: Int64,
        _ expected: Amount, _ time: Timestamp, isForGood: Bool
    ) throws {
        try cachedStatement(
            sql: """
                INSERT INTO refusals (batch, position, channel, reason, expected, refused_at, final)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                batch, position, channel?.data, reason, expected.signed, time.column, isForGood,
            ])
    }
}

extension ClaimRefusal {
    init(_ row: Row) throws {
        let position = row["position"] as Int64
        self.init(
            batchID: try BatchID(column: row, "batch_id"), position: UInt32(exactly: position),
            channel: position < 0 ? nil : try CommitmentID(column: row, "channel"),
            broker: try PublicKey(column: row, "broker"), asset: try Asset(columns: row),
            reasonNumber: UInt64(bitPattern: row["reason"] as Int64),
            expected: try Amount(column: row, "expected"),
            refusedAt: Timestamp(column: row, "refused_at"), isForGood: row["final"])
    }
}
