internal import PayWord
internal import TollBroker

extension LedgerWriter {
    mutating func write(_ record: EnrolmentRecord) {
        head.enrolments += 1
        // Renewed enrolments keep their number; the one drawn for them is left out.
        transaction.later(
            """
            INSERT INTO toll_ledger_enrolments (broker, number, \(EnrolmentRecord.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (broker, role, subject, asset) DO UPDATE SET
                answer = excluded.answer, renew_at = excluded.renew_at,
                fee_share = excluded.fee_share, fee_fixed = excluded.fee_fixed,
                credit_limit = excluded.credit_limit,
                credit_per_commitment = excluded.credit_per_commitment,
                credit_guarantee = excluded.credit_guarantee
            """,
            [
                .fixed(broker), .integer(head.enrolments), .choice(record.key.role),
                .fixed(record.key.subject), .asset(record.key.asset), .words(record.displayName),
                .time(record.enrolledAt), .bytes(record.answer), .time(record.renewAt),
                .integer(Int64(record.fee.share.value)), .amount(record.fee.fixed),
                .amount(record.credit?.limit), .amount(record.credit?.limitPerCommitment),
                .amount(record.credit?.guarantee),
            ])
    }

    func write(_ record: CertificateRecord) {
        transaction.later(
            """
            INSERT INTO toll_ledger_certificates (broker, \(CertificateRecord.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (broker, account, subject, asset) DO UPDATE SET
                answer = excluded.answer, credit_limit = excluded.credit_limit,
                credit_per_commitment = excluded.credit_per_commitment,
                credit_guarantee = excluded.credit_guarantee, not_after = excluded.not_after,
                renew_at = excluded.renew_at
            """,
            [
                .fixed(broker), .fixed(record.key.account), .fixed(record.key.subject),
                .asset(record.key.asset), .bytes(record.answer), .amount(record.terms.limit),
                .amount(record.terms.limitPerCommitment), .amount(record.terms.guarantee),
                .time(record.notAfter), .time(record.renewAt),
            ])
    }

    func write(_ used: Amount, of key: GuaranteeKey) {
        transaction.later(
            """
            INSERT INTO toll_ledger_guarantees (broker, account, merchant, asset, used)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (broker, account, merchant, asset) DO UPDATE SET used = excluded.used
            """,
            [
                .fixed(broker), .fixed(key.account), .fixed(key.merchant), .asset(key.asset),
                .amount(used),
            ])
    }

    mutating func insert(_ settlement: LedgerSettlement) -> NewRows {
        head.settlements += 1
        let statement = PostgresStatement(
            """
            INSERT INTO toll_ledger_settlements (broker, number, \(LedgerSettlement.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
            """,
            [
                .fixed(broker), .integer(head.settlements), .fixed(settlement.key.merchant),
                .fixed(settlement.key.batchID), .fixed(settlement.redemptionDigest),
                .fixed(settlement.settlementID), .asset(settlement.asset),
                .amount(settlement.gross), .amount(settlement.fee), .time(settlement.settledAt),
                .bytes(settlement.answer),
            ])
        return NewRows(statement: statement, count: 1, reason: .batchConflict)
    }

    mutating func insert(_ movement: MovementRecord) -> NewRows {
        head.movements += 1
        let statement = PostgresStatement(
            """
            INSERT INTO toll_ledger_movements (broker, number, \(MovementRecord.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
            """,
            [
                .fixed(broker), .integer(head.movements), .choice(movement.key.kind),
                .fixed(movement.key.scope), .bytes(movement.key.reference),
                .choice(movement.owner), .fixed(movement.party), .asset(movement.asset),
                .amount(movement.amount), .words(movement.memo), .time(movement.at),
            ])
        return NewRows(statement: statement, count: 1, reason: .referenceConflict)
    }
}
