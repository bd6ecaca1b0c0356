public import PayWord
public import TollMerchant

extension PostgresChannelStore {
    /// Filters on the sums that each row keeps (due, claimed, settled), so no chain is decoded to
    /// find out that there is nothing to claim; at most `limit` channels.
    /// - Throws: `storage-failed`.
    public func claimable(
        at broker: PublicKey, asset: Asset, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await channels(
            """
             AND c.due > c.claimed AND c.claimed = c.settled AND c.refused_reason IS NULL
            AND m.broker = $4 AND m.asset = $5
            """, [.fixed(broker), .asset(asset)], after: id, limit)
    }

    /// Adds up the same rows on the server.
    /// - Throws: `amount-overflow` if the total does not fit; `storage-failed`.
    public func claimableTotal(
        at broker: PublicKey, asset: Asset
    ) async throws(Refusal) -> ClaimableTotal {
        try await pool.rows(
            """
            SELECT count(*), coalesce(sum(c.due - c.claimed), 0)::bigint, min(m.redeem_by)
            FROM \(ChannelRecord.tables)
            WHERE c.merchant = $1 AND c.due > c.claimed AND c.claimed = c.settled
            AND c.refused_reason IS NULL AND m.broker = $2 AND m.asset = $3
            """, [.fixed(merchant), .fixed(broker), .asset(asset)]
        ) { row in
            ClaimableTotal(
                channels: try row.unsigned(0), amount: try row.amount(1),
                redeemBy: try row.optionalTime(2))
        }.first ?? .nothing
    }

    /// Writes the batch with its bytes, and marks what each claim claims, in one transaction: a
    /// crash leaves all of it, to be sent again, or nothing.
    /// - Throws: `batch-conflict` if a channel is not here, or has moved such that its claim does
    ///   not fit; then no channel of the batch is marked. `storage-failed`.
    public func record(_ batch: RedemptionBatch) async throws(Refusal) {
        try await write { books in
            try books.insert(batch)
            var states = try books.lockedStates(batch.claims.map(\.id))
            for claim in batch.claims {
                guard states[claim.id] != nil else {
                    throw Refusal(.batchConflict, "no channel \(claim.id) is open here")
                }
                try states[claim.id]?.claim(upTo: claim.indexes, worth: claim.expected)
            }
            try books.update(Array(states.values))
        }
    }

    /// Batches whose bytes are still kept, in the order in which they were recorded.
    /// - Throws: `storage-failed`.
    public func unansweredBatches(
        at broker: PublicKey
    ) async throws(Refusal) -> [RedemptionBatch] {
        try await read { try $0.unansweredBatches(at: broker) }
    }

    /// Writes the settlement with its answer and each claim's result, files what was refused, and
    /// drops the bytes of the batch, in one transaction. That the bytes are gone is what marks a batch as answered, so a second answer
    /// changes nothing.
    /// - Throws: `batch-conflict` if there is no such batch, or it has another number of claims;
    ///   `storage-failed`.
    public func settle(
        _ id: BatchID, record: SettlementRecord, outcomes: [ClaimResult], answer: [UInt8]
    ) async throws(Refusal) {
        try await write { books in
            guard let batch = try books.lockedBatch(id) else { return }
            let claims = try books.claims(id)
            guard claims.count == outcomes.count else {
                throw Refusal(.batchConflict, "the outcomes are not this batch's")
            }
            var states = try books.lockedStates(claims.map(\.id))
            for (claim, outcome) in zip(claims, outcomes) {
                guard states[claim.id] != nil else { throw Refusal(.unknownCommitment) }
                switch outcome {
                case .settled: states[claim.id]?.settleClaim()
                case .refusedForNow: states[claim.id]?.releaseClaim()
                case .refusedForGood(let reason): states[claim.id]?.releaseClaim(refused: reason)
                }
            }
            try books.update(Array(states.values))
            books.answer(id)
            books.note(outcomes, id)
            try books.insert(record, number: batch.number)
            books.insert(answer: answer, of: id)
            books.file(
                FiledRefusal.all(outcomes, claims), id, number: batch.number,
                broker: record.broker, record.asset, at: record.settledAt)
        }
    }

    /// Keeps the answer in the same database, and with it the redemption, which the batch lets go
    /// once it is answered.
    /// - Throws: `batch-conflict` unless the batch waits for its answer; `storage-failed`.
    public func keepAnswer(_ answer: [UInt8], of id: BatchID) async throws(Refusal) {
        try await write { books in
            guard let batch = try books.lockedBatch(id) else {
                throw Refusal(.batchConflict, "no batch \(id) waits for an answer")
            }
            books.transaction.later(
                """
                INSERT INTO toll_kept_answers (merchant, batch, redemption, answer)
                VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
                """, [books.me, .fixed(id), .bytes(batch.redemption), .bytes(answer)])
        }
    }

    /// The answer as it came, and the redemption as it was sent.
    /// - Throws: `storage-failed`.
    public func keptAnswer(_ id: BatchID) async throws(Refusal) -> KeptAnswer? {
        try await pool.rows(
            "SELECT redemption, answer FROM toll_kept_answers WHERE merchant = $1 AND batch = $2",
            [.fixed(merchant), .fixed(id)]
        ) { KeptAnswer(redemption: try $0.bytes(0), answer: try $0.bytes(1)) }.first
    }

