internal import PayWord
internal import TollBroker

/// Reads the rows that a query names, all in one round.
struct LedgerReader {
    let transaction: PostgresTransaction
    let broker: PublicKey
    private var me: PostgresValue { .fixed(broker) }

    /// A statement, and what its rows add to the snapshot.
    private struct Part {
        let statement: PostgresStatement
        let take: (PostgresRows, inout LedgerSnapshot) throws -> Void
    }

    init(_ transaction: PostgresTransaction, _ broker: PublicKey) {
        self.transaction = transaction
        self.broker = broker
    }

    func snapshot(
        _ query: LedgerQuery, isLocking: Bool
    ) throws -> (snapshot: LedgerSnapshot, head: LedgerHead) {
        let head = LedgerHead.statement(of: broker, isLocking: isLocking)
        let others = others(query)
        // What was read before may still hold: the broker's row tells.
        guard query.earlier == nil || query.commitments.isEmpty else {
            let first = try LedgerHead(try transaction.rows([head])[0])
            let parts = commitments(query, version: first.changes) + others
            var snapshot = known(query)
            try run(parts, transaction.rows(parts.map(\.statement)), &snapshot)
            snapshot.version = first.changes
            return (snapshot, first)
        }
        let parts = commitments(query, version: nil) + others
        let answers = try transaction.rows([head] + parts.map(\.statement))
        let first = try LedgerHead(answers[0])
        var snapshot = LedgerSnapshot()
        try run(parts, Array(answers.dropFirst()), &snapshot)
        snapshot.version = first.changes
        return (snapshot, first)
    }

    private func run(
        _ parts: [Part], _ answers: [PostgresRows], _ snapshot: inout LedgerSnapshot
    ) throws {
        for (part, rows) in zip(parts, answers) { try part.take(rows, &snapshot) }
    }

    // MARK: Commitments

    /// The commitments of the query that were read before. If all of them are wanted, it is the
    /// earlier table itself, and not a copy.
    private func known(_ query: LedgerQuery) -> LedgerSnapshot {
        var snapshot = LedgerSnapshot()
        let known = query.earlier?.commitments ?? [:]
        let wanted = Set(query.commitments)
        let isWhole = known.allSatisfy { wanted.contains($0.key) }
        snapshot.commitments = isWhole ? known : known.filter { wanted.contains($0.key) }
        return snapshot
    }

    private func commitments(_ query: LedgerQuery, version: UInt64?) -> [Part] {
        guard !query.commitments.isEmpty else { return [] }
        let known = query.earlier?.commitments ?? [:]
        let others = query.commitments.filter { known.index(forKey: $0) == nil }
        var parts: [Part] = []
        if !known.isEmpty, query.earlier?.version != version {
            let ids = query.commitments.filter { known.index(forKey: $0) != nil }
            parts.append(states(ids, known))
        }
        if !others.isEmpty { parts.append(commitments(others)) }
        return parts
    }

    /// The states alone of commitments that were read before.
    private func states(
        _ ids: [CommitmentID], _ known: [CommitmentID: LedgerCommitment]
    ) -> Part {
        let statement = PostgresStatement(
            """
            SELECT \(CommitmentRows.stateColumns) FROM unnest($2) AS x (id) CROSS JOIN LATERAL (
                SELECT * FROM toll_ledger_states WHERE broker = $1 AND commitment = x.id LIMIT 1) s
            """, [me, .ids(Set(ids).sorted())])
        return Part(statement: statement) { rows, snapshot in
            var found: Set<CommitmentID> = []
            try rows.forEach { row in
                let id: CommitmentID = try row.fixed(0)
                found.insert(id)
                guard let before = known[id] else { return }
                snapshot.commitments[id] = try CommitmentRows.moved(before, row)
            }
            for id in ids where !found.contains(id) { snapshot.commitments[id] = nil }
        }
    }

