public import PayWord

extension Broker {
    /// Locks a commitment's whole worth and signs a reservation, or, where its payer key has a
    /// credit certificate, registers it and answers with that certificate.
    ///
    /// Idempotent by the commitment's digest. The payer's signature is verified here, once in the
    /// commitment's life at the broker.
    /// - Throws: `wrong-broker`, `bad-signature`, `weak-key`, `not-yet-valid`, `stale-request`,
    ///   `unknown-account`, `malformed` (dates out of order), `commitment-expired`,
    ///   `redeem-window-closed`, `lock-too-long`, `wrong-asset`, `unsupported-condition`,
    ///   `amount-overflow`, `limit-exceeded`, `certificate-expired`, `duplicate-commitment`,
    ///   `insufficient-funds`, `storage-failed`.
    public func reserve(
        _ request: SignedObject<ReservationRequest>
    ) async throws(Refusal) -> BrokerAnswer {
        let payload = request.payload
        try checkBroker(payload.broker)
        _ = try request.verified()
        let now = clock()
        let judge = ReservationJudge(
            request: payload, policy: policy, signer: signer, now: now)
        let snapshot = try await store.read(judge.query)
        if let answer = try judge.repeated(snapshot) {
            return try BrokerAnswer(decoding: answer)
        }
        try RequestDates.check(payload.createdAt, at: now)
        let commitment = try payload.commitment.verified()
        try judge.checkAlone()
        let answer = try await store.decide(on: judge.query) {
            (snapshot) throws(Refusal) -> LedgerDecision<[UInt8]> in
            try judge.judge(commitment, snapshot)
        }
        return try BrokerAnswer(decoding: answer)
    }
}
