internal import PayWord

extension LedgerSnapshot {
    /// In what capacity a key has an account: a payer's first, where it is both.
    func owner(of party: PublicKey, _ asset: Asset) -> LedgerAccountID.Owner? {
        for role in [Enrolment.Role.payer, .merchant]
        where enrolments[EnrolmentKey(role: role, subject: party, asset: asset)] != nil {
            return role == .payer ? .payer : .merchant
        }
        return nil
    }

    /// Whether this very movement is recorded already.
    /// - Throws: `reference-conflict` if another one is under its reference; `amount-mismatch` if
    ///   it moves nothing.
    func repeats(_ wanted: MovementRecord) throws(Refusal) -> Bool {
        guard wanted.amount > .zero else {
            throw Refusal(.amountMismatch, "an amount of nothing cannot be moved")
        }
        guard let movement else { return false }
        guard movement.isSame(as: wanted) else { throw Refusal(.referenceConflict) }
        return true
    }
}

extension MovementRecord {
    /// The decision to book this movement.
    func decision(
        _ book: (inout LedgerMoves) -> Void
    ) throws(Refusal) -> LedgerDecision<Void> {
        var moves = LedgerMoves()
        book(&moves)
        var changes = LedgerChanges()
        changes.movement = self
        changes.transactions = [
            try LedgerTransaction(
                kind: transactionKind, at: at, subject: subject, moves: moves)
        ]
        return LedgerDecision((), changes: changes)
    }

    /// SHA-256 of whose reference it is and of the reference.
    private var subject: [UInt8] {
        SHA256.digest([key.kind.rawValue], key.scope.bytes, key.reference).bytes
    }

    private var transactionKind: LedgerTransaction.Kind {
        switch key.kind {
        case .deposit: .deposit
        case .faucet: .faucet
        case .withdrawal: .withdrawal
        case .payout: .payout
        }
    }
}
