internal import PayWord

/// Recomputes one settlement from its stored answer: signature, Merkle root, figures, and the ledger
/// transaction that moved them.
struct SettlementCheck {
    let outcomes: [ClaimOutcome]

    /// - Throws: a refusal whose detail says what does not hold.
    init(
        _ record: LedgerSettlement, transaction: LedgerTransaction?, root: PublicKey
    ) throws(Refusal) {
        let answer = try SettlementAnswer(decoding: record.answer)
        let identity = try BrokerIdentity(
            root: root, signingCertificates: answer.signingCertificates)
        let settlement = try answer.settlement.verified(by: identity).payload
        try Self.check(settlement, isOf: record)
        guard MerkleTree(leaves: answer.leaves).root == settlement.outcomesRoot else {
            throw Refusal(.amountMismatch, "the outcomes do not lead to its root")
        }
        var outcomes: [ClaimOutcome] = []
        outcomes.reserveCapacity(answer.leaves.count)
        for leaf in answer.leaves { outcomes.append(try ClaimOutcome(decoding: leaf[...])) }
        self.outcomes = outcomes
        try settlement.checkFigures()
        guard try outcomes.map(\.amount).sum() == settlement.gross,
            UInt64(outcomes.count { $0.reasonNumber == nil }) == settlement.claimsAccepted
        else { throw Refusal(.amountMismatch, "its figures do not follow from its outcomes") }
        guard let transaction else {
            throw Refusal(.amountMismatch, "it has no ledger transaction")
        }
        try Self.check(transaction, moves: settlement, encoded: answer.settlement.encoded)
    }

    private static func check(
        _ settlement: Settlement, isOf record: LedgerSettlement
    ) throws(Refusal) {
        guard settlement.settlementID == record.settlementID,
            settlement.batchID == record.key.batchID,
            settlement.merchant == record.key.merchant,
            settlement.redemptionDigest == record.redemptionDigest,
            settlement.asset == record.asset, settlement.gross == record.gross,
            settlement.fee == record.fee, settlement.settledAt == record.settledAt
        else { throw Refusal(.amountMismatch, "its row says otherwise than what was signed") }
    }

    private static func check(
        _ transaction: LedgerTransaction, moves settlement: Settlement, encoded: [UInt8]
    ) throws(Refusal) {
        let merchant = LedgerAccountID(
            .merchant, settlement.merchant, .available, settlement.asset)
        let fees = LedgerAccountID(.broker, settlement.broker, .fees, settlement.asset)
        var credits: [LedgerAccountID: Int64] = [:]
        for entry in transaction.entries where entry.amount > 0 {
            credits[entry.account] = entry.amount
        }
        guard credits.removeValue(forKey: merchant) ?? 0 == settlement.net.signed,
            credits.removeValue(forKey: fees) ?? 0 == settlement.fee.signed, credits.isEmpty
        else { throw Refusal(.amountMismatch, "its ledger transaction moves other amounts") }
        guard
            transaction.subject
                == LedgerTransaction.subject(settlement.settlementID, encoded)
        else { throw Refusal(.amountMismatch, "its ledger transaction is of other bytes") }
    }
}
