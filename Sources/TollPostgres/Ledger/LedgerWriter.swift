internal import PayWord
internal import TollBroker

/// Writes what a decision changes, under the lock of the broker's row.
struct LedgerWriter {
    let transaction: PostgresTransaction
    let broker: PublicKey
    var head: LedgerHead
    private var me: PostgresValue { .fixed(broker) }

    /// Rows that must be new, how many, and why they are refused if they are not.
    struct NewRows {
        let statement: PostgresStatement
        let count: Int
        let reason: Reason
    }

    init(_ transaction: PostgresTransaction, _ broker: PublicKey, _ head: LedgerHead) {
        self.transaction = transaction
        self.broker = broker
        self.head = head
    }

    /// Writes everything, and waits until the server has taken it; the commit is the caller's.
    mutating func write(_ changes: LedgerChanges) throws {
        try book(changes)
        var new: [NewRows] = []
        if !changes.registered.isEmpty { new.append(register(changes.registered)) }
        update(changes.updated)
        for record in changes.enrolments { write(record) }
        for record in changes.certificates { write(record) }
        for (key, used) in changes.guaranteesUsed { write(used, of: key) }
        if let settlement = changes.settlement { new.append(insert(settlement)) }
        if let movement = changes.movement { new.append(insert(movement)) }
        head.changes += 1
        try head.write(transaction, broker)
        let answers = try transaction.rows(
            new.map(\.statement) + [PostgresStatement("SELECT 1")])
        for (rows, expected) in zip(answers, new) where rows.changed != expected.count {
            throw Refusal(expected.reason)
        }
    }

    // MARK: Bookings

    /// Sets floors, numbers transactions, links each to the one before, and books their entries.
    private mutating func book(_ changes: LedgerChanges) throws {
        let entries = changes.transactions.flatMap(\.entries)
        let ids = Set(entries.map(\.account)).union(changes.floors.keys).sorted()
        guard !ids.isEmpty || !changes.transactions.isEmpty else { return }
        var accounts: [LedgerAccountID: LedgerAccount] = [:]
        let reader = LedgerReader(transaction, broker)
        try transaction.rows([reader.accounts(ids)])[0].forEach { row in
            let account = try LedgerAccount(row)
            accounts[account.id] = account
        }
        for (id, floor) in changes.floors {
            let balance = accounts[id]?.balance ?? 0
            guard balance >= floor else { throw Refusal(.insufficientFunds) }
            accounts[id] = LedgerAccount(id: id, balance: balance, floor: floor)
        }
        for transaction in changes.transactions {
            for entry in transaction.entries {
                let account = accounts[entry.account] ?? LedgerAccount(id: entry.account)
                accounts[entry.account] = try account.booking(entry.amount)
            }
        }
        write(accounts.values.sorted { $0.id < $1.id })
        try link(changes.transactions)
    }

    private func write(_ accounts: [LedgerAccount]) {
        var balances = PostgresArray.integers(accounts.count)
        var floors = PostgresArray.integers(accounts.count)
        for account in accounts {
            balances.append(account.balance)
            floors.append(account.floor)
        }
        transaction.later(
            """
            INSERT INTO toll_ledger_accounts (broker, \(LedgerAccount.columns))
            SELECT $1, u.* FROM unnest($2, $3, $4, $5, $6, $7) AS u
            ON CONFLICT (broker, owner, party, purpose, asset)
            DO UPDATE SET balance = excluded.balance, floor = excluded.floor
            """,
            [me] + AccountKeyColumns(accounts.map(\.id)).values + [
                .array(balances), .array(floors),
            ]
        )
    }

