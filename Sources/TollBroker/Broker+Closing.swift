internal import Logging
public import PayWord

extension Broker {
    /// Takes a merchant's close, whoever delivers it: what the commitment locks beyond its final
    /// worth returns to the payer's account at once, and claims up to the final indexes still pay.
    ///
    /// Idempotent; the first close wins. A close of a commitment that is released changes nothing.
    /// - Throws: `wrong-broker`, `bad-signature`, `weak-key`, `not-yet-valid`, `unknown-commitment`,
    ///   `wrong-merchant`, `unknown-chain`, `index-past-end`, `channel-closed` at other indexes than
    ///   the first close, `storage-failed`.
    public func close(_ close: SignedObject<Close>) async throws(Refusal) {
        let payload = close.payload
        try checkBroker(payload.broker)
        _ = try close.verified()
        let now = clock()
        try RequestDates.checkNotAhead(payload.createdAt, at: now)
        var query = LedgerQuery()
        query.commitments = [payload.commitmentID]
        try await store.decide(on: query) {
            (snapshot) throws(Refusal) -> LedgerDecision<Void> in
            guard var row = snapshot.commitments[payload.commitmentID] else {
                throw Refusal(.unknownCommitment)
            }
            guard row.terms.merchant == payload.merchant else { throw Refusal(.wrongMerchant) }
            let before = row
            let freed = try row.close(at: payload.final)
            var changes = LedgerChanges()
            if row != before {
                changes.updated = [row]
                changes.transactions = [
                    try row.returning(freed, kind: .close, at: now)
                ]
            }
            return LedgerDecision((), changes: changes)
        }
    }

    /// Releases the commitments whose time is over: what they still lock returns to their accounts,
    /// and nothing more is redeemed of them.
    ///
    /// - Parameter limit: the most commitments to look at in this call.
    /// - Returns: how many were released.
    /// - Throws: `storage-failed`; commitments released before it stay so.
    @discardableResult
    public func sweep(limit: Int = 100_000) async throws(Refusal) -> Int {
        let now = clock()
        let rule = try await releaseRule(at: now)
        var released = 0
        var looked = 0
        var cursor: ReleaseCursor?
        while looked < limit {
            let page = try await store.unreleased(
                redeemBy: now.subtracting(policy.releaseDelay), after: cursor,
                limit: min(Self.sweepPage, limit - looked))
            guard let last = page.last else { break }
            looked += page.count
            cursor = ReleaseCursor(last)
            let due = page.filter { rule.releaseTime(of: $0) <= now }.map(\.id)
            if !due.isEmpty { released += try await release(due, at: now) }
        }
        if released > 0 {
            logger.info("released commitments", metadata: ["count": "\(released)"])
        }
        return released
    }

    private static var sweepPage: Int { 256 }

    private func release(
        _ ids: [CommitmentID], at now: Timestamp
    ) async throws(Refusal) -> Int {
        var query = LedgerQuery()
        query.commitments = ids
        return try await store.decide(on: query) {
            (snapshot) throws(Refusal) -> LedgerDecision<Int> in
            var changes = LedgerChanges()
            for id in ids {
                guard var row = snapshot.commitments[id], row.state != .released else { continue }
                let freed = row.release()
                changes.updated.append(row)
                changes.transactions.append(
                    try row.returning(freed, kind: .release, at: now))
            }
            return LedgerDecision(changes.updated.count, changes: changes)
        }
    }

    /// The rule with the outages that can matter to a commitment that is not released.
    func releaseRule(at now: Timestamp) async throws(Refusal) -> ReleaseRule {
        let outages = try await store.outages(
            endingAfter: now.subtracting(2 * Commitment.redeemByMaximum))
        return ReleaseRule(delay: policy.releaseDelay, outages: outages)
    }

    // MARK: Outages

    /// Notes that the broker is up. Call it at the start and then every minute or so: a gap of ten
    /// minutes (the policy's `outageMinimum`) since the last call is recorded as an outage, and
    /// lengthens the time in which merchants can redeem.
    /// - Returns: the outage that was found.
    /// - Throws: `storage-failed`.
    @discardableResult
    public func beat() async throws(Refusal) -> Outage? {
        let outage = try await store.beat(at: clock(), gap: policy.outageMinimum)
        if let outage {
            logger.warning(
                "recorded an outage", metadata: ["seconds": "\(outage.to.since(outage.from))"])
        }
        return outage
    }

    /// Records an outage that the broker cannot notice itself, such as one of its network.
    /// - Throws: `malformed` if it ends before it begins, `storage-failed`.
    public func record(_ outage: Outage) async throws(Refusal) {
        guard outage.from < outage.to else {
            throw Refusal(.malformed, "an outage ends after it begins")
        }
        try await store.record(outage)
    }
}

extension LedgerCommitment {
    /// The transaction that returns what is locked no longer; it stands in the ledger even where
    /// nothing was, so that the hash link covers every end.
    func returning(
        _ freed: Amount, kind: LedgerTransaction.Kind, at now: Timestamp
    ) throws(Refusal) -> LedgerTransaction {
        var moves = LedgerMoves()
        moves.move(freed, from: reservedAccount, to: availableAccount)
        return try LedgerTransaction(
            kind: kind, at: now, subject: terms.digest.bytes, moves: moves)
    }
}
