internal import GRDB
internal import PayWord
internal import TollBroker

/// The rows that a transaction of many accounts reads and writes for each of them.
struct AccountRows {
    private let select: RowStatement
    private let update: RowStatement
    private let insert: RowStatement

    init(_ database: Database) throws {
        select = try RowStatement(
            database,
            """
            SELECT number, balance, floor FROM ledger_accounts
            WHERE owner = ? AND party = ? AND purpose = ? AND asset = ?
            """)
        update = try RowStatement(
            database, "UPDATE ledger_accounts SET balance = ?, floor = ? WHERE number = ?")
        insert = try RowStatement(
            database, "INSERT INTO ledger_entries (sequence, account, amount) VALUES (?, ?, ?)")
    }

    func find(_ id: LedgerAccountID) throws -> (number: Int64, account: LedgerAccount)? {
        try select.bind(LedgerColumn.of(id.owner), at: 1)
        try select.bind(id.party, at: 2)
        try select.bind(LedgerColumn.of(id.purpose), at: 3)
        try select.bind(LedgerColumn.of(id.asset), at: 4)
        var found: (number: Int64, account: LedgerAccount)?
        try select.forEach { row in
            found = (
                try row.integer(0),
                LedgerAccount(id: id, balance: try row.integer(1), floor: try row.integer(2))
            )
        }
        return found
    }

    func update(_ account: LedgerAccount, number: Int64) throws {
        try update.bind(account.balance, at: 1)
        try update.bind(account.floor, at: 2)
        try update.bind(number, at: 3)
        _ = try update.run()
    }

    func insert(_ amount: Int64, on account: Int64, in sequence: Int64) throws {
        try insert.bind(sequence, at: 1)
        try insert.bind(account, at: 2)
        try insert.bind(amount, at: 3)
        _ = try insert.run()
    }
}
