public import PayWord

extension Broker {
    // MARK: By the account

    /// Sets available money aside for a payout by the operator. Credit cannot be withdrawn.
    ///
    /// Idempotent by account and reference.
    /// - Throws: `wrong-broker`, `bad-signature`, `weak-key`, `reference-conflict`, `not-yet-valid`,
    ///   `stale-request`, `unknown-account`, `amount-mismatch` for nothing, `insufficient-funds`,
    ///   `storage-failed`.
    public func withdraw(_ request: SignedObject<Withdrawal>) async throws(Refusal) {
        let payload = request.payload
        try checkBroker(payload.broker)
        _ = try request.verified()
        let now = clock()
        let key = MovementKey(
            kind: .withdrawal, scope: payload.account, reference: payload.reference.bytes)
        let query = movementQuery(key, payload.account, payload.asset, .available)
        try await store.decide(on: query) {
            (snapshot) throws(Refusal) -> LedgerDecision<Void> in
            // An account that is not there yet is a payer's: the comparison with what was recorded
            // comes first, and says so by itself.
            let owner = snapshot.owner(of: payload.account, payload.asset)
            let wanted = MovementRecord(
                key: key, owner: owner ?? .payer, party: payload.account, asset: payload.asset,
                amount: payload.amount, memo: payload.destination, at: now)
            if try snapshot.repeats(wanted) { return LedgerDecision(()) }
            try RequestDates.check(payload.createdAt, at: now)
            guard let owner else { throw Refusal(.unknownAccount) }
            let source = LedgerAccountID(owner, payload.account, .available, payload.asset)
            guard snapshot.account(source).funds >= payload.amount else {
                throw Refusal(
                    .insufficientFunds,
                    "\(payload.asset.textWithCode(payload.amount)) is more than the "
                        + "\(payload.asset.text(snapshot.account(source).funds)) available")
            }
            let target = LedgerAccountID(owner, payload.account, .payable, payload.asset)
            return try wanted.decision { $0.move(payload.amount, from: source, to: target) }
        }
    }

    /// Gives an account play money, where the operator runs a faucet for trials.
    ///
    /// Idempotent by account and reference.
    /// - Throws: `wrong-broker`, `bad-signature`, `weak-key`, `not-enabled`, `reference-conflict`,
    ///   `not-yet-valid`, `stale-request`, `unknown-account`, `amount-mismatch` for nothing,
    ///   `limit-exceeded` above the maximum of a request, `rate-limited` above that of 24 hours,
    ///   `storage-failed`.
    public func draw(_ request: SignedObject<FaucetRequest>) async throws(Refusal) {
        let payload = request.payload
        try checkBroker(payload.broker)
        _ = try request.verified()
        guard let faucet = policy.faucet else {
            throw Refusal(.notEnabled, "this broker gives no play money")
        }
        let now = clock()
        let wanted = MovementRecord(
            key: MovementKey(
                kind: .faucet, scope: payload.account, reference: payload.reference.bytes),
            owner: .payer, party: payload.account, asset: payload.asset, amount: payload.amount,
            memo: nil, at: now)
        var query = movementQuery(wanted.key, payload.account, payload.asset, .available)
        query.faucetUse = LedgerQuery.FaucetUse(
            account: payload.account, asset: payload.asset, since: now.subtracting(.day))
        let outside = ownAccount(.outside, payload.asset)
        try await store.decide(on: query) {
            (snapshot) throws(Refusal) -> LedgerDecision<Void> in
            if try snapshot.repeats(wanted) { return LedgerDecision(()) }
            try RequestDates.check(payload.createdAt, at: now)
            guard snapshot.owner(of: payload.account, payload.asset) == .payer else {
                throw Refusal(.unknownAccount)
            }
            guard payload.amount <= faucet.requestMaximum else {
                throw Refusal(
                    .limitExceeded,
                    "a request gets at most "
                        + payload.asset.textWithCode(faucet.requestMaximum))
            }
            guard try snapshot.faucetDrawn.adding(payload.amount) <= faucet.dayMaximum else {
                throw Refusal(
                    .rateLimited,
                    "an account gets at most "
                        + "\(payload.asset.textWithCode(faucet.dayMaximum)) in a day")
            }
            let target = LedgerAccountID(.payer, payload.account, .available, payload.asset)
            return try wanted.decision { $0.move(payload.amount, from: outside, to: target) }
        }
    }

