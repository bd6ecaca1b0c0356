public import PayWord
public import TollBroker

extension PostgresLedgerStore {
    /// A page of at most `limit` commitments, by an index in the order of redeem-by and id.
    /// - Throws: `storage-failed`.
    public func unreleased(
        redeemBy: Timestamp, after cursor: ReleaseCursor?, limit: Int
    ) async throws(Refusal) -> [LedgerCommitment] {
        try await pool.rows(
            """
            SELECT \(CommitmentRows.columns) FROM \(CommitmentRows.tables)
            WHERE s.broker = $1 AND s.state < 3 AND s.redeem_by <= $2
                AND (s.redeem_by, s.commitment) > ($3, $4)
            ORDER BY s.redeem_by, s.commitment LIMIT $5
            """,
            [
                me, .time(redeemBy),
                .integer(cursor.map { Int64(clamping: $0.redeemBy.seconds) } ?? -1),
                .bytes(cursor?.id.bytes ?? []), .integer(Int64(clamping: limit)),
            ]
        ) { row in
            var rows = CommitmentRows()
            return try rows.commitment(row)
        }
    }

    /// A page of at most `limit` accounts, in the order of owner, party, purpose and asset.
    /// - Throws: `storage-failed`.
    public func accounts(
        after id: LedgerAccountID?, limit: Int
    ) async throws(Refusal) -> [LedgerAccount] {
        try await pool.rows(
            Self.accountPage, Self.accountPage(me, after: id, limit)
        ) { try LedgerAccount($0) }
    }

    private static let accountPage = """
        SELECT \(LedgerAccount.columns) FROM toll_ledger_accounts
        WHERE broker = $1 AND (owner, party, purpose, asset) > ($2, $3, $4, $5)
        ORDER BY owner, party, purpose, asset LIMIT $6
        """

    private static func accountPage(
        _ me: PostgresValue, after id: LedgerAccountID?, _ limit: Int
    ) -> [PostgresValue] {
        [
            me, .integer(id.map { Int64($0.owner.rawValue) } ?? -1),
            .bytes(id?.party.bytes ?? []), .integer(id.map { Int64($0.purpose.rawValue) } ?? -1),
            .text(id?.asset.description ?? ""), .integer(Int64(clamping: limit)),
        ]
    }

    /// A page by number. Enrolments are never deleted, so a page that was read stays the same but
    /// for what was renewed.
    /// - Throws: `storage-failed`.
    public func enrolments(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [EnrolmentRecord] {
        try await pool.rows(
            """
            SELECT \(EnrolmentRecord.columns) FROM toll_ledger_enrolments WHERE broker = $1
            ORDER BY number LIMIT $2 OFFSET $3
            """, [me, .integer(Int64(clamping: limit)), .integer(Int64(clamping: count))]
        ) { try EnrolmentRecord($0) }
    }

    /// A page by number, newest first. What is booked between two pages shifts the second: an entry
    /// may then be listed twice, none is left out.
    /// - Throws: `storage-failed`.
    public func movements(
        _ kind: MovementKey.Kind, skipping count: Int, limit: Int
    ) async throws(Refusal) -> [MovementRecord] {
        try await pool.rows(
            """
            SELECT \(MovementRecord.columns) FROM toll_ledger_movements
            WHERE broker = $1 AND kind = $2 ORDER BY number DESC LIMIT $3 OFFSET $4
            """,
            [
                me, .choice(kind), .integer(Int64(clamping: limit)),
                .integer(Int64(clamping: count)),
            ]
        ) { try MovementRecord($0) }
    }

    /// A page by number, newest first. What is settled between two pages shifts the second: a
    /// settlement may then be listed twice, none is left out.
    /// - Throws: `storage-failed`.
    public func settlements(
        skipping count: Int, limit: Int
    ) async throws(Refusal) -> [LedgerSettlement] {
        try await pool.rows(
            """
            SELECT \(LedgerSettlement.columns) FROM toll_ledger_settlements
            WHERE broker = $1 ORDER BY number DESC LIMIT $2 OFFSET $3
            """, [me, .integer(Int64(clamping: limit)), .integer(Int64(clamping: count))]
        ) { try LedgerSettlement($0) }
    }

    // MARK: Audit

    /// Shows every row of one snapshot, page by page; the broker may go on writing. A row that cannot
    /// be read is shown as damaged, and the audit goes on. Damage below the rows is the server's to
    /// find: see `data_checksums` and `pg_amcheck`.
    /// - Returns: the auditor, after it saw everything.
    /// - Throws: `storage-failed`.
    public func audit(_ auditor: LedgerAuditor) async throws(Refusal) -> LedgerAuditor {
        try await pool.read { [broker] transaction in
            var show = LedgerShow(transaction: transaction, broker: broker, auditor: auditor)
            try show.links()
            try show.accounts()
            try show.commitments()
            try show.settlements()
            return show.auditor
        }
    }
}
