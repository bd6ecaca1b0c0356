internal import PayWord
internal import TollWallet

extension WalletMoves {
    /// Writes what was taken in, with the next round.
    func write() throws {
        try writeProgress()
        try writeJournal()
        writeSpendings()
        try writeOutcomes()
    }

    private func writeProgress() throws {
        let ids = moved.sorted()
        guard !ids.isEmpty else { return }
        var numbers = [PostgresArray](repeating: .integers(ids.count), count: 6)
        var revealed = PostgresArray.bytes(ids.count, each: 32)
        var accepted = PostgresArray.bytes(ids.count, each: 32)
        for id in ids {
            guard let progress = channels[id]?.progress else { continue }
            let columns: [Int64] = [
                try signed(progress.version), progress.spent.signed, progress.charged.signed,
                try signed(progress.payments), progress.isComplete ? 1 : 0,
                progress.isShared ? 1 : 0,
            ]
            for (place, column) in columns.enumerated() { numbers[place].append(column) }
            revealed.append(WalletColumns.encoded(progress.revealed))
            accepted.append(WalletColumns.encoded(progress.accepted))
        }
        books.transaction.later(
            """
            UPDATE toll_wallet_channels c SET version = u.version, spent = u.spent,
                charged = u.charged, payments = u.payments, is_complete = u.is_complete = 1,
                is_shared = u.is_shared = 1, revealed = u.revealed, accepted = u.accepted
            FROM (
                SELECT $1 AS wallet, x.* FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)
                    AS x (channel, revealed, accepted, version, spent, charged, payments,
                        is_complete, is_shared)
                OFFSET 0) u
            WHERE c.wallet = u.wallet AND c.channel = u.channel
            """,
            [books.me, .ids(ids), .array(revealed), .array(accepted)]
                + numbers.map { .array($0) })
    }

    private func writeJournal() throws {
        guard !journal.isEmpty else { return }
        let count = journal.count
        var numbers = [PostgresArray](repeating: .integers(count), count: 7)
        var bytes = [PostgresArray](repeating: .bytes(count, each: 16), count: 4)
        for (place, line) in journal.enumerated() {
            let payment = line.payment
            let columns: [Int64?] = [
                try signed(payment.number), sequence + Int64(place) + 1, payment.amount.signed,
                payment.total.signed, Int64(clamping: payment.at.seconds),
                Int64(payment.state.rawValue), payment.reason.map { Int64($0.rawValue) },
            ]
            for (place, column) in columns.enumerated() {
                numbers[place].append(optional: column)
            }
            bytes[0].append(WalletColumns.marks(payment.marks))
            bytes[1].append(payment.reference)
            bytes[2].append(payment.memo.map { Array($0.utf8) })
            bytes[3].append(payment.resource.map { Array($0.utf8) })
        }
        books.transaction.later(
            "UPDATE toll_wallets SET sequence = sequence + $2 WHERE wallet = $1",
            [books.me, .integer(Int64(count))])
        books.transaction.later(
            """
            INSERT INTO toll_wallet_payments (wallet, channel, merchant, number, sequence, amount,
                total, at, state, reason, marks, reference, memo, resource)
            SELECT $1, u.*
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS u
            """,
            [books.me, .ids(journal.map(\.channel)), .ids(journal.map(\.merchant))]
                + numbers.map { .array($0) } + bytes.map { .array($0) })
    }

    private func writeSpendings() {
        for (key, amount) in spendings {
            books.transaction.later(
                """
                INSERT INTO toll_wallet_spendings AS s (wallet, asset, day, merchant, amount)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT (wallet, asset, day, merchant)
                DO UPDATE SET amount = s.amount + excluded.amount
                """,
                [
                    books.me, .asset(key.asset), .integer(Int64(clamping: key.day)),
                    .fixed(key.merchant), .amount(amount),
                ])
        }
    }

    private func writeOutcomes() throws {
        guard !outcomes.isEmpty else { return }
        var numbers = PostgresArray.integers(outcomes.count)
        var states = PostgresArray.integers(outcomes.count)
        var reasons = PostgresArray.integers(outcomes.count)
        for (_, number, outcome) in outcomes {
            numbers.append(try signed(number))
            states.append(Int64(outcome.state.rawValue))
            reasons.append(optional: outcome.reason.map { Int64($0.rawValue) })
        }
        books.transaction.later(
            """
            UPDATE toll_wallet_payments p SET state = u.state, reason = u.reason
            FROM (
                SELECT $1 AS wallet, x.* FROM unnest($2, $3, $4, $5)
                    AS x (channel, number, state, reason)
                OFFSET 0) u
            WHERE p.wallet = u.wallet AND p.channel = u.channel AND p.number = u.number
            """,
            [
                books.me, .ids(outcomes.map(\.0)), .array(numbers), .array(states),
                .array(reasons),
            ])
    }
}
