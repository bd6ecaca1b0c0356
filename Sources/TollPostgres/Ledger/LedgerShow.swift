internal import PayWord
internal import TollBroker

/// Shows the ledger to an auditor, a page at a time. What cannot be read is a fault of the ledger, and
/// not of the engine.
struct LedgerShow {
    let transaction: PostgresTransaction
    let broker: PublicKey
    var auditor: LedgerAuditor
    private static let pageCount = 2048

    /// Reads pages of a table by its key, until one is empty. The key's columns come first in a row.
    private mutating func pages(
        _ table: String, _ select: String, key: [String], start: [PostgresValue],
        next: (PostgresRow) throws -> [PostgresValue],
        _ see: (PostgresRow, inout LedgerAuditor) throws -> Void
    ) throws {
        let places = key.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
        let keys = key.joined(separator: ", ")
        let text = """
            \(select) AND (\(keys)) > (\(places)) ORDER BY \(keys) LIMIT \(Self.pageCount)
            """
        var last = start
        while true {
            let rows = try transaction.rows(text, [.fixed(broker)] + last)
            guard rows.count > 0 else { return }
            try rows.forEach { row in
                do { try see(row, &auditor) } catch let refusal as Refusal {
                    auditor.see(damaged: "\(table): \(refusal.detail)")
                }
                last = try next(row)
            }
        }
    }

    mutating func links() throws {
        let transaction = transaction
        let broker = broker
        var entries: [Int64: [LedgerEntry]] = [:]
        var readUpTo: Int64 = -1
        try pages(
            "transactions",
            """
            SELECT sequence, kind, at, subject, previous, hash FROM toll_ledger_transactions
            WHERE broker = $1
            """, key: ["sequence"], start: [.integer(0)], next: { [.integer(try $0.integer(0))] }
        ) { row, auditor in
            let sequence = try row.integer(0)
            if sequence > readUpTo {
                readUpTo = sequence + Int64(Self.pageCount)
                entries = try Self.entries(sequence, readUpTo, transaction, broker)
            }
            let booked = (entries[sequence] ?? []).sorted { $0.account < $1.account }
            auditor.see(
                LedgerLink(
                    sequence: UInt64(clamping: sequence),
                    transaction: try LedgerTransaction(
                        kind: try row.choice(1), at: try row.time(2), subject: try row.bytes(3),
                        entries: booked),
                    previous: try row.fixed(4), hash: try row.fixed(5)))
        }
    }

    /// The entries of transactions between two numbers.
    private static func entries(
        _ first: Int64, _ last: Int64, _ transaction: PostgresTransaction, _ broker: PublicKey
    ) throws -> [Int64: [LedgerEntry]] {
        var entries: [Int64: [LedgerEntry]] = [:]
        try transaction.rows(
            """
            SELECT sequence, owner, party, purpose, asset, amount FROM toll_ledger_entries
            WHERE broker = $1 AND sequence >= $2 AND sequence <= $3
            """, [.fixed(broker), .integer(first), .integer(last)]
        ).forEach { row in
            entries[try row.integer(0), default: []].append(
                LedgerEntry(
                    account: try LedgerAccountID(row, from: 1), amount: try row.integer(5)))
        }
        return entries
    }

    mutating func accounts() throws {
        try pages(
            "accounts",
            "SELECT \(LedgerAccount.columns) FROM toll_ledger_accounts WHERE broker = $1",
            key: ["owner", "party", "purpose", "asset"],
            start: [.integer(-1), .bytes([]), .integer(-1), .text("")],
            next: { row in
                [
                    .integer(try row.integer(0)), .bytes(try row.bytes(1)),
                    .integer(try row.integer(2)), .text(try row.words(3)),
                ]
            }
        ) { row, auditor in auditor.see(try LedgerAccount(row)) }
    }

    mutating func commitments() throws {
        var reader = CommitmentRows()
        try pages(
            "commitments",
            "SELECT \(CommitmentRows.columns) FROM \(CommitmentRows.tables) WHERE c.broker = $1",
            key: ["c.commitment"], start: [.bytes([])], next: { [.bytes(try $0.bytes(0))] }
        ) { row, auditor in auditor.see(try reader.commitment(row)) }
    }

    mutating func settlements() throws {
        try pages(
            "settlements",
            """
            SELECT \(LedgerSettlement.columns), number FROM toll_ledger_settlements
            WHERE broker = $1
            """, key: ["number"], start: [.integer(0)], next: { [.integer(try $0.integer(9))] }
        ) { row, auditor in auditor.see(try LedgerSettlement(row)) }
    }
}
