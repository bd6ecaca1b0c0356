internal import Foundation
internal import GRDB
internal import PayWord
internal import TollWallet

extension Database {
    /// Runs one item of a batch, and keeps its refusal to itself. Each item checks all before it
    /// writes, so a refusal leaves nothing behind; a fault of the engine ends the whole batch.
    func judging(_ body: () throws -> Void) throws -> Result<Void, Refusal> {
        do {
            try body()
            return .success(())
        } catch let refusal as Refusal where refusal.reason != .storageFailed {
            return .failure(refusal)
        }
    }

    func writeAhead(_ item: WriteAhead) throws {
        let present = try movable(item.channel, item.progress)
        try checkReferences(item)
        let spending = item.spending
        try spending.check(
            spentThisDay: revealed(spending.asset, nil, spending.day),
            spentOnMerchantThisDay: revealed(spending.asset, spending.merchant, spending.day),
            spentOnMerchant: revealed(spending.asset, spending.merchant, nil))
        try move(item.channel, from: present, to: item.progress)
        for payment in item.payments { try insert(payment, on: item.channel) }
        guard spending.amount > .zero else { return }
        try cachedStatement(
            sql: """
                INSERT INTO spendings (asset, day, merchant, amount) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET amount = amount + excluded.amount
                """
        ).execute(arguments: [
            spending.asset.description, Int64(clamping: spending.day),
            WalletColumns.data(spending.merchant.bytes), spending.amount.signed,
        ])
    }

    /// The present state of a channel that may move to `progress`.
    func movable(_ id: CommitmentID, _ progress: ChannelProgress) throws -> ChannelProgress {
        let row = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT id, stage, version, spent, charged, payments, is_complete, is_shared
                    FROM channels WHERE id = ?
                    """), arguments: [WalletColumns.data(id.bytes)])
        guard let row else {
            throw Refusal(.unknownCommitment, "this wallet has no channel \(id)")
        }
        let present = try self.progress(row)
        guard progress.version == present.version + 1 else {
            throw Refusal(.busy, "another program moved the channel: connect again")
        }
        guard row["stage"] == Int64(ChannelStage.ready.rawValue) else {
            throw Refusal(.channelClosed, "the channel is closed or disputed")
        }
        guard progress.revealed.count == present.revealed.count,
            zip(progress.revealed, present.revealed).allSatisfy({ $0 >= $1 })
        else { throw Refusal(.staleIndex, "an index would fall below what was revealed") }
        return present
    }

    func move(
        _ id: CommitmentID, from present: ChannelProgress, to progress: ChannelProgress
    ) throws {
        let channel = WalletColumns.data(id.bytes)
        try cachedStatement(
            sql: """
                UPDATE channels
                SET version = ?, spent = ?, charged = ?, payments = ?, is_complete = ?,
                    is_shared = ?
                WHERE id = ?
                """
        ).execute(arguments: [
            Int64(progress.version), progress.spent.signed, progress.charged.signed,
            Int64(progress.payments), progress.isComplete, progress.isShared, channel,
        ])
        for ordinal in progress.revealed.indices
        where progress.revealed[ordinal] != present.revealed[ordinal]
            || progress.accepted[ordinal] != present.accepted[ordinal]
        {
            try cachedStatement(
                sql: """
                    UPDATE chains SET revealed = ?, accepted = ?
                    WHERE channel = ? AND ordinal = ?
                    """
            ).execute(arguments: [
                Int64(progress.revealed[ordinal].value),
                Int64(progress.accepted[ordinal].value), channel, ordinal,
            ])
        }
    }

    func settle(
        _ id: CommitmentID, _ outcomes: [UInt64: ProgressUpdate.Outcome]
    ) throws {
        let statement = try cachedStatement(
            sql: "UPDATE payments SET state = ?, reason = ? WHERE channel = ? AND number = ?")
        let channel = WalletColumns.data(id.bytes)
        for (number, outcome) in outcomes {
            try statement.execute(arguments: [
                Int64(outcome.state.rawValue), outcome.reason.map { Int64($0.rawValue) },
                channel, Int64(number),
            ])
        }
    }

    /// What was revealed to a merchant, or to all, on a day, or ever.
    func revealed(_ asset: Asset, _ merchant: PublicKey?, _ day: UInt64?) throws -> Amount {
        var sql = "SELECT coalesce(sum(amount), 0) FROM spendings WHERE asset = ?"
        var arguments: StatementArguments = [asset.description]
        if let day {
            sql += " AND day = ?"
            arguments += [Int64(clamping: day)]
        }
        if let merchant {
            sql += " AND merchant = ?"
            arguments += [WalletColumns.data(merchant.bytes)]
        }
        return try WalletColumns.amount(
            Int64.fetchOne(cachedStatement(sql: sql), arguments: arguments) ?? 0)
    }

    private func checkReferences(_ item: WriteAhead) throws {
        for reference in item.payments.compactMap(\.reference) {
            if let present = try payment(to: item.spending.merchant, reference: reference) {
                throw Refusal(
                    .referenceConflict,
                    "a payment with this reference was made on channel \(present.channel)")
            }
        }
    }

    /// The payment to a merchant with this reference that was not refused. An older wallet let one
    /// reference through on several channels: then it is the first.
    func payment(to merchant: PublicKey, reference: [UInt8]) throws -> HistoryEntry? {
        try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT \(PaymentRecord.columns), payments.channel AS channel FROM payments
                    JOIN channels ON channels.id = payments.channel
                    WHERE payments.reference = ? AND payments.state <> 3 AND channels.merchant = ?
                    ORDER BY payments.sequence LIMIT 1
                    """),
            arguments: [WalletColumns.data(reference), WalletColumns.data(merchant.bytes)]
        ).map {
            HistoryEntry(
                channel: try WalletColumns.fixed($0, "channel"), payment: try PaymentRecord($0))
        }
    }

    private func insert(_ payment: PaymentRecord, on id: CommitmentID) throws {
        try cachedStatement(
            sql: """
                INSERT INTO payments (
                    channel, number, amount, total, marks, reference, memo, resource, at, state,
                    reason)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            WalletColumns.data(id.bytes), Int64(payment.number), payment.amount.signed,
            payment.total.signed, WalletColumns.marks(payment.marks),
            payment.reference.map { WalletColumns.data($0) }, payment.memo, payment.resource,
            Int64(clamping: payment.at.seconds), Int64(payment.state.rawValue),
            payment.reason.map { Int64($0.rawValue) },
        ])
    }
}
