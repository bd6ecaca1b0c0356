internal import GRDB
internal import PayWord
internal import TollBroker

extension LedgerWriter {
    func setFloor(_ floor: Int64, of id: LedgerAccountID) throws {
        let rows = try AccountRows(database)
        let present = try rows.find(id)
        let balance = present?.account.balance ?? 0
        guard balance >= floor else { throw Refusal(.insufficientFunds) }
        let account = LedgerAccount(id: id, balance: balance, floor: floor)
        if let present {
            try rows.update(account, number: present.number)
        } else {
            _ = try insert(account)
        }
    }

    private func insert(_ account: LedgerAccount) throws -> Int64 {
        try execute(
            """
            INSERT INTO ledger_accounts (owner, party, purpose, asset, balance, floor)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                LedgerColumn.of(account.id.owner), LedgerColumn.of(account.id.party),
                LedgerColumn.of(account.id.purpose), LedgerColumn.of(account.id.asset),
                account.balance, account.floor,
            ])
        return database.lastInsertedRowID
    }

    /// Numbers transactions, links each to the one before, and books their entries.
    func link(_ transactions: [LedgerTransaction]) throws {
        guard !transactions.isEmpty else { return }
        let last = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT sequence, hash FROM ledger_transactions
                    ORDER BY sequence DESC LIMIT 1
                    """)
        ).map(LedgerRow.init)
        var sequence = UInt64(clamping: try last?.integer("sequence") ?? 0)
        var previous = try last?.bytes("hash") ?? LedgerLink.origin
        let rows = try AccountRows(database)
        for transaction in transactions {
            sequence += 1
            let link = LedgerLink(
                sequence: sequence, transaction: transaction, previous: previous)
            try insert(link, rows)
            previous = link.hash
        }
    }

    private func insert(_ link: LedgerLink, _ rows: AccountRows) throws {
        let sequence = Int64(clamping: link.sequence)
        try execute(
            """
            INSERT INTO ledger_transactions (sequence, kind, at, subject, previous, hash)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                sequence, LedgerColumn.of(link.transaction.kind),
                LedgerColumn.of(link.transaction.at), LedgerColumn.of(link.transaction.subject),
                LedgerColumn.of(link.previous), LedgerColumn.of(link.hash),
            ])
        for entry in link.transaction.entries {
            let number: Int64
            if let present = try rows.find(entry.account) {
                number = present.number
                try rows.update(present.account.booking(entry.amount), number: number)
            } else {
                number = try insert(LedgerAccount(id: entry.account).booking(entry.amount))
            }
            try rows.insert(entry.amount, on: number, in: sequence)
        }
    }
}
