internal import Logging
internal import PayWord

extension Redeemer {
    /// Holds an answer against the batch and the channels.
    ///
    /// An answer that counts other amounts than were due is kept before it is taken; one that
    /// contradicts itself is kept and not taken, and its batch waits. So whatever a broker signs, it
    /// can be held to.
    /// - Throws: as ``SettlementAnswer/verified(for:)`` and ``SettlementCheck/results(_:gross:)``.
    func judge(
        _ answer: SettlementAnswer, to batch: RedemptionBatch,
        _ redemption: SignedObject<Redemption>
    ) async throws(Refusal) -> (
        settlement: Verified<Settlement>, outcomes: [ClaimOutcome], finding: SettlementCheck.Finding
    ) {
        do throws(Refusal) {
            let (settlement, outcomes) = try answer.verified(for: redemption)
            let finding = try SettlementCheck(batch: batch, redemption: redemption)
                .results(outcomes, gross: settlement.payload.gross)
            for position in finding.odd { try await checkWorth(outcomes[position]) }
            if !finding.odd.isEmpty { try await store.keepAnswer(answer.encoded, of: batch.id) }
            return (settlement, outcomes, finding)
        } catch {
            // The signature was right before any figure was looked at.
            guard error.reason == .amountMismatch else { throw error }
            logger.error(
                "a broker's answer contradicts itself and is not taken; it is kept",
                metadata: ["batch": "\(batch.id)", "what": "\(error.detail)"])
            try await store.keepAnswer(answer.encoded, of: batch.id)
            throw error
        }
    }

    /// Whether an outcome's amount is what its advances are worth.
    private func checkWorth(_ outcome: ClaimOutcome) async throws(Refusal) {
        guard let record = try await store.channel(outcome.commitmentID) else {
            throw Refusal(.internal, "a batch claims the unknown channel \(outcome.commitmentID)")
        }
        var worth = Amount.zero
        for advance in outcome.advances {
            // Each is one of the claim's, so its chain is there.
            let chain = record.state.chains[advance.ordinal.position]
            let steps = UInt64(advance.to.steps(downTo: advance.from))
            worth = try worth.adding(chain.denomination.multiplied(by: steps))
        }
        guard worth == outcome.amount else {
            throw Refusal(
                .amountMismatch,
                "outcome \(outcome.position) pays \(outcome.amount) units for advances worth "
                    + "\(worth)")
        }
    }

    /// Tells of claims that were settled for other amounts than were due.
    func tell(_ discrepancies: [ClaimDiscrepancy], of settlement: Settlement) {
        guard let first = discrepancies.first else { return }
        logger.error(
            "the broker counted other amounts than were claimed, and refused nothing",
            metadata: [
                "broker": "\(settlement.broker)", "batch": "\(settlement.batchID)",
                "claims": "\(discrepancies.count)", "channel": "\(first.commitmentID)",
                "expected": "\(first.expected)", "counted": "\(first.counted)",
            ])
    }
}
