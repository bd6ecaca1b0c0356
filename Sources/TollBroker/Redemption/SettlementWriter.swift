internal import PayWord

/// Makes the signed settlement, its answer and its ledger transaction of what was judged.
struct SettlementWriter: Sendable {
    let redemption: Verified<Redemption>
    let digest: Digest
    let signer: BrokerSigner
    let settlementID: SettlementID
    let now: Timestamp

    /// - Throws: `amount-overflow`, or `certificate-expired` if the signing key's time is over.
    func decision(
        _ judgement: SettlementJudge.Judgement, fee terms: Fee
    ) throws(Refusal) -> LedgerDecision<SettlementAnswer> {
        let payload = redemption.payload
        let fee = terms.of(judgement.gross)
        let net = try judgement.gross.subtracting(fee)
        let leaves = judgement.outcomes.map(\.encoded)
        let settlement = Settlement(
            batchID: payload.batchID, redemptionDigest: digest, broker: signer.root,
            merchant: payload.merchant, asset: payload.asset, gross: judgement.gross, fee: fee,
            net: net, claimsAccepted: judgement.accepted, paywordsRedeemed: judgement.paywords,
            refusals: judgement.refusals, settlementID: settlementID, settledAt: now,
            outcomesRoot: MerkleTree(leaves: leaves).root, lines: lines(net: net, fee: fee))
        let signed = try signer.sign(settlement)
        let answer = SettlementAnswer(
            settlement: signed.object, signingCertificates: signer.ownCertificates,
            leaves: leaves)
        var changes = LedgerChanges()
        changes.updated = judgement.updated
        changes.guaranteesUsed = judgement.guaranteesUsed
        changes.transactions = [
            try transaction(judgement.moves, net: net, fee: fee, settlement: signed.encoded)
        ]
        changes.settlement = LedgerSettlement(
            key: BatchKey(merchant: payload.merchant, batchID: payload.batchID),
            redemptionDigest: digest, settlementID: settlementID, asset: payload.asset,
            gross: judgement.gross, fee: fee, settledAt: now, answer: answer.encoded)
        return LedgerDecision(answer, changes: changes)
    }

    private func lines(net: Amount, fee: Amount) -> [SettlementLine] {
        let lines = [
            SettlementLine(party: redemption.payload.merchant, kind: .merchant, amount: net),
            SettlementLine(party: signer.root, kind: .fee, amount: fee),
        ]
        return lines.filter { $0.amount > .zero }
    }

    /// The transaction's subject is the settlement's id and the SHA-256 of its encoding, so the
    /// ledger's hash link covers what was signed.
    private func transaction(
        _ moves: LedgerMoves, net: Amount, fee: Amount, settlement: [UInt8]
    ) throws(Refusal) -> LedgerTransaction {
        let payload = redemption.payload
        var moves = moves
        moves.give(
            net, to: LedgerAccountID(.merchant, payload.merchant, .available, payload.asset))
        moves.give(fee, to: LedgerAccountID(.broker, signer.root, .fees, payload.asset))
        return try LedgerTransaction(
            kind: .settlement, at: now,
            subject: LedgerTransaction.subject(settlementID, settlement), moves: moves)
    }
}

extension LedgerTransaction {
    /// The subject of a settlement's transaction.
    static func subject(_ id: SettlementID, _ settlement: [UInt8]) -> [UInt8] {
        id.bytes + SHA256.digest(settlement).bytes
    }
}
