public import PayWord

extension Broker {
    /// Opens a payer's account, or enrols a merchant and certifies it.
    ///
    /// Idempotent by subject, role and asset: a repeat gets the same bytes, whatever else it says,
    /// until a merchant's certificate comes near its end and is renewed.
    /// - Throws: `wrong-broker`, `bad-signature`, `weak-key`, `not-yet-valid`, `stale-request`,
    ///   `wrong-asset`, `storage-failed`.
    public func enrol(_ request: SignedObject<Enrolment>) async throws(Refusal) -> BrokerAnswer {
        let enrolment = request.payload
        try checkBroker(enrolment.broker)
        _ = try request.verified()
        let now = clock()
        let key = EnrolmentKey(
            role: enrolment.role, subject: enrolment.subject, asset: enrolment.asset)
        var query = LedgerQuery()
        query.enrolments = [key]
        let serial: SerialNumber = drawID()
        let answer = try await store.decide(on: query) {
            [self] (snapshot) throws(Refusal) -> LedgerDecision<[UInt8]> in
            let recorded = snapshot.enrolments[key]
            if let recorded, recorded.renewAt.map({ now < $0 }) ?? true {
                return LedgerDecision(recorded.answer)
            }
            try RequestDates.check(enrolment.createdAt, at: now)
            try checkAsset(enrolment.asset)
            var changes = LedgerChanges()
            let record = try self.record(
                recorded
                    ?? EnrolmentRecord(
                        key: key, displayName: enrolment.displayName, enrolledAt: now, answer: [],
                        renewAt: nil,
                        fee: enrolment.role == .merchant ? policy.fee : .none),
                serial: serial, at: now)
            changes.enrolments = [record]
            return LedgerDecision(record.answer, changes: changes)
        }
        return try BrokerAnswer(decoding: answer)
    }

    /// The record with an answer that is made now.
    private func record(
        _ record: EnrolmentRecord, serial: SerialNumber, at now: Timestamp
    ) throws(Refusal) -> EnrolmentRecord {
        var record = record
        switch record.key.role {
        case .payer:
            record.answer = signer.answer([]).encoded
        case .merchant:
            let end = now.adding(policy.merchantCertificatePeriod)
            let certificate = try signer.sign(
                Certificate.merchant(
                    serial: serial, broker: root, subject: record.key.subject,
                    asset: record.key.asset, notBefore: now, notAfter: end,
                    displayName: record.displayName, fee: record.fee))
            record.answer = signer.answer([certificate.encoded]).encoded
            record.renewAt = max(end.subtracting(policy.renewalPeriod), now.adding(1))
        }
        return record
    }

    /// Sets a merchant's fee from its next settlement on, and certifies it.
    /// - Throws: `unknown-account`, `storage-failed`.
    public func setFee(
        _ fee: Fee, of merchant: PublicKey, asset: Asset
    ) async throws(Refusal) {
        let key = EnrolmentKey(role: .merchant, subject: merchant, asset: asset)
        var query = LedgerQuery()
        query.enrolments = [key]
        let serial: SerialNumber = drawID()
        let now = clock()
        try await store.decide(on: query) {
            [self] (snapshot) throws(Refusal) -> LedgerDecision<Void> in
            guard var recorded = snapshot.enrolments[key] else { throw Refusal(.unknownAccount) }
            recorded.fee = fee
            var changes = LedgerChanges()
            changes.enrolments = [try self.record(recorded, serial: serial, at: now)]
            return LedgerDecision((), changes: changes)
        }
    }
}