    private func commitments(_ ids: [CommitmentID]) -> Part {
        let columns = CommitmentRows.columns
        let statement = PostgresStatement(
            """
            SELECT y.* FROM unnest($2) AS x (id) CROSS JOIN LATERAL (
                SELECT \(columns) FROM \(CommitmentRows.tables)
                WHERE c.broker = $1 AND c.commitment = x.id LIMIT 1) y
            """, [me, .ids(Set(ids).sorted())])
        return Part(statement: statement) { rows, snapshot in
            snapshot.commitments.reserveCapacity(snapshot.commitments.count + rows.count)
            var reader = CommitmentRows()
            try rows.forEach { row in
                let commitment = try reader.commitment(row)
                snapshot.commitments[commitment.id] = commitment
            }
        }
    }

    // MARK: Everything else

    private func others(_ query: LedgerQuery) -> [Part] {
        var parts: [Part] = []
        if !query.documents.isEmpty { parts.append(documents(query.documents)) }
        if let nonce = query.nonce { parts.append(holder(of: nonce)) }
        if !query.accounts.isEmpty {
            parts.append(
                Part(statement: accounts(query.accounts)) { rows, snapshot in
                    try rows.forEach { row in
                        let account = try LedgerAccount(row)
                        snapshot.accounts[account.id] = account
                    }
                })
        }
        parts += query.enrolments.map(enrolment)
        parts += query.certificates.map(certificate)
        parts += query.guarantees.map(guarantee)
        if let batch = query.batch { parts.append(settlement(batch)) }
        if let movement = query.movement { parts.append(self.movement(movement)) }
        if let use = query.faucetUse { parts.append(drawn(use)) }
        if let page = query.page { parts.append(self.page(page)) }
        return parts
    }

    private func documents(_ ids: [CommitmentID]) -> Part {
        let statement = PostgresStatement(
            """
            SELECT d.* FROM unnest($2) AS x (id) CROSS JOIN LATERAL (
                SELECT commitment, object, answer, note FROM toll_ledger_documents
                WHERE broker = $1 AND commitment = x.id LIMIT 1) d
            """, [me, .ids(ids)])
        return Part(statement: statement) { rows, snapshot in
            try rows.forEach { row in
                snapshot.documents[try row.fixed(0)] = CommitmentDocuments(
                    commitment: try row.bytes(1), answer: try row.bytes(2),
                    note: row.optionalBytes(3))
            }
        }
    }

    private func holder(of nonce: NonceKey) -> Part {
        one(
            """
            SELECT commitment FROM toll_ledger_commitments
            WHERE broker = $1 AND payer = $2 AND nonce = $3
            """, [.fixed(nonce.payer), .fixed(nonce.nonce)]
        ) { row, snapshot in snapshot.nonceHolder = try row.fixed(0) }
    }

    /// The accounts that are there.
    func accounts(_ ids: [LedgerAccountID]) -> PostgresStatement {
        let columns = AccountKeyColumns(ids)
        return PostgresStatement(
            """
            SELECT a.* FROM unnest($2, $3, $4, $5) AS x (owner, party, purpose, asset)
            CROSS JOIN LATERAL (
                SELECT \(LedgerAccount.columns) FROM toll_ledger_accounts
                WHERE broker = $1 AND owner = x.owner AND party = x.party
                    AND purpose = x.purpose AND asset = x.asset LIMIT 1) a
            """, [me] + columns.values)
    }

    private func enrolment(_ key: EnrolmentKey) -> Part {
        one(
            """
            SELECT \(EnrolmentRecord.columns) FROM toll_ledger_enrolments
            WHERE broker = $1 AND role = $2 AND subject = $3 AND asset = $4
            """, [.choice(key.role), .fixed(key.subject), .asset(key.asset)]
        ) { row, snapshot in snapshot.enrolments[key] = try EnrolmentRecord(row) }
    }

    private func certificate(_ key: CertificateKey) -> Part {
        one(
            """
            SELECT \(CertificateRecord.columns) FROM toll_ledger_certificates
            WHERE broker = $1 AND account = $2 AND subject = $3 AND asset = $4
            """, [.fixed(key.account), .fixed(key.subject), .asset(key.asset)]
        ) { row, snapshot in snapshot.certificates[key] = try CertificateRecord(row) }
    }