    /// Releases the claims of the batch and drops its bytes, in one transaction, and files the refusal
    /// of the whole. One that is answered, or not here, stays as it is.
    /// - Throws: `storage-failed`.
    public func abandon(
        _ id: BatchID, reason: Reason, at time: Timestamp
    ) async throws(Refusal) {
        try await write { books in
            let number: Int64
            do {
                guard let batch = try books.lockedBatch(id) else { return }
                number = batch.number
            } catch let refusal as Refusal where refusal.reason == .batchConflict {
                return
            }
            let claims = try books.claims(id)
            var states = try books.lockedStates(claims.map(\.id))
            for id in states.keys { states[id]?.releaseClaim() }
            try books.update(Array(states.values))
            books.answer(id, abandoned: reason)
            let (broker, asset) = try books.party(ofBatch: id)
            let refusal = FiledRefusal(
                reason: Int64(reason.rawValue), expected: try claims.map(\.expected).sum(),
                isForGood: false)
            books.file([refusal], id, number: number, broker: broker, asset, at: time)
        }
    }

    /// A page of settlements, the batch that was recorded last first. A batch that is not here
    /// stands for none given.
    /// - Throws: `storage-failed`.
    public func settlements(
        before id: BatchID?, limit: Int
    ) async throws(Refusal) -> [SettlementRecord] {
        try await pool.rows(
            """
            SELECT \(SettlementRecord.columns) FROM toll_settlements
            WHERE merchant = $1 AND number < coalesce(
                (SELECT number FROM toll_batches WHERE merchant = $1 AND batch = $2),
                9223372036854775807)
            ORDER BY number DESC LIMIT $3
            """, [.fixed(merchant), .fixed(id), .integer(Int64(clamping: limit))]
        ) { try SettlementRecord($0) }
    }

    /// Signed closes without the mark that ``markCloseDelivered(_:)`` sets, in the order of their
    /// channels' ids.
    /// - Throws: `storage-failed`.
    public func undeliveredCloses(
        at broker: PublicKey, limit: Int
    ) async throws(Refusal) -> [(id: CommitmentID, close: [UInt8])] {
        try await pool.rows(
            """
            SELECT e.channel, e.object FROM toll_closes e
            JOIN toll_commitments m ON m.merchant = e.merchant AND m.channel = e.channel
            WHERE e.merchant = $1 AND NOT e.delivered AND m.broker = $2
            ORDER BY e.channel LIMIT $3
            """, [.fixed(merchant), .fixed(broker), .integer(Int64(clamping: limit))]
        ) { (id: try $0.fixed(0), close: try $0.bytes(1)) }
    }

    /// Sets the mark on the channel's close. A channel without one is passed over.
    /// - Throws: `storage-failed`.
    public func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try await write { books in
            books.transaction.later(
                "UPDATE toll_closes SET delivered = TRUE WHERE merchant = $1 AND channel = $2",
                [books.me, .fixed(id)])
        }
    }

    // MARK: What payers owe

    /// Sums the settlements and the payments of one page of two-party payers, in one snapshot.
    /// - Throws: `storage-failed`; `amount-overflow` if a sum does not fit.
    public func debts(
        in asset: Asset, after payer: PublicKey?, limit: Int
    ) async throws(Refusal) -> [PayerDebt] {
        try await read { try $0.debts(in: asset, ">", .bytes(payer?.bytes ?? []), limit) }
    }

    /// Writes a payment, once for each reference, which is unique for the merchant. The debt is
    /// summed in the same transaction, and payments of one payer follow one another, so two at once
    /// cannot both take the last of it.
    /// - Throws: `reference-conflict` if the reference was used with another payer, asset or
    ///   amount; `insufficient-funds` for more than the payer owes; `storage-failed`.
    public func recordPayment(
        of amount: Amount, in asset: Asset, by payer: PublicKey, reference: [UInt8],
        at time: Timestamp
    ) async throws(Refusal) {
        try await write { books in
            try books.lock([payer])
            // Taken before it is judged: another payer's payment with it is waited for. One that is
            // refused below is undone.
            let isNew =
                try books.transaction.rows(
                    """
                    INSERT INTO toll_debt_payments (merchant, reference, payer, asset, amount, paid_at)
                    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
                    """,
                    [
                        books.me, .bytes(reference), .fixed(payer), .asset(asset), .amount(amount),
                        .time(time),
                    ]
                ).changed == 1
            guard isNew else {
                let isSame =
                    try books.transaction.rows(
                        """
                        SELECT payer = $3 AND asset = $4 AND amount = $5 FROM toll_debt_payments
                        WHERE merchant = $1 AND reference = $2
                        """,
                        [
                            books.me, .bytes(reference), .fixed(payer), .asset(asset),
                            .amount(amount),
                        ]
                    ).first?.boolean(0) ?? false
                guard isSame else { throw Refusal(.referenceConflict) }
                return
            }
            // With the new payment among those that are paid, it fits if no more is paid than settled.
            let debt = try books.debts(in: asset, "=", .fixed(payer), 1).first
            guard let debt, debt.paid <= debt.settled else {
                throw Refusal(.insufficientFunds, "more than the payer owes")
            }
        }
    }
}
