internal import Failpoints
internal import Logging
internal import Metrics
public import PayWord

extension Broker {
    /// Turns a batch into one settlement: one ledger transaction, one net amount, each refused claim
    /// with its reason.
    ///
    /// The same batch again is answered with the same bytes. Chains are walked before the
    /// transaction; the transaction reads the rows anew and pays the difference to what stands
    /// there, so two batches at once pay each payword once. A crash at any point leaves the whole
    /// settlement or nothing of it.
    /// - Throws: `too-large` (claims, or steps of all together), `wrong-broker`, `bad-signature`,
    ///   `weak-key`, `batch-conflict` for a batch id that was used for other content,
    ///   `not-yet-valid`, `wrong-asset`, `unknown-account` for a merchant that is not enrolled,
    ///   `rate-limited` after too much failed work, `certificate-expired` if the broker's signing
    ///   key is out of its time, `storage-failed`. What is wrong with a claim is in its outcome.
    public func redeem(
        _ redemption: SignedObject<Redemption>
    ) async throws(Refusal) -> SettlementAnswer {
        let payload = redemption.payload
        guard payload.claims.count <= policy.claimsMaximum else {
            throw Refusal(
                .tooLarge, "\(payload.claims.count) claims are more than \(policy.claimsMaximum)")
        }
        try checkBroker(payload.broker)
        let verified = try redemption.verified()
        let digest = verified.digest
        let now = clock()
        let batch = BatchQuery(payload)
        if let recorded = try await store.read(batch.query).settlement {
            return try recorded.answer(to: digest)
        }
        try RequestDates.checkNotAhead(payload.createdAt, at: now)
        try checkAsset(payload.asset)

        let claims = payload.claims.enumerated().map {
            ReadClaim(position: UInt32($0), $1)
        }
        let claimed = ClaimedRows(claims)
        var query = batch.query
        query.commitments = claimed.ids
        let snapshot = try await store.read(query)
        guard snapshot.enrolments[batch.merchant] != nil else { throw Refusal(.unknownAccount) }
        try failedWork.check(payload.merchant, at: now)

        let rules = ClaimRules(
            merchant: payload.merchant, broker: root, asset: payload.asset, now: now,
            release: try await releaseRule(at: now))
        let rows = claimed.rows(in: snapshot)
        var read = try await ClaimReader(rules: rules, stepsMaximum: policy.batchStepsMaximum)
            .judge(claims, on: claimed, rows: rows)
        let writer = SettlementWriter(
            redemption: verified, digest: digest, signer: signer, settlementID: drawID(), now: now)
        // While the other cores walk, this one foresees what comes of it if all walks are right.
        let walks = read.walks
        async let leadsDown = ChainWalk.leadDown(walks)
        var judge = SettlementJudge(rules: rules, claims: read.claims, claimed: claimed)
        var foreseen = judge.foresee(
            on: snapshot, rows: rows, of: batch.merchant, writer: writer)
        if read.take(await leadsDown) {
            judge = SettlementJudge(rules: rules, claims: read.claims, claimed: claimed)
            foreseen = judge.foresee(
                on: snapshot, rows: rows, of: batch.merchant, writer: writer)
        }
        failedWork.charge(payload.merchant, steps: read.failedSteps, at: now)
        return try await settle(
            judge, foreseen: foreseen, after: snapshot, batch: batch, writer: writer)
    }

    private func settle(
        _ judge: SettlementJudge, foreseen: ForeseenSettlement?, after earlier: LedgerSnapshot,
        batch: BatchQuery, writer: SettlementWriter
    ) async throws(Refusal) -> SettlementAnswer {
        var query = judge.query(after: earlier)
        query.batch = batch.query.batch
        query.enrolments = batch.query.enrolments
        failpoints.reach(.brokerBeforeSettlement)
        let answer = try await store.decide(
            on: query,
            beforeCommit: { [failpoints] () throws(Refusal) in
                failpoints.reach(.brokerInSettlement)
            }
        ) { (snapshot) throws(Refusal) -> LedgerDecision<SettlementAnswer> in
            // Another sending of this batch may have come first.
            if let recorded = snapshot.settlement {
                return LedgerDecision(try recorded.answer(to: writer.digest))
            }
            guard let merchant = snapshot.enrolments[batch.merchant] else {
                throw Refusal(.unknownAccount)
            }
            if let foreseen, foreseen.holds(on: snapshot) {
                return foreseen.decision
            }
            return try writer.decision(judge.judge(snapshot), fee: merchant.fee)
        }
        failpoints.reach(.brokerAfterSettlement)
        report(writer.redemption.payload.batchID, claims: judge.claims.count)
        return answer
    }

    private func report(_ batch: BatchID, claims: Int) {
        Counter(label: "tollchain_broker_settlements").increment()
        Counter(label: "tollchain_broker_claims").increment(by: claims)
        logger.info("settled a batch", metadata: ["batch": "\(batch)", "claims": "\(claims)"])
    }
}

/// The rows by which a batch is known.
private struct BatchQuery: Sendable {
    let merchant: EnrolmentKey
    let query: LedgerQuery

    init(_ redemption: Redemption) {
        merchant = EnrolmentKey(
            role: .merchant, subject: redemption.merchant, asset: redemption.asset)
        var query = LedgerQuery()
        query.batch = BatchKey(merchant: redemption.merchant, batchID: redemption.batchID)
        query.enrolments = [merchant]
        self.query = query
    }
}

extension LedgerSettlement {
    /// The recorded answer, if `digest` is of the redemption that it answers.
    /// - Throws: `batch-conflict`.
    fileprivate func answer(to digest: Digest) throws(Refusal) -> SettlementAnswer {
        guard digest == redemptionDigest else { throw Refusal(.batchConflict) }
        return try SettlementAnswer(decoding: answer)
    }
}
