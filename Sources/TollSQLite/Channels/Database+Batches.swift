internal import Foundation
internal import GRDB
internal import PayWord
internal import TollMerchant

/// The statements behind redemption; each runs inside its caller's transaction.
extension Database {
    /// Adds a batch without its claims, and returns its number.
    func insert(_ batch: RedemptionBatch) throws -> Int64 {
        try execute(
            sql: """
                INSERT INTO batches (id, broker, asset_code, asset_scale, created_at, redemption)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                batch.id.data, batch.broker.data, batch.asset.code, Int64(batch.asset.scale),
                batch.createdAt.column, Data(batch.redemption),
            ])
        return lastInsertedRowID
    }

    func batch(_ row: Row) throws -> RedemptionBatch {
        RedemptionBatch(
            id: try BatchID(column: row, "id"), broker: try PublicKey(column: row, "broker"),
            asset: try Asset(columns: row), createdAt: Timestamp(column: row, "created_at"),
            claims: try claims(row["number"]), redemption: Array(row["redemption"] as Data))
    }

    func claims(_ batch: Int64) throws -> [RedemptionBatch.Claim] {
        try Row.fetchAll(
            self,
            sql: """
                SELECT channel, indexes, expected FROM batch_claims WHERE batch = ?
                ORDER BY position
                """, arguments: [batch]
        ).map { row in
            RedemptionBatch.Claim(
                id: try CommitmentID(column: row, "channel"),
                indexes: ChainsColumn.indexes(row["indexes"]),
                expected: try Amount(column: row, "expected"))
        }
    }

    /// Marks a batch as answered; its bytes are needed no more.
    /// - Returns: its number; nil if it was answered before.
    /// - Throws: `batch-conflict` if there is no such batch.
    func answer(_ id: BatchID) throws -> Int64? {
        let row = try Row.fetchOne(
            self, sql: "SELECT number, redemption IS NULL AS answered FROM batches WHERE id = ?",
            arguments: [id.data])
        guard let row else { throw Refusal(.batchConflict, "no batch \(id) was recorded") }
        guard row["answered"] == false else { return nil }
        let number: Int64 = row["number"]
        try execute(
            sql: "UPDATE batches SET redemption = NULL WHERE number = ?", arguments: [number])
        return number
    }

    /// Copies a batch's redemption beside a broker's answer to it.
    func keepAnswer(_ answer: [UInt8], of id: BatchID) throws {
        let row = try Row.fetchOne(
            self, sql: "SELECT number, redemption FROM batches WHERE id = ?", arguments: [id.data])
        guard let row, let redemption: Data = row["redemption"] else {
            throw Refusal(.batchConflict, "no batch \(id) waits for an answer")
        }
        let number: Int64 = row["number"]
        try execute(
            sql: """
                INSERT INTO kept_answers (batch, redemption, answer) VALUES (?, ?, ?)
                ON CONFLICT DO NOTHING
                """, arguments: [number, redemption, Data(answer)])
    }

    /// By how much settlements in an asset came short of what was due.
    func short(in asset: Asset) throws -> Amount {
        let amounts = try Int64.fetchCursor(
            self,
            sql: """
                SELECT expected - gross FROM settlements
                JOIN batches ON batches.number = settlements.batch
                WHERE expected > gross AND asset_code = ? AND asset_scale = ?
                """, arguments: [asset.code, Int64(asset.scale)])
        var short = Amount.zero
        while let amount = try amounts.next() {
            short = try short.adding(Amount(units: UInt64(clamping: amount)))
        }
        return short
    }

    func noteResult(_ result: Int64, _ batch: Int64, _ position: Int) throws {
        let statement = try cachedStatement(
            sql: "UPDATE batch_claims SET result = ? WHERE batch = ? AND position = ?")
        try statement.execute(arguments: [result, batch, Int64(position)])
    }

    func insert(_ settlement: SettlementRecord, _ batch: Int64) throws {
        try execute(
            sql: """
                INSERT INTO settlements (batch, id, settled_at, expected, gross, fee, net,
                    claims_accepted, claims_refused, paywords_redeemed, object)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                batch, settlement.settlementID.data, settlement.settledAt.column,
                settlement.expected.signed, settlement.gross.signed, settlement.fee.signed,
                settlement.net.signed, Int64(clamping: settlement.claimsAccepted),
                Int64(clamping: settlement.claimsRefused),
                Int64(clamping: settlement.paywordsRedeemed), Data(settlement.settlement),
            ])
    }
}

extension ClaimResult {
    /// 0 for a settled claim, else the reason's number.
    var column: Int64 {
        switch self {
        case .settled: 0
        case .refusedForNow(let reason), .refusedForGood(let reason): Int64(bitPattern: reason)
        }
    }
}

extension SettlementRecord {
    init(_ row: Row) throws {
        self.init(
            batchID: try BatchID(column: row, "batch_id"),
            settlementID: try SettlementID(column: row, "id"),
            broker: try PublicKey(column: row, "broker"), asset: try Asset(columns: row),
            settledAt: Timestamp(column: row, "settled_at"),
            expected: try Amount(column: row, "expected"),
            gross: try Amount(column: row, "gross"), fee: try Amount(column: row, "fee"),
            net: try Amount(column: row, "net"),
            claimsAccepted: UInt64(clamping: row["claims_accepted"] as Int64),
            claimsRefused: UInt64(clamping: row["claims_refused"] as Int64),
            paywordsRedeemed: UInt64(clamping: row["paywords_redeemed"] as Int64),
            settlement: Array(row["object"] as Data))
    }
}
