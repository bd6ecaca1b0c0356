internal import Foundation
internal import GRDB
public import PayWord
public import TollWallet

extension SQLiteWalletStore {
    /// Writes indexes, journal and budgets of all items in one transaction with one wait for the
    /// disk. Each item is checked whole before its first row is written, so a refused one leaves
    /// nothing behind; what earlier items spend counts for later ones.
    /// - Throws: `storage-failed`; then nothing of any item was written, and nothing may be
    ///   revealed.
    public func writeAhead(
        _ batch: [WriteAhead]
    ) async throws(Refusal) -> [Result<Void, Refusal>] {
        try await write { database in
            try batch.map { item in try database.judging { try database.writeAhead(item) } }
        }
    }

    /// Writes the answered indexes and the payments' outcomes of all items in one transaction. Each
    /// item is checked as for ``writeAhead(_:)``, but for budgets and references.
    /// - Throws: `storage-failed`; then nothing of any item was written.
    public func record(
        _ batch: [ProgressUpdate]
    ) async throws(Refusal) -> [Result<Void, Refusal>] {
        try await write { database in
            try batch.map { item in
                try database.judging {
                    let present = try database.movable(item.channel, item.progress)
                    try database.move(item.channel, from: present, to: item.progress)
                    try database.settle(item.channel, item.outcomes)
                }
            }
        }
    }

    /// The journal lines of the channel in the state `pending`, in the order of their numbers.
    /// - Throws: `storage-failed`.
    public func pendingPayments(_ id: CommitmentID) async throws(Refusal) -> [PaymentRecord] {
        try await payments(
            "channel = ? AND state = 1 ORDER BY number", [WalletColumns.data(id.bytes)])
    }

    /// Looks each reference up by its unique index, in one snapshot; the answer is in the order of
    /// the payments' numbers. References without a payment are passed over.
    /// - Throws: `storage-failed`.
    public func payments(
        _ id: CommitmentID, references: Set<[UInt8]>
    ) async throws(Refusal) -> [PaymentRecord] {
        try await read { database in
            var found: [PaymentRecord] = []
            for reference in references {
                let row = try Row.fetchOne(
                    database.cachedStatement(
                        sql: """
                            SELECT \(PaymentRecord.columns) FROM payments
                            WHERE channel = ? AND reference = ? AND state <> 3
                            """),
                    arguments: [WalletColumns.data(id.bytes), WalletColumns.data(reference)])
                if let row { found.append(try PaymentRecord(row)) }
            }
            return found.sorted { $0.number < $1.number }
        }
    }

    /// Looks the reference up by an index over all channels. Where an older wallet let one through on
    /// several channels of the merchant, it is the payment written first.
    /// - Throws: `storage-failed`.
    public func payment(
        to merchant: PublicKey, reference: [UInt8]
    ) async throws(Refusal) -> HistoryEntry? {
        try await read { try $0.payment(to: merchant, reference: reference) }
    }

    /// A page of at most `limit` journal lines: the number of the last one leads to the next page.
    /// - Throws: `storage-failed`.
    public func payments(
        _ id: CommitmentID, after number: UInt64, limit: Int
    ) async throws(Refusal) -> [PaymentRecord] {
        try await payments(
            "channel = ? AND number > ? ORDER BY number LIMIT ?",
            [WalletColumns.data(id.bytes), Int64(clamping: number), limit])
    }

    /// Counts and sums the channel's journal by state. A channel that is not here has none.
    /// - Throws: `storage-failed`.
    public func summary(_ id: CommitmentID) async throws(Refusal) -> JournalSummary {
        try await read { database in
            var summary = JournalSummary()
            let rows = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT state, count(*) AS count, sum(amount) AS amount FROM payments
                        WHERE channel = ? GROUP BY state
                        """), arguments: [WalletColumns.data(id.bytes)])
            for row in rows {
                let state: PaymentState = try WalletColumns.choice(row["state"], "state")
                summary.counts[state] = row["count"]
                summary.amounts[state] = try WalletColumns.amount(row["amount"])
            }
            return summary
        }
    }

    /// At most `limit` journal lines of all channels, by the order in which they were written, the
    /// last first.
    /// - Throws: `storage-failed`.
    public func history(limit: Int) async throws(Refusal) -> [HistoryEntry] {
        try await read { database in
            try Array(
                Row.fetchCursor(
                    database.cachedStatement(
                        sql: """
                            SELECT \(PaymentRecord.columns), channel FROM payments
                            ORDER BY sequence DESC LIMIT ?
                            """), arguments: [limit]
                ).map {
                    HistoryEntry(
                        channel: try WalletColumns.fixed($0, "channel"),
                        payment: try PaymentRecord($0))
                })
        }
    }

    /// Sums the table of spendings, which has a row for each asset, day and merchant, and not the
    /// journal. The day counts from 1970-01-01 (UTC).
    /// - Throws: `storage-failed`.
    public func revealed(
        asset: Asset, merchant: PublicKey?, day: UInt64?
    ) async throws(Refusal) -> Amount {
        try await read { try $0.revealed(asset, merchant, day) }
    }

    private func payments(
        _ condition: String, _ arguments: StatementArguments
    ) async throws(Refusal) -> [PaymentRecord] {
        try await read { database in
            try Array(
                Row.fetchCursor(
                    database.cachedStatement(
                        sql: "SELECT \(PaymentRecord.columns) FROM payments WHERE \(condition)"),
                    arguments: arguments
                ).map { try PaymentRecord($0) })
        }
    }
}

extension PaymentRecord {
    /// What a statement must select first for ``init(_:)``.
    static let columns =
        "payments.number, amount, total, marks, payments.reference, memo, resource, at, state, reason"

    /// Reads a row of ``columns`` by position: journals are long, and to look a name up in a row takes
    /// longer than to decode its value.
    init(_ row: Row) throws {
        let reference: Data? = row[4]
        let reason: Int64? = row[9]
        self.init(
            number: row[0], amount: try WalletColumns.amount(row[1]),
            total: try WalletColumns.amount(row[2]), marks: try WalletColumns.marks(row[3]),
            reference: reference.map { [UInt8]($0) }, memo: row[5], resource: row[6],
            at: Timestamp(row[7]), state: try WalletColumns.choice(row[8], "state"),
            reason: reason.flatMap { UInt16(exactly: $0) }.flatMap { Reason(rawValue: $0) })
    }
}
