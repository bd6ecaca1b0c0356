public import PayWord

extension Broker {
    /// What an account has, and its commitments that are not released, page by page: with the
    /// wallet's secret, enough to restore every channel.
    ///
    /// A merchant that asks gets its balance and no commitments.
    /// - Throws: `wrong-broker`, `bad-signature`, `weak-key`, `not-yet-valid`, `stale-request`,
    ///   `unknown-account`, `storage-failed`.
    public func statement(
        _ request: SignedObject<StatementRequest>
    ) async throws(Refusal) -> AccountStatement {
        let payload = request.payload
        try checkBroker(payload.broker)
        _ = try request.verified()
        try RequestDates.check(payload.createdAt, at: clock())
        var query = accountQuery(of: payload.account, payload.asset)
        query.page = LedgerQuery.CommitmentPage(
            account: payload.account, asset: payload.asset, after: payload.after,
            limit: AccountStatement.pageMaximum)
        let snapshot = try await store.read(query)
        guard let owner = snapshot.owner(of: payload.account, payload.asset) else {
            throw Refusal(.unknownAccount)
        }
        var entries: [CommitmentEntry] = []
        for record in snapshot.page { entries.append(try record.entry) }
        let isFull = snapshot.page.count == AccountStatement.pageMaximum
        let available = snapshot.account(owner, payload.account, .available, payload.asset)
        return AccountStatement(
            account: payload.account, asset: payload.asset, available: available.funds,
            debt: available.debt,
            reserved: snapshot.account(owner, payload.account, .reserved, payload.asset).funds,
            payable: snapshot.account(owner, payload.account, .payable, payload.asset).funds,
            commitments: entries, cursor: isFull ? snapshot.page.last?.commitment.id : nil)
    }

    private func accountQuery(of party: PublicKey, _ asset: Asset) -> LedgerQuery {
        var query = LedgerQuery()
        query.enrolments = Enrolment.Role.allCases.map {
            EnrolmentKey(role: $0, subject: party, asset: asset)
        }
        for owner in [LedgerAccountID.Owner.payer, .merchant] {
            for purpose in [LedgerAccountID.Purpose.available, .reserved, .payable] {
                query.accounts.append(LedgerAccountID(owner, party, purpose, asset))
            }
        }
        return query
    }

    // MARK: For the operator

    /// An enrolled party with its balances.
    public struct AccountOverview: Sendable {
        /// Who is enrolled as what, with its fee or its credit.
        public let enrolment: EnrolmentRecord
        /// Units free to be reserved or withdrawn; zero where the account is in debt.
        public let available: Amount
        /// Units owed to the broker, drawn on credit; zero where the account has funds.
        public let debt: Amount
        /// Units locked behind commitments that are not released; always zero for a merchant.
        public let reserved: Amount
        /// Units withdrawn by the party and not paid out yet by the operator.
        public let payable: Amount
    }

    /// The enrolled parties with their balances, in the order of enrolment.
    /// - Throws: `storage-failed`.
    public func accounts(
        skipping count: Int = 0, limit: Int = 1000
    ) async throws(Refusal) -> [AccountOverview] {
        let enrolments = try await store.enrolments(skipping: count, limit: limit)
        var query = LedgerQuery()
        for key in enrolments.map(\.key) {
            query.accounts += accountQuery(of: key.subject, key.asset).accounts
        }
        let snapshot = try await store.read(query)
        return enrolments.map { enrolment in
            let key = enrolment.key
            let owner: LedgerAccountID.Owner = key.role == .payer ? .payer : .merchant
            let available = snapshot.account(owner, key.subject, .available, key.asset)
            return AccountOverview(
                enrolment: enrolment, available: available.funds, debt: available.debt,
                reserved: snapshot.account(owner, key.subject, .reserved, key.asset).funds,
                payable: snapshot.account(owner, key.subject, .payable, key.asset).funds)
        }
    }

    /// The broker's own accounts in an asset: what it earned, what it paid on guarantees, and what
    /// came in less what went out (below zero).
    /// - Throws: `storage-failed`.
    public func ownAccounts(in asset: Asset) async throws(Refusal) -> [LedgerAccount] {
        let ids = [LedgerAccountID.Purpose.fees, .guarantee, .outside].map {
            ownAccount($0, asset)
        }
        var query = LedgerQuery()
        query.accounts = ids
        let snapshot = try await store.read(query)
        return ids.map { snapshot.account($0) }
    }

    /// Movements of money of a kind, newest first: what an operator pays out from.
    /// - Throws: `storage-failed`.
    public func movements(
        _ kind: MovementKey.Kind, skipping count: Int = 0, limit: Int = 1000
    ) async throws(Refusal) -> [MovementRecord] {
        try await store.movements(kind, skipping: count, limit: limit)
    }

    /// Settlements, newest first.
    /// - Throws: `storage-failed`.
    public func settlements(
        skipping count: Int = 0, limit: Int = 100
    ) async throws(Refusal) -> [LedgerSettlement] {
        try await store.settlements(skipping: count, limit: limit)
    }
}

extension LedgerSnapshot {
    func account(
        _ owner: LedgerAccountID.Owner, _ party: PublicKey, _ purpose: LedgerAccountID.Purpose,
        _ asset: Asset
    ) -> LedgerAccount {
        account(LedgerAccountID(owner, party, purpose, asset))
    }
}

extension CommitmentRecord {
    /// The record as its account sees it.
    fileprivate var entry: CommitmentEntry {
        get throws(Refusal) {
            CommitmentEntry(
                commitment: try SignedObject(decoding: documents.commitment),
                funding: try BrokerAnswer(decoding: documents.answer).funding,
                note: documents.note, state: commitment.state, redeemed: commitment.marks)
        }
    }
}
