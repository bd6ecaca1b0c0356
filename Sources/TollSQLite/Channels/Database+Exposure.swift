internal import Foundation
internal import GRDB
internal import PayWord
internal import TollMerchant

/// What payers may come to owe, and what they owe: sums over channels, as
/// `ChannelRecord.exposure(at:)` defines them.
extension Database {
    func exposure(payerOf terms: ChannelTerms, _ time: Timestamp) throws -> Amount {
        let exposed = try exposure("payer = ?", terms.payer, terms, time)
        guard terms.funding == .twoParty else { return exposed }
        return exposed.subtractingOrZero(try paid(by: terms.payer, in: terms.asset))
    }

    func exposure(brokerOf terms: ChannelTerms, _ time: Timestamp) throws -> Amount {
        try exposure("broker = ?", terms.broker, terms, time)
    }

    private func exposure(
        _ condition: String, _ party: PublicKey, _ terms: ChannelTerms, _ time: Timestamp
    ) throws -> Amount {
        // The kept settlements of two-party channels are debts, so they stay exposed.
        let settled = terms.funding == .twoParty ? "0" : "settled"
        return try sum(
            "CASE WHEN closed_at IS NULL AND expires_at >= ? THEN worth ELSE due END - \(settled)",
            from: "\(ChannelRecord.tables) WHERE \(condition) AND funding = ? "
                + "AND asset_code = ? AND asset_scale = ?",
            [
                time.column, party.data, Int64(terms.funding.rawValue), terms.asset.code,
                Int64(terms.asset.scale),
            ])
    }

    func paid(by payer: PublicKey, in asset: Asset) throws -> Amount {
        try sum(
            "amount", from: "debt_payments WHERE payer = ? AND asset_code = ? AND asset_scale = ?",
            [payer.data, asset.code, Int64(asset.scale)])
    }

    /// The sum of a column, added up here: SQLite's own `sum` fails where it does not fit.
    /// - Throws: `amount-overflow`.
    private func sum(
        _ expression: String, from source: String, _ arguments: StatementArguments
    ) throws -> Amount {
        let values = try Int64.fetchCursor(
            self, sql: "SELECT \(expression) FROM \(source)", arguments: arguments)
        var total = Amount.zero
        while let value = try values.next() {
            total = try total.adding(Amount(units: UInt64(clamping: value)))
        }
        return total
    }

    /// What each payer of two-party channels owes, in the order of their keys.
    func debts(
        in asset: Asset, where condition: String, _ party: Data, _ limit: Int
    ) throws -> [PayerDebt] {
        let payers = try Data.fetchAll(
            self,
            sql: """
                SELECT DISTINCT payer FROM commitments
                WHERE funding = 3 AND asset_code = ? AND asset_scale = ? AND payer \(condition) ?
                ORDER BY payer LIMIT ?
                """,
            arguments: [asset.code, Int64(asset.scale), party, Int64(clamping: limit)])
        return try payers.map { bytes in
            guard let payer = PublicKey(bytes) else { throw Refusal(.storageFailed) }
            let settled = try sum(
                "settled",
                from: "\(ChannelRecord.tables) WHERE payer = ? AND funding = 3 "
                    + "AND asset_code = ? AND asset_scale = ?",
                [bytes, asset.code, Int64(asset.scale)])
            return PayerDebt(
                payer: payer, settled: settled, paid: try paid(by: payer, in: asset))
        }
    }
}
