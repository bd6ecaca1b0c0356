internal import Foundation
internal import GRDB
public import PayWord
public import TollMerchant

extension SQLiteChannelStore {
    /// Filters on the sums that each row keeps (due, claimed, settled), so no chain is decoded to
    /// find out that there is nothing to claim; at most `limit` channels.
    /// - Throws: `storage-failed`.
    public func claimable(
        at broker: PublicKey, asset: Asset, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await read { database in
            try database.channels(
                where: """
                    due > claimed AND claimed = settled AND refused_reason IS NULL
                    AND broker = ? AND asset_code = ? AND asset_scale = ?
                    """, [broker.data, asset.code, Int64(asset.scale)], after: id, limit)
        }
    }

    /// Adds up the same rows in one snapshot; no chain is decoded.
    /// - Throws: `amount-overflow` if the total does not fit; `storage-failed`.
    public func claimableTotal(
        at broker: PublicKey, asset: Asset
    ) async throws(Refusal) -> ClaimableTotal {
        try await read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT due - claimed AS rest, redeem_by FROM \(ChannelRecord.tables)
                    WHERE due > claimed AND claimed = settled AND refused_reason IS NULL
                    AND broker = ? AND asset_code = ? AND asset_scale = ?
                    """, arguments: [broker.data, asset.code, Int64(asset.scale)])
            var total = ClaimableTotal.nothing
            while let row = try rows.next() {
                try total.add(
                    Amount(column: row, "rest"), redeemBy: Timestamp(column: row, "redeem_by"))
            }
            return total
        }
    }

    /// Writes the batch with its bytes, and marks what each claim claims, in one transaction: a
    /// crash leaves all of it, to be sent again, or nothing.
    /// - Throws: `batch-conflict` if a channel is not here, or has moved such that its claim does
    ///   not fit; then no channel of the batch is marked. `storage-failed`.
    public func record(_ batch: RedemptionBatch) async throws(Refusal) {
        try await write { database in
            let number = try database.insert(batch)
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO batch_claims (batch, position, channel, indexes, expected)
                    VALUES (?, ?, ?, ?, ?)
                    """)
            for (position, claim) in batch.claims.enumerated() {
                guard var state = try database.state(claim.id) else {
                    throw Refusal(.batchConflict, "no channel \(claim.id) is open here")
                }
                try state.claim(upTo: claim.indexes, worth: claim.expected)
                try database.update(state)
                try statement.execute(
                    arguments: [
                        number, Int64(position), claim.id.data,
                        ChainsColumn.encode(claim.indexes), claim.expected.signed,
                    ])
            }
        }
    }

    /// Batches whose bytes are still kept, in the order in which they were recorded.
    /// - Throws: `storage-failed`.
    public func unansweredBatches(
        at broker: PublicKey
    ) async throws(Refusal) -> [RedemptionBatch] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, id, broker, asset_code, asset_scale, created_at, redemption
                    FROM batches WHERE broker = ? AND redemption IS NOT NULL ORDER BY number
                    """, arguments: [broker.data]
            ).map { try database.batch($0) }
        }
    }

    /// Writes the settlement with its answer and each claim's result, files what was refused, and
    /// drops the bytes of the batch, in one transaction. That the bytes are gone is what marks a batch as answered, so a second answer
    /// changes nothing.
    /// - Throws: `batch-conflict` if there is no such batch, or it has another number of claims;
    ///   `storage-failed`.
    public func settle(
        _ id: BatchID, record: SettlementRecord, outcomes: [ClaimResult], answer: [UInt8]
    ) async throws(Refusal) {
        try await write { database in
            guard let number = try database.answer(id) else { return }
            let claims = try database.claims(number)
            guard claims.count == outcomes.count else {
                throw Refusal(.batchConflict, "the outcomes are not this batch's")
            }
            for (position, (claim, outcome)) in zip(claims, outcomes).enumerated() {
                var state = try database.existingState(claim.id)
                switch outcome {
                case .settled: state.settleClaim()
                case .refusedForNow: state.releaseClaim()
                case .refusedForGood(let reason): state.releaseClaim(refused: reason)
                }
                try database.update(state)
                try database.noteResult(outcome.column, number, position)
            }
            try database.insert(record, number)
            try database.execute(
                sql: "INSERT INTO answers (batch, answer) VALUES (?, ?)",
                arguments: [number, Data(answer)])
            try database.file(outcomes, claims, number, at: record.settledAt)
        }
    }

    /// Keeps the answer in the same file, and with it the redemption, which the batch lets go once
    /// it is answered.
    /// - Throws: `batch-conflict` unless the batch waits for its answer; `storage-failed`.
    public func keepAnswer(_ answer: [UInt8], of id: BatchID) async throws(Refusal) {
        try await write { try $0.keepAnswer(answer, of: id) }
    }

    /// The answer as it came, and the redemption as it was sent.
    /// - Throws: `storage-failed`.
    public func keptAnswer(_ id: BatchID) async throws(Refusal) -> KeptAnswer? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT kept_answers.redemption, answer FROM kept_answers
                    JOIN batches ON batches.number = kept_answers.batch WHERE id = ?
                    """, arguments: [id.data]
            ).map { row in
                KeptAnswer(
                    redemption: Array(row["redemption"] as Data),
                    answer: Array(row["answer"] as Data))
            }
        }
    }

    /// Releases the claims of the batch and drops its bytes, in one transaction, and
    /// files the refusal of the whole. One that is answered, or not here, stays as it is.
    /// - Throws: `storage-failed`.
    public func abandon(
        _ id: BatchID, reason: Reason, at time: Timestamp
    ) async throws(Refusal) {
        try await write { database in
            guard let number = try? database.answer(id) else { return }
            try database.execute(
                sql: "UPDATE batches SET abandoned_reason = ? WHERE number = ?",
                arguments: [Int64(reason.rawValue), number])
            let claims = try database.claims(number)
            for claim in claims {
                var state = try database.existingState(claim.id)
                state.releaseClaim()
                try database.update(state)
            }
            try database.file(
                number, reason: Int64(reason.rawValue), claims.map(\.expected).sum(), time,
                isForGood: false)
        }
    }

    /// A page of settlements, the batch that was recorded last first. A batch that is not here
    /// stands for none given.
    /// - Throws: `storage-failed`.
    public func settlements(
        before id: BatchID?, limit: Int
    ) async throws(Refusal) -> [SettlementRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT settlements.*, batches.id AS batch_id, broker, asset_code, asset_scale
                    FROM settlements JOIN batches ON batches.number = settlements.batch
                    WHERE settlements.batch
                        < coalesce((SELECT number FROM batches WHERE id = ?), 9223372036854775807)
                    ORDER BY settlements.batch DESC LIMIT ?
                    """, arguments: [id?.data, Int64(limit)]
            ).map { try SettlementRecord($0) }
        }
    }

    /// Signed closes without the mark that ``markCloseDelivered(_:)`` sets, in the order of their
    /// channels' ids.
    /// - Throws: `storage-failed`.
    public func undeliveredCloses(
        at broker: PublicKey, limit: Int
    ) async throws(Refusal) -> [(id: CommitmentID, close: [UInt8])] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT closes.channel, closes.object FROM closes
                    JOIN commitments ON commitments.id = closes.channel
                    WHERE delivered = 0 AND broker = ? ORDER BY channel LIMIT ?
                    """, arguments: [broker.data, Int64(limit)]
            ).map { row in
                (
                    id: try CommitmentID(column: row, "channel"),
                    close: Array(row["object"] as Data)
                )
            }
        }
    }

    /// Sets the mark on the channel's close. A channel without one is passed over.
    /// - Throws: `storage-failed`.
    public func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try await write { database in
            try database.execute(
                sql: "UPDATE closes SET delivered = 1 WHERE channel = ?", arguments: [id.data])
        }
    }

    // MARK: What payers owe

    /// Sums the settlements and the payments of one page of two-party payers, in one snapshot.
    /// - Throws: `storage-failed`; `amount-overflow` if a sum does not fit.
    public func debts(
        in asset: Asset, after payer: PublicKey?, limit: Int
    ) async throws(Refusal) -> [PayerDebt] {
        try await read {
            try $0.debts(in: asset, where: ">", payer?.data ?? Data(), limit)
        }
    }

    /// Writes a payment, once for each reference, which is unique in the whole file. The debt is
    /// summed in the same transaction, so two payments at once cannot both take the last of it.
    /// - Throws: `reference-conflict` if the reference was used with another payer, asset or
    ///   amount; `insufficient-funds` for more than the payer owes; `storage-failed`.
    public func recordPayment(
        of amount: Amount, in asset: Asset, by payer: PublicKey, reference: [UInt8],
        at time: Timestamp
    ) async throws(Refusal) {
        try await write { database in
            let columns: StatementArguments = [
                payer.data, asset.code, Int64(asset.scale), amount.signed,
            ]
            let isSame = try Bool.fetchOne(
                database,
                sql: """
                    SELECT payer = ? AND asset_code = ? AND asset_scale = ? AND amount = ?
                    FROM debt_payments WHERE reference = ?
                    """, arguments: columns + [Data(reference)])
            if let isSame {
                guard isSame else { throw Refusal(.referenceConflict) }
                return
            }
            let debt = try database.debts(in: asset, where: "=", payer.data, 1).first
            guard let debt, amount <= debt.owed else {
                throw Refusal(.insufficientFunds, "more than the payer owes")
            }
            try database.execute(
                sql: """
                    INSERT INTO debt_payments
                        (payer, asset_code, asset_scale, amount, reference, paid_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, arguments: columns + [Data(reference), time.column])
        }
    }
}