    // MARK: By the operator

    /// Books money that came in for an account.
    ///
    /// Idempotent by the external reference, which is the operator's: a payment's number at the bank.
    /// - Throws: `reference-conflict`, `unknown-account`, `amount-mismatch` for nothing, `too-large`
    ///   for a reference above 128 bytes, `amount-overflow`, `storage-failed`.
    public func deposit(
        _ amount: Amount, asset: Asset, to account: PublicKey, reference: String
    ) async throws(Refusal) {
        let wanted = try operatorMovement(
            .deposit, .payer, account, asset, amount, reference)
        let query = movementQuery(wanted.key, account, asset, .available)
        let outside = ownAccount(.outside, asset)
        try await store.decide(on: query) {
            (snapshot) throws(Refusal) -> LedgerDecision<Void> in
            if try snapshot.repeats(wanted) { return LedgerDecision(()) }
            guard snapshot.owner(of: account, asset) == .payer else {
                throw Refusal(.unknownAccount)
            }
            let target = LedgerAccountID(.payer, account, .available, asset)
            return try wanted.decision { $0.move(amount, from: outside, to: target) }
        }
    }

    /// Books money that was paid out: of what a payer has withdrawn, or of what a merchant has,
    /// first what it has withdrawn and then what is available.
    ///
    /// Idempotent by the external reference.
    /// - Throws: `reference-conflict`, `unknown-account`, `amount-mismatch` for nothing, `too-large`
    ///   for a reference above 128 bytes, `insufficient-funds`, `storage-failed`.
    public func payout(
        _ amount: Amount, asset: Asset, from party: PublicKey, as role: Enrolment.Role,
        reference: String
    ) async throws(Refusal) {
        let owner: LedgerAccountID.Owner = role == .payer ? .payer : .merchant
        let wanted = try operatorMovement(.payout, owner, party, asset, amount, reference)
        let payable = LedgerAccountID(owner, party, .payable, asset)
        let available = LedgerAccountID(owner, party, .available, asset)
        var query = movementQuery(wanted.key, party, asset, .payable)
        query.accounts.append(available)
        let outside = ownAccount(.outside, asset)
        try await store.decide(on: query) {
            (snapshot) throws(Refusal) -> LedgerDecision<Void> in
            if try snapshot.repeats(wanted) { return LedgerDecision(()) }
            let key = EnrolmentKey(role: role, subject: party, asset: asset)
            guard snapshot.enrolments[key] != nil else { throw Refusal(.unknownAccount) }
            let withdrawn = min(amount, snapshot.account(payable).funds)
            let rest = try amount.subtracting(withdrawn)
            guard rest == .zero || role == .merchant,
                snapshot.account(available).funds >= rest
            else {
                throw Refusal(
                    .insufficientFunds,
                    "\(asset.textWithCode(amount)) is more than can be paid out")
            }
            return try wanted.decision {
                $0.move(withdrawn, from: payable, to: outside)
                $0.move(rest, from: available, to: outside)
            }
        }
    }

    // MARK: Both

    private func operatorMovement(
        _ kind: MovementKey.Kind, _ owner: LedgerAccountID.Owner, _ party: PublicKey,
        _ asset: Asset, _ amount: Amount, _ reference: String
    ) throws(Refusal) -> MovementRecord {
        guard (1...128).contains(reference.utf8.count) else {
            throw Refusal(.tooLarge, "a reference has 1 to 128 bytes")
        }
        return MovementRecord(
            key: MovementKey(kind: kind, scope: .zero, reference: Array(reference.utf8)),
            owner: owner, party: party, asset: asset, amount: amount, memo: nil, at: clock())
    }

    private func movementQuery(
        _ key: MovementKey, _ party: PublicKey, _ asset: Asset,
        _ purpose: LedgerAccountID.Purpose
    ) -> LedgerQuery {
        var query = LedgerQuery()
        query.movement = key
        query.enrolments = Enrolment.Role.allCases.map {
            EnrolmentKey(role: $0, subject: party, asset: asset)
        }
        query.accounts = [.payer, .merchant].map {
            LedgerAccountID($0, party, purpose, asset)
        }
        return query
    }
}