    private mutating func link(_ transactions: [LedgerTransaction]) throws {
        var numbers: [Int64] = []
        for booked in transactions {
            let link = LedgerLink(
                sequence: head.sequence + 1, transaction: booked, previous: head.hash)
            (head.sequence, head.hash) = (link.sequence, link.hash)
            numbers += try booked.entries.map { _ in try signed(link.sequence) }
            transaction.later(
                """
                INSERT INTO toll_ledger_transactions (broker, sequence, kind, at, subject, previous,
                    hash)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    me, try .count(link.sequence), .choice(booked.kind), .time(booked.at),
                    .bytes(booked.subject), .fixed(link.previous), .fixed(link.hash),
                ])
        }
        let entries = transactions.flatMap(\.entries)
        guard !entries.isEmpty else { return }
        var sequences = PostgresArray.integers(entries.count)
        var amounts = PostgresArray.integers(entries.count)
        for number in numbers { sequences.append(number) }
        for entry in entries { amounts.append(entry.amount) }
        transaction.later(
            """
            INSERT INTO toll_ledger_entries (broker, owner, party, purpose, asset, sequence, amount)
            SELECT $1, u.* FROM unnest($2, $3, $4, $5, $6, $7) AS u
            """,
            [me] + AccountKeyColumns(entries.map(\.account)).values + [
                .array(sequences), .array(amounts),
            ])
    }

    // MARK: Commitments

    private func register(_ records: [CommitmentRecord]) -> NewRows {
        let commitments = records.map(\.commitment)
        let ids = PostgresValue.ids(commitments.map(\.id))
        let terms = commitments.map(\.terms)
        func numbers(_ value: (LedgerCommitment.Terms) -> Int64) -> PostgresValue {
            var array = PostgresArray.integers(terms.count)
            for terms in terms { array.append(value(terms)) }
            return .array(array)
        }
        var chains = PostgresArray.bytes(records.count, each: LedgerChainColumns.fixedBytes)
        for commitment in commitments { chains.append(LedgerChainColumns.fixed(commitment.chains)) }
        let statement = PostgresStatement(
            """
            INSERT INTO toll_ledger_commitments (broker, commitment, digest, encoding_digest,
                account, payer, merchant, asset, nonce, funding, worth, guarantee, expires_at,
                redeem_by, chains)
            SELECT $1, u.*
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS u
            ON CONFLICT DO NOTHING
            """,
            [
                me, ids, .ids(terms.map(\.digest)), .ids(terms.map(\.encodingDigest)),
                .ids(terms.map(\.account)), .ids(terms.map(\.payer)), .ids(terms.map(\.merchant)),
                .array(.assets(terms.map(\.asset))), .ids(terms.map(\.nonce)),
                numbers { Int64($0.funding.rawValue) }, numbers { $0.worth.signed },
                numbers { $0.guarantee.signed },
                numbers { Int64(clamping: $0.expiresAt.seconds) },
                numbers { Int64(clamping: $0.redeemBy.seconds) }, .array(chains),
            ])
        transaction.later(
            """
            INSERT INTO toll_ledger_states (broker, commitment, state, locked, redeemed, positions,
                final, redeem_by)
            SELECT $1, u.* FROM unnest($2, $3, $4, $5, $6, $7, $8) AS u ON CONFLICT DO NOTHING
            """,
            [me] + StateArrays(commitments).values + [
                numbers { Int64(clamping: $0.redeemBy.seconds) }
            ])
        var documents = [PostgresArray](repeating: .bytes(records.count, each: 256), count: 3)
        for record in records {
            documents[0].append(record.documents.commitment)
            documents[1].append(record.documents.answer)
            documents[2].append(record.documents.note)
        }
        transaction.later(
            """
            INSERT INTO toll_ledger_documents (broker, commitment, object, answer, note)
            SELECT $1, u.* FROM unnest($2, $3, $4, $5) AS u ON CONFLICT DO NOTHING
            """, [me, ids] + documents.map { .array($0) })
        return NewRows(statement: statement, count: records.count, reason: .duplicateCommitment)
    }

    private func update(_ commitments: [LedgerCommitment]) {
        guard !commitments.isEmpty else { return }
        transaction.later(
            """
            UPDATE toll_ledger_states s SET state = u.state, locked = u.locked,
                redeemed = u.redeemed, positions = u.positions, final = u.final
            FROM (
                SELECT $1 AS broker, x.* FROM unnest($2, $3, $4, $5, $6, $7)
                    AS x (commitment, state, locked, redeemed, positions, final)
                OFFSET 0) u
            WHERE s.broker = u.broker AND s.commitment = u.commitment
            """, [me] + StateArrays(commitments.sorted { $0.id < $1.id }).values)
    }
}

/// States of commitments as the columns of one statement: id, state, locked, redeemed, positions and
/// final indexes.
private struct StateArrays {
    let values: [PostgresValue]

    init(_ commitments: [LedgerCommitment]) {
        let count = commitments.count
        var numbers = [PostgresArray](repeating: .integers(count), count: 3)
        var positions = PostgresArray.bytes(count, each: LedgerChainColumns.positionBytes)
        var finals = PostgresArray.bytes(count, each: 4)
        for commitment in commitments {
            numbers[0].append(Int64(commitment.state.rawValue))
            numbers[1].append(commitment.locked.signed)
            numbers[2].append(commitment.redeemed.signed)
            let chains = commitment.chains
            positions.append(byteCount: chains.count * LedgerChainColumns.positionBytes) {
                LedgerChainColumns.encodePositions(of: chains, into: $0)
            }
            finals.append(commitment.final.map { LedgerChainColumns.indexes($0) })
        }
        values =
            [.ids(commitments.map(\.id))] + numbers.map { .array($0) } + [
                .array(positions), .array(finals),
            ]
    }
}
