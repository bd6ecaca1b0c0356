internal import PayWord

/// Judges the claims of a batch on the rows as they stand inside the transaction: a pure function
/// from rows and walked claims to outcomes and changes.
struct SettlementJudge: Sendable {
    let rules: ClaimRules
    let claims: [ReadClaim]

    /// What became of the claims.
    struct Judgement: Sendable {
        var outcomes: [ClaimOutcome] = []
        var gross = Amount.zero
        var paywords: UInt64 = 0
        var moves = LedgerMoves()
        var updated: [LedgerCommitment] = []
        var guaranteesUsed: [GuaranteeKey: Amount] = [:]

        var accepted: UInt64 { UInt64(outcomes.count { $0.reasonNumber == nil }) }
        var refusals: [SettlementRefusal] {
            outcomes.compactMap { outcome in
                outcome.reason.map { SettlementRefusal(position: outcome.position, reason: $0) }
            }
        }
    }

    /// The rows to lock: the commitments, and for those on credit the accounts and guarantees.
    static func query(
        _ claims: [ReadClaim], rows: [CommitmentID: LedgerCommitment]
    ) -> LedgerQuery {
        var query = LedgerQuery()
        let ids = Set(claims.lazy.filter { $0.refusal == nil }.map(\.id))
        query.commitments = ids.sorted()
        let credit = ids.compactMap { rows[$0] }.filter { $0.terms.funding == .credit }
        query.accounts = Set(credit.map(\.availableAccount)).sorted()
        query.guarantees = Array(Set(credit.map(\.guaranteeKey)))
        return query
    }

    /// Judges all claims in order of position, each all or nothing.
    func judge(_ snapshot: LedgerSnapshot) -> Judgement {
        var judgement = Judgement()
        var books = Books(snapshot: snapshot, broker: rules.broker)
        judgement.outcomes.reserveCapacity(claims.count)
        for claim in claims {
            if let reason = claim.refusal {
                judgement.outcomes.append(claim.refused(reason))
                continue
            }
            do throws(Refusal) {
                judgement.outcomes.append(try settle(claim, &books, &judgement))
            } catch { judgement.outcomes.append(claim.refused(error.reason)) }
        }
        judgement.moves = books.moves
        judgement.updated = books.changed.sorted().compactMap { books.rows[$0] }
        judgement.guaranteesUsed = books.guaranteesUsed
        return judgement
    }

    private func settle(
        _ claim: ReadClaim, _ books: inout Books, _ judgement: inout Judgement
    ) throws(Refusal) -> ClaimOutcome {
        guard var row = books.rows[claim.id] else { throw Refusal(.unknownCommitment) }
        try rules.check(claim, row)
        let (advances, amount) = try row.difference(of: claim.paywords)
        if amount > .zero {
            let gross = try judgement.gross.adding(amount)
            try row.redeem(claim.paywords, amount: amount)
            try books.draw(amount, for: row)
            books.rows[row.id] = row
            books.changed.insert(row.id)
            judgement.gross = gross
            for advance in advances {
                judgement.paywords += UInt64(advance.to.steps(downTo: advance.from))
            }
        }
        return ClaimOutcome(
            position: claim.position, commitmentID: claim.id, advances: advances, amount: amount)
    }

    /// The rows while they are judged: later claims see what earlier ones drew.
    private struct Books {
        var rows: [CommitmentID: LedgerCommitment]
        var changed: Set<CommitmentID> = []
        var moves = LedgerMoves()
        var guaranteesUsed: [GuaranteeKey: Amount] = [:]
        private var capacities: [LedgerAccountID: Amount] = [:]
        private let snapshot: LedgerSnapshot
        private let broker: PublicKey

        init(snapshot: LedgerSnapshot, broker: PublicKey) {
            rows = snapshot.commitments
            self.snapshot = snapshot
            self.broker = broker
        }

        /// Takes `amount` from what is locked; or from the account's credit, and what that lacks
        /// from the broker's guarantee.
        /// - Throws: `insufficient-funds`, with nothing taken.
        mutating func draw(_ amount: Amount, for row: LedgerCommitment) throws(Refusal) {
            guard row.terms.funding == .credit else {
                moves.take(amount, from: row.reservedAccount)
                return
            }
            let account = row.availableAccount
            let capacity = capacities[account] ?? snapshot.account(account).capacity
            let drawn = min(amount, capacity)
            let missing = try amount.subtracting(drawn)
            if missing > .zero { try drawGuarantee(missing, for: row) }
            capacities[account] = try capacity.subtracting(drawn)
            moves.take(drawn, from: account)
        }

        private mutating func drawGuarantee(
            _ amount: Amount, for row: LedgerCommitment
        ) throws(Refusal) {
            let key = row.guaranteeKey
            let used = guaranteesUsed[key] ?? snapshot.guaranteesUsed[key] ?? .zero
            let sum = try used.adding(amount)
            guard sum <= row.terms.guarantee else { throw Refusal(.insufficientFunds) }
            guaranteesUsed[key] = sum
            moves.take(
                amount,
                from: LedgerAccountID(.broker, broker, .guarantee, row.terms.asset))
        }
    }
}

extension LedgerCommitment {
    /// Whose debt the broker guarantees to whom.
    var guaranteeKey: GuaranteeKey {
        GuaranteeKey(account: terms.account, merchant: terms.merchant, asset: terms.asset)
    }
}

extension ReadClaim {
    fileprivate func refused(_ reason: Reason) -> ClaimOutcome {
        ClaimOutcome(position: position, commitmentID: id, refused: reason)
    }
}
