internal import Foundation
internal import GRDB
public import PayWord
public import TollMerchant

extension SQLiteChannelStore {
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
                try state.claim(upTo: claim.indexes)
                try database.update(state)
                try statement.execute(
                    arguments: [
                        number, Int64(position), claim.id.data,
                        ChainsColumn.encode(claim.indexes), claim.expected.signed,
                    ])
            }
        }
    }

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

    public func settle(
        _ id: BatchID, record: SettlementRecord, outcomes: [ClaimResult]
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
        }
    }

    public func abandon(
        _ id: BatchID, reason: Reason, at time: Timestamp
    ) async throws(Refusal) {
        try await write { database in
            guard let number = try? database.answer(id) else { return }
            try database.execute(
                sql: "UPDATE batches SET abandoned_reason = ? WHERE number = ?",
                arguments: [Int64(reason.rawValue), number])
            for claim in try database.claims(number) {
                var state = try database.existingState(claim.id)
                state.releaseClaim()
                try database.update(state)
            }
        }
    }

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

    public func refusedChannels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await read {
            try $0.channels(where: "refused_reason IS NOT NULL", [], after: id, limit)
        }
    }

    public func claimAgain(_ id: CommitmentID) async throws(Refusal) {
        try await write { database in
            var state = try database.existingState(id)
            state.refusedReasonNumber = nil
            try database.update(state)
        }
    }

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

    public func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try await write { database in
            try database.execute(
                sql: "UPDATE closes SET delivered = 1 WHERE channel = ?", arguments: [id.data])
        }
    }

    // MARK: What payers owe

    public func debts(
        in asset: Asset, after payer: PublicKey?, limit: Int
    ) async throws(Refusal) -> [PayerDebt] {
        try await read {
            try $0.debts(in: asset, where: ">", payer?.data ?? Data(), limit)
        }
    }

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
