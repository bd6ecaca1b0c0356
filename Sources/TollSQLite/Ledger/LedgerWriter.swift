internal import Foundation
internal import GRDB
internal import PayWord
internal import TollBroker

/// Writes what a decision changes.
struct LedgerWriter {
    let database: Database

    func write(_ changes: LedgerChanges) throws {
        for (id, floor) in changes.floors { try setFloor(floor, of: id) }
        try link(changes.transactions)
        for record in changes.registered { try register(record) }
        try update(changes.updated)
        for record in changes.enrolments { try write(record) }
        for record in changes.certificates { try write(record) }
        for (key, used) in changes.guaranteesUsed { try write(used, of: key) }
        if let settlement = changes.settlement { try insert(settlement) }
        if let movement = changes.movement { try insert(movement) }
    }

    func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Inserts a row that must be new.
    private func insert(
        _ sql: String, _ arguments: StatementArguments, else reason: Reason
    ) throws {
        try execute("\(sql) ON CONFLICT DO NOTHING", arguments)
        guard database.changesCount == 1 else { throw Refusal(reason) }
    }

    // MARK: Commitments

    private func register(_ record: CommitmentRecord) throws {
        let commitment = record.commitment
        let terms = commitment.terms
        let id = LedgerColumn.of(commitment.id)
        try insert(
            """
            INSERT INTO ledger_commitments (
                id, digest, encoding_digest, account, payer, merchant, asset, nonce, funding,
                worth, guarantee, expires_at, redeem_by, chains)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id, LedgerColumn.of(terms.digest), LedgerColumn.of(terms.encodingDigest),
                LedgerColumn.of(terms.account), LedgerColumn.of(terms.payer),
                LedgerColumn.of(terms.merchant), LedgerColumn.of(terms.asset),
                LedgerColumn.of(terms.nonce), LedgerColumn.of(terms.funding),
                LedgerColumn.of(terms.worth), LedgerColumn.of(terms.guarantee),
                LedgerColumn.of(terms.expiresAt), LedgerColumn.of(terms.redeemBy),
                LedgerChainColumns.fixed(commitment.chains),
            ], else: .duplicateCommitment)
        try execute(
            """
            INSERT INTO ledger_commitment_states (
                id, redeem_by, state, locked, redeemed, positions, final)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id, LedgerColumn.of(terms.redeemBy), LedgerColumn.of(commitment.state),
                LedgerColumn.of(commitment.locked), LedgerColumn.of(commitment.redeemed),
                LedgerChainColumns.positions(commitment.chains),
                commitment.final.map(LedgerChainColumns.indexes),
            ])
        try execute(
            "INSERT INTO ledger_documents (id, commitment, answer, note) VALUES (?, ?, ?, ?)",
            [
                id, LedgerColumn.of(record.documents.commitment),
                LedgerColumn.of(record.documents.answer), record.documents.note.map { Data($0) },
            ])
    }

    /// Most updates leave the state as it is, and so the index of what is not released.
    private func update(_ commitments: [LedgerCommitment]) throws {
        guard !commitments.isEmpty else { return }
        let advance = try RowStatement(
            database,
            """
            UPDATE ledger_commitment_states SET locked = ?1, redeemed = ?2, positions = ?5
            WHERE id = ?6 AND state = ?3 AND final IS ?4
            """)
        for commitment in commitments {
            try advance.bind(LedgerColumn.of(commitment.locked), at: 1)
            try advance.bind(LedgerColumn.of(commitment.redeemed), at: 2)
            try advance.bind(LedgerColumn.of(commitment.state), at: 3)
            let final = commitment.final.map(LedgerChainColumns.indexes)
            try final.withBytes {
                try advance.bind($0, at: 4)
            }
            let rows = try LedgerChainColumns.withPositions(of: commitment.chains) { positions in
                try withUnsafeBytes(of: commitment.id.storage) { id in
                    try advance.bind(lent: positions, at: 5)
                    try advance.bind(lent: id, at: 6)
                    return try advance.run()
                }
            }
            if rows == 0 { try change(commitment) }
        }
    }

    private func change(_ commitment: LedgerCommitment) throws {
        try execute(
            """
            UPDATE ledger_commitment_states
            SET state = ?, locked = ?, redeemed = ?, positions = ?, final = ? WHERE id = ?
            """,
            [
                LedgerColumn.of(commitment.state), LedgerColumn.of(commitment.locked),
                LedgerColumn.of(commitment.redeemed),
                LedgerChainColumns.positions(commitment.chains),
                commitment.final.map(LedgerChainColumns.indexes), LedgerColumn.of(commitment.id),
            ])
    }

    // MARK: Parties

    private func write(_ record: EnrolmentRecord) throws {
        try execute(
            """
            INSERT INTO ledger_enrolments (
                role, subject, asset, display_name, enrolled_at, answer, renew_at, fee_share,
                fee_fixed, credit_limit, credit_per_commitment, credit_guarantee)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (role, subject, asset) DO UPDATE SET
                answer = excluded.answer, renew_at = excluded.renew_at,
                fee_share = excluded.fee_share, fee_fixed = excluded.fee_fixed,
                credit_limit = excluded.credit_limit,
                credit_per_commitment = excluded.credit_per_commitment,
                credit_guarantee = excluded.credit_guarantee
            """,
            [
                LedgerColumn.of(record.key.role), LedgerColumn.of(record.key.subject),
                LedgerColumn.of(record.key.asset), record.displayName,
                LedgerColumn.of(record.enrolledAt), LedgerColumn.of(record.answer),
                record.renewAt.map { LedgerColumn.of($0) }, Int64(record.fee.share.value),
                LedgerColumn.of(record.fee.fixed), record.credit?.limit.signed,
                record.credit?.limitPerCommitment.signed, record.credit?.guarantee.signed,
            ])
    }

    private func write(_ record: CertificateRecord) throws {
        try execute(
            """
            INSERT OR REPLACE INTO ledger_certificates (
                account, subject, asset, answer, credit_limit, credit_per_commitment,
                credit_guarantee, not_after, renew_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                LedgerColumn.of(record.key.account), LedgerColumn.of(record.key.subject),
                LedgerColumn.of(record.key.asset), LedgerColumn.of(record.answer),
                LedgerColumn.of(record.terms.limit),
                LedgerColumn.of(record.terms.limitPerCommitment),
                LedgerColumn.of(record.terms.guarantee), LedgerColumn.of(record.notAfter),
                LedgerColumn.of(record.renewAt),
            ])
    }

    private func write(_ used: Amount, of key: GuaranteeKey) throws {
        try execute(
            """
            INSERT OR REPLACE INTO ledger_guarantees (account, merchant, asset, used)
            VALUES (?, ?, ?, ?)
            """,
            [
                LedgerColumn.of(key.account), LedgerColumn.of(key.merchant),
                LedgerColumn.of(key.asset), LedgerColumn.of(used),
            ])
    }

    // MARK: Answers

    private func insert(_ settlement: LedgerSettlement) throws {
        try insert(
            """
            INSERT INTO ledger_settlements (
                merchant, batch, redemption_digest, settlement, asset, gross, fee, settled_at,
                answer)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                LedgerColumn.of(settlement.key.merchant), LedgerColumn.of(settlement.key.batchID),
                LedgerColumn.of(settlement.redemptionDigest),
                LedgerColumn.of(settlement.settlementID), LedgerColumn.of(settlement.asset),
                LedgerColumn.of(settlement.gross), LedgerColumn.of(settlement.fee),
                LedgerColumn.of(settlement.settledAt), LedgerColumn.of(settlement.answer),
            ], else: .batchConflict)
    }

    private func insert(_ movement: MovementRecord) throws {
        try insert(
            """
            INSERT INTO ledger_movements (
                kind, scope, reference, owner, party, asset, amount, memo, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                LedgerColumn.of(movement.key.kind), LedgerColumn.of(movement.key.scope),
                LedgerColumn.of(movement.key.reference), LedgerColumn.of(movement.owner),
                LedgerColumn.of(movement.party), LedgerColumn.of(movement.asset),
                LedgerColumn.of(movement.amount), movement.memo, LedgerColumn.of(movement.at),
            ], else: .referenceConflict)
    }
}

extension Data? {
    /// Shows the bytes; nil for none.
    fileprivate func withBytes(_ body: (UnsafeRawBufferPointer?) throws -> Void) rethrows {
        guard let self else { return try body(nil) }
        try self.withUnsafeBytes { try body($0) }
    }
}
