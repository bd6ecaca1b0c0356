internal import PayWord

/// Judges the claims of a batch on the rows as they stand inside the transaction: a pure function
/// from rows and walked claims to outcomes and changes.
struct SettlementJudge: Sendable {
    let rules: ClaimRules
    let claims: [ReadClaim]
    let claimed: ClaimedRows

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
    func query(after earlier: LedgerSnapshot) -> LedgerQuery {
        var query = LedgerQuery()
        query.commitments = claimed.ids
        query.earlier = earlier
        let credit = earlier.commitments.values.filter { $0.terms.funding == .credit }
        query.accounts = Set(credit.map(\.availableAccount)).sorted()
        query.guarantees = Array(Set(credit.map(\.guaranteeKey)))
        return query
    }

    /// Judges all claims in order of position, each all or nothing.
    func judge(_ snapshot: LedgerSnapshot) -> Judgement {
        judge(snapshot, rows: claimed.rows(in: snapshot))
    }

    /// The same on a snapshot of which the rows stand in the order of their claims' ids already.
    func judge(_ snapshot: LedgerSnapshot, rows: [LedgerCommitment?]) -> Judgement {
        var judgement = Judgement()
        var books = Books(rows: rows, snapshot: snapshot, broker: rules.broker)
        judgement.outcomes.reserveCapacity(claims.count)
        for (number, claim) in claims.enumerated() {
            if let reason = claim.refusal {
                judgement.outcomes.append(claim.refused(reason))
                continue
            }
            do throws(Refusal) {
                let place = claimed.place(ofClaim: number)
                judgement.outcomes.append(try settle(claim, at: place, &books, &judgement))
            } catch { judgement.outcomes.append(claim.refused(error.reason)) }
        }
        judgement.moves = books.moves
        judgement.updated = books.changed
        judgement.guaranteesUsed = books.guaranteesUsed
        return judgement
    }

    private func settle(
        _ claim: ReadClaim, at place: Int?, _ books: inout Books, _ judgement: inout Judgement
    ) throws(Refusal) -> ClaimOutcome {
        guard let place, var row = books.rows[place] else { throw Refusal(.unknownCommitment) }
        try rules.check(claim, row)
        let (advances, amount) = try row.difference(of: claim.paywords)
        if amount > .zero {
            let gross = try judgement.gross.adding(amount)
            try row.redeem(claim.paywords, amount: amount)
            try books.draw(amount, for: row)
            books.change(place, to: row)
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
        private(set) var rows: [LedgerCommitment?]
        private(set) var guaranteesUsed: [GuaranteeKey: Amount] = [:]
        private var isChanged: [Bool]
        private var drawn = LedgerMoves()
        /// What was drawn from locked money last, until another account's turn comes: most of a
        /// batch is of few accounts.
        private var locked: (account: LedgerAccountID, amount: Amount)?
        private var capacities: [LedgerAccountID: Amount] = [:]
        private let snapshot: LedgerSnapshot
        private let broker: PublicKey

        init(rows: [LedgerCommitment?], snapshot: LedgerSnapshot, broker: PublicKey) {
            self.rows = rows
            isChanged = [Bool](repeating: false, count: rows.count)
            self.snapshot = snapshot
            self.broker = broker
        }

        mutating func change(_ place: Int, to row: LedgerCommitment) {
            rows[place] = row
            isChanged[place] = true
        }

        /// The rows that were changed, in the order of their ids.
        var changed: [LedgerCommitment] {
            zip(rows, isChanged).compactMap { $1 ? $0 : nil }
        }

        /// All that was drawn.
        var moves: LedgerMoves {
            var moves = drawn
            if let locked { moves.take(locked.amount, from: locked.account) }
            return moves
        }

        /// Takes `amount` from what is locked; or from the account's credit, and what that lacks
        /// from the broker's guarantee.
        /// - Throws: `insufficient-funds`, with nothing taken.
        mutating func draw(_ amount: Amount, for row: LedgerCommitment) throws(Refusal) {
            guard row.terms.funding == .credit else { return try drawLocked(amount, for: row) }
            let account = row.availableAccount
            let capacity = capacities[account] ?? snapshot.account(account).capacity
            let drawn = min(amount, capacity)
            let missing = try amount.subtracting(drawn)
            if missing > .zero { try drawGuarantee(missing, for: row) }
            capacities[account] = try capacity.subtracting(drawn)
            self.drawn.take(drawn, from: account)
        }

        private mutating func drawLocked(
            _ amount: Amount, for row: LedgerCommitment
        ) throws(Refusal) {
            // The asset is that of the batch. The gross was added up before, so the sum fits.
            if let locked, locked.account.party == row.terms.account {
                self.locked?.amount = try locked.amount.adding(amount)
                return
            }
            if let locked { drawn.take(locked.amount, from: locked.account) }
            locked = (row.reservedAccount, amount)
        }

        private mutating func drawGuarantee(
            _ amount: Amount, for row: LedgerCommitment
        ) throws(Refusal) {
            let key = row.guaranteeKey
            let used = guaranteesUsed[key] ?? snapshot.guaranteesUsed[key] ?? .zero
            let sum = try used.adding(amount)
            guard sum <= row.terms.guarantee else { throw Refusal(.insufficientFunds) }
            guaranteesUsed[key] = sum
            drawn.take(
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
