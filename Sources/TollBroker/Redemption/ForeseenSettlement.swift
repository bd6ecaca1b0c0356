internal import PayWord

/// What a batch comes to if its rows stay as they were read: judged, encoded and signed before the
/// transaction, which then holds the books no longer than it must.
///
/// Where a row moved, it counts for nothing, and the claims are judged anew inside the transaction.
struct ForeseenSettlement: Sendable {
    let decision: LedgerDecision<SettlementAnswer>
    fileprivate let commitments: [CommitmentID: LedgerCommitment]
    fileprivate let merchant: EnrolmentRecord

    /// Whether the rows stand as they did when this was foreseen.
    func holds(on snapshot: LedgerSnapshot) -> Bool {
        // Of one and the same table, as a store gives it back if nothing moved, the comparison takes
        // no time.
        snapshot.enrolments[merchant.key] == merchant && snapshot.commitments == commitments
    }
}

extension SettlementJudge {
    /// What the claims come to on the rows as they were read. Nil where that cannot be foreseen: an
    /// account that is billed on credit moves by much else than its commitments; and what is refused
    /// is for the transaction to say.
    func foresee(
        on snapshot: LedgerSnapshot, rows: [LedgerCommitment?], of merchant: EnrolmentKey,
        writer: SettlementWriter
    ) -> ForeseenSettlement? {
        guard let record = snapshot.enrolments[merchant],
            !rows.contains(where: { $0?.terms.funding == .credit }),
            let decision = try? writer.decision(judge(snapshot, rows: rows), fee: record.fee)
        else { return nil }
        return ForeseenSettlement(
            decision: decision, commitments: snapshot.commitments, merchant: record)
    }
}
