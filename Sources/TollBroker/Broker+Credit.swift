public import PayWord

extension Broker {
    /// Certifies one of an account's payer keys for credit.
    ///
    /// Idempotent by account, key and asset: a repeat gets the same bytes until the certificate
    /// comes near its end or the account's credit is changed.
    /// - Throws: `wrong-broker`, `bad-signature`, `weak-key`, `unknown-account`, `not-enabled` for an
    ///   account without credit, `not-yet-valid`, `stale-request`, `storage-failed`.
    public func certify(
        _ request: SignedObject<CertificateRequest>
    ) async throws(Refusal) -> BrokerAnswer {
        let wanted = request.payload
        try checkBroker(wanted.broker)
        _ = try request.verified()
        let now = clock()
        let holder = EnrolmentKey(role: .payer, subject: wanted.account, asset: wanted.asset)
        let key = CertificateKey(
            account: wanted.account, subject: wanted.subject, asset: wanted.asset)
        var query = LedgerQuery()
        query.enrolments = [holder]
        query.certificates = [key]
        let serial: SerialNumber = drawID()
        let answer = try await store.decide(on: query) {
            [self] (snapshot) throws(Refusal) -> LedgerDecision<[UInt8]> in
            let enrolment = snapshot.enrolments[holder]
            if let recorded = snapshot.certificates[key], now < recorded.renewAt,
                recorded.terms == enrolment?.credit
            {
                return LedgerDecision(recorded.answer)
            }
            try RequestDates.check(wanted.createdAt, at: now)
            guard let enrolment else { throw Refusal(.unknownAccount) }
            guard let terms = enrolment.credit else {
                throw Refusal(.notEnabled, "the account has no credit")
            }
            let record = try certificate(key, terms: terms, serial: serial, at: now)
            var changes = LedgerChanges()
            changes.certificates = [record]
            return LedgerDecision(record.answer, changes: changes)
        }
        return try BrokerAnswer(decoding: answer)
    }

    private func certificate(
        _ key: CertificateKey, terms: CreditTerms, serial: SerialNumber, at now: Timestamp
    ) throws(Refusal) -> CertificateRecord {
        guard !key.subject.isWeak else { throw Refusal(.weakKey) }
        let end = now.adding(policy.creditCertificatePeriod)
        let certificate = try signer.sign(
            Certificate.payerWithCredit(
                serial: serial, broker: root, subject: key.subject, asset: key.asset,
                notBefore: now, notAfter: end, limitPerCommitment: terms.limitPerCommitment,
                guarantee: terms.guarantee))
        return CertificateRecord(
            key: key, answer: signer.answer([certificate.encoded]).encoded, terms: terms,
            notAfter: end, renewAt: max(end.subtracting(policy.renewalPeriod), now.adding(1)))
    }

    /// Sets what an account may owe; nil takes its credit away. Commitments that are registered
    /// keep the guarantee that their certificate states.
    /// - Throws: `unknown-account`; `insufficient-funds` if the account owes more than that already;
    ///   `storage-failed`.
    public func setCredit(
        _ terms: CreditTerms?, of account: PublicKey, asset: Asset
    ) async throws(Refusal) {
        let key = EnrolmentKey(role: .payer, subject: account, asset: asset)
        let purse = LedgerAccountID(.payer, account, .available, asset)
        var query = LedgerQuery()
        query.enrolments = [key]
        query.accounts = [purse]
        try await store.decide(on: query) {
            (snapshot) throws(Refusal) -> LedgerDecision<Void> in
            guard var recorded = snapshot.enrolments[key] else { throw Refusal(.unknownAccount) }
            recorded.credit = terms
            var changes = LedgerChanges()
            changes.enrolments = [recorded]
            changes.floors[purse] = -(terms?.limit ?? .zero).signed
            return LedgerDecision((), changes: changes)
        }
    }

    /// What merchants can still claim of an account's commitments on credit: known as soon as a
    /// commitment is registered, however many merchants it is spread over.
    /// - Throws: `storage-failed`.
    public func creditExposure(
        of account: PublicKey, asset: Asset
    ) async throws(Refusal) -> Amount {
        var exposure = Amount.zero
        var cursor: CommitmentID?
        repeat {
            var query = LedgerQuery()
            query.page = LedgerQuery.CommitmentPage(
                account: account, asset: asset, after: cursor,
                limit: AccountStatement.pageMaximum)
            let page = try await store.read(query).page
            for record in page where record.commitment.terms.funding == .credit {
                exposure = try exposure.adding(record.commitment.claimable)
            }
            cursor = page.count == AccountStatement.pageMaximum ? page.last?.commitment.id : nil
        } while cursor != nil
        return exposure
    }
}

extension LedgerCommitment {
    /// What can still be redeemed.
    var claimable: Amount {
        guard let final else { return terms.worth.subtractingOrZero(redeemed) }
        let end = zip(final, chains).map { max($0, $1.redeemed.index) }
        return ((try? worth(at: end)) ?? .zero).subtractingOrZero(redeemed)
    }
}
