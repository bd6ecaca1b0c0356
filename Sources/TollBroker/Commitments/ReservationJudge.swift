internal import PayWord

/// Judges a reservation request. What can be checked without the books is checked before; the rest
/// is a pure function of the rows.
struct ReservationJudge: Sendable {
    let request: ReservationRequest
    let policy: BrokerPolicy
    let signer: BrokerSigner
    let now: Timestamp

    private var commitment: Commitment { request.commitment.payload }
    private var id: CommitmentID { request.commitment.id }

    var query: LedgerQuery {
        var query = LedgerQuery()
        query.commitments = [id]
        query.documents = [id]
        query.nonce = NonceKey(payer: commitment.payer, nonce: commitment.nonce)
        query.enrolments = [holder]
        query.certificates = [certificateKey]
        query.accounts = [purse]
        return query
    }

    private var holder: EnrolmentKey {
        EnrolmentKey(role: .payer, subject: request.account, asset: commitment.asset)
    }
    private var certificateKey: CertificateKey {
        CertificateKey(
            account: request.account, subject: commitment.payer, asset: commitment.asset)
    }
    private var purse: LedgerAccountID {
        LedgerAccountID(.payer, request.account, .available, commitment.asset)
    }

    /// The answer that was given before; nil if there was none.
    /// - Throws: `duplicate-commitment` if another account, or another commitment, has the id.
    func repeated(_ snapshot: LedgerSnapshot) throws(Refusal) -> [UInt8]? {
        guard let row = snapshot.commitments[id], let documents = snapshot.documents[id] else {
            return nil
        }
        guard row.terms.account == request.account, row.terms.digest == request.commitment.digest
        else { throw Refusal(.duplicateCommitment, "\(id) is registered already") }
        return documents.answer
    }

    /// What needs no books: dates, parties, asset, conditions, amounts.
    /// - Throws: the reason of the first check that fails.
    func checkAlone() throws(Refusal) {
        try commitment.checkDates()
        try RequestDates.checkNotAhead(commitment.issuedAt, at: now)
        guard commitment.expiresAt >= now else { throw Refusal(.commitmentExpired) }
        guard commitment.redeemBy >= now.adding(policy.lockingMinimum) else {
            throw Refusal(
                .redeemWindowClosed,
                "redeem-by must lie at least \(policy.lockingMinimum) s ahead")
        }
        guard commitment.redeemBy <= now.adding(policy.lockingMaximum) else {
            throw Refusal(
                .lockTooLong, "redeem-by may lie at most \(policy.lockingMaximum) s ahead")
        }
        guard commitment.broker == signer.root, !commitment.isTwoParty else {
            throw Refusal(.wrongBroker, "the commitment is not of payer, merchant and this broker")
        }
        guard policy.assets.contains(commitment.asset) else { throw Refusal(.wrongAsset) }
        guard commitment.conditions.isEmpty else { throw Refusal(.unsupportedCondition) }
        let worth = try commitment.worth
        guard worth <= policy.commitmentMaximum else {
            throw Refusal(
                .limitExceeded,
                "\(commitment.asset.textWithCode(worth)) is more than "
                    + commitment.asset.text(policy.commitmentMaximum))
        }
    }

    /// Registers the commitment, and locks its worth where the payer key has no credit.
    func judge(
        _ verified: Verified<Commitment>, _ snapshot: LedgerSnapshot
    ) throws(Refusal) -> LedgerDecision<[UInt8]> {
        if let answer = try repeated(snapshot) { return LedgerDecision(answer) }
        guard snapshot.enrolments[holder] != nil else { throw Refusal(.unknownAccount) }
        guard snapshot.nonceHolder == nil else { throw Refusal(.duplicateCommitment) }
        if let certificate = snapshot.certificates[certificateKey] {
            return try register(verified, certificate)
        }
        return try reserve(verified, snapshot.account(purse))
    }

    private func register(
        _ verified: Verified<Commitment>, _ certificate: CertificateRecord
    ) throws(Refusal) -> LedgerDecision<[UInt8]> {
        guard now <= certificate.notAfter else { throw Refusal(.certificateExpired) }
        let worth = try verified.payload.worth
        guard worth <= certificate.terms.limitPerCommitment else {
            throw Refusal(
                .limitExceeded,
                "\(verified.payload.asset.textWithCode(worth)) is more than "
                    + verified.payload.asset.text(certificate.terms.limitPerCommitment))
        }
        let row = try LedgerCommitment(
            verified, account: request.account, funding: .credit,
            guarantee: certificate.terms.guarantee)
        return decision(verified, row, answer: certificate.answer)
    }

    private func reserve(
        _ verified: Verified<Commitment>, _ purse: LedgerAccount
    ) throws(Refusal) -> LedgerDecision<[UInt8]> {
        let row = try LedgerCommitment(verified, account: request.account, funding: .reserved)
        guard purse.funds >= row.locked else {
            throw Refusal(
                .insufficientFunds,
                "\(row.terms.asset.textWithCode(row.locked)) is to be locked, "
                    + "\(row.terms.asset.text(purse.funds)) is available")
        }
        let promised = verified.payload
        let reservation = try signer.sign(
            Reservation(
                commitmentDigest: verified.digest, broker: signer.root, payer: promised.payer,
                merchant: promised.merchant, asset: promised.asset, amount: row.locked,
                issuedAt: now, validUntil: promised.redeemBy))
        var moves = LedgerMoves()
        moves.move(row.locked, from: row.availableAccount, to: row.reservedAccount)
        let transaction = try LedgerTransaction(
            kind: .reservation, at: now, subject: verified.digest.bytes, moves: moves)
        return decision(
            verified, row, answer: signer.answer([reservation.encoded]).encoded,
            transactions: [transaction])
    }

    private func decision(
        _ verified: Verified<Commitment>, _ row: LedgerCommitment, answer: [UInt8],
        transactions: [LedgerTransaction] = []
    ) -> LedgerDecision<[UInt8]> {
        var changes = LedgerChanges()
        changes.transactions = transactions
        changes.registered = [
            CommitmentRecord(
                commitment: row,
                documents: CommitmentDocuments(
                    commitment: verified.encoded, answer: answer, note: request.note))
        ]
        return LedgerDecision(answer, changes: changes)
    }
}