    private func guarantee(_ key: GuaranteeKey) -> Part {
        one(
            """
            SELECT used FROM toll_ledger_guarantees
            WHERE broker = $1 AND account = $2 AND merchant = $3 AND asset = $4
            """, [.fixed(key.account), .fixed(key.merchant), .asset(key.asset)]
        ) { row, snapshot in snapshot.guaranteesUsed[key] = try row.amount(0) }
    }

    private func settlement(_ key: BatchKey) -> Part {
        one(
            """
            SELECT \(LedgerSettlement.columns) FROM toll_ledger_settlements
            WHERE broker = $1 AND merchant = $2 AND batch = $3
            """, [.fixed(key.merchant), .fixed(key.batchID)]
        ) { row, snapshot in snapshot.settlement = try LedgerSettlement(row) }
    }

    private func movement(_ key: MovementKey) -> Part {
        one(
            """
            SELECT \(MovementRecord.columns) FROM toll_ledger_movements
            WHERE broker = $1 AND kind = $2 AND scope = $3 AND reference = $4
            """, [.choice(key.kind), .fixed(key.scope), .bytes(key.reference)]
        ) { row, snapshot in snapshot.movement = try MovementRecord(row) }
    }

    private func drawn(_ use: LedgerQuery.FaucetUse) -> Part {
        one(
            """
            SELECT coalesce(sum(amount), 0)::bigint FROM toll_ledger_movements
            WHERE broker = $1 AND kind = $2 AND party = $3 AND asset = $4 AND at > $5
            """,
            [
                .choice(MovementKey.Kind.faucet), .fixed(use.account), .asset(use.asset),
                .time(use.since),
            ]
        ) { row, snapshot in snapshot.faucetDrawn = try row.amount(0) }
    }

    private func page(_ page: LedgerQuery.CommitmentPage) -> Part {
        let statement = PostgresStatement(
            """
            SELECT \(CommitmentRows.columns), d.object, d.answer, d.note
            FROM \(CommitmentRows.tables) JOIN toll_ledger_documents d
                ON d.broker = c.broker AND d.commitment = c.commitment
            WHERE c.broker = $1 AND c.account = $2 AND c.asset = $3 AND c.commitment > $4
                AND s.state < 3
            ORDER BY c.commitment LIMIT $5
            """,
            [
                me, .fixed(page.account), .asset(page.asset), .bytes(page.after?.bytes ?? []),
                .integer(Int64(clamping: page.limit)),
            ])
        return Part(statement: statement) { rows, snapshot in
            var reader = CommitmentRows()
            snapshot.page = try rows.map { row in
                CommitmentRecord(
                    commitment: try reader.commitment(row),
                    documents: CommitmentDocuments(
                        commitment: try row.bytes(19), answer: try row.bytes(20),
                        note: row.optionalBytes(21)))
            }
        }
    }

    private func one(
        _ text: String, _ values: [PostgresValue],
        _ take: @escaping (PostgresRow, inout LedgerSnapshot) throws -> Void
    ) -> Part {
        Part(statement: PostgresStatement(text, [me] + values)) { rows, snapshot in
            if let row = rows.first { try take(row, &snapshot) }
        }
    }
}

/// Keys of accounts as the columns of one statement.
struct AccountKeyColumns {
    let values: [PostgresValue]

    init(_ ids: [LedgerAccountID]) {
        var owners = PostgresArray.integers(ids.count)
        var purposes = PostgresArray.integers(ids.count)
        for id in ids {
            owners.append(Int64(id.owner.rawValue))
            purposes.append(Int64(id.purpose.rawValue))
        }
        values = [
            .array(owners), .ids(ids.map(\.party)), .array(purposes),
            .array(.assets(ids.map(\.asset))),
        ]
    }
}
