internal import PayWord

/// Checks a broker's answer against what was claimed, line by line: the settlement's own figures were
/// checked against its outcomes, and here the outcomes are checked against the batch.
struct SettlementCheck {
    let batch: RedemptionBatch
    let redemption: SignedObject<Redemption>

    /// What became of each claim.
    struct Finding {
        var results: [ClaimResult] = []
        /// What was expected of the claims that were settled.
        var expected = Amount.zero
        /// What the outcomes come to.
        var counted = Amount.zero
        /// Claims that were settled for another amount than was expected, by position.
        var odd: [Int] = []
        /// The same, with both amounts.
        var discrepancies: [ClaimDiscrepancy] = []
    }

    /// What became of each claim, line by line.
    ///
    /// A claim that was settled for another amount than expected is settled all the same: the broker
    /// pays nothing more for these paywords. It stands among the discrepancies.
    ///
    /// - Throws: `amount-mismatch` for an outcome of another commitment, one that ends elsewhere
    ///   than its claim, or a gross that is not the sum of the lines.
    func results(
        _ outcomes: [ClaimOutcome], gross: Amount
    ) throws(Refusal) -> Finding {
        var finding = Finding()
        finding.results.reserveCapacity(outcomes.count)
        for (outcome, (claim, entry)) in zip(
            outcomes, zip(redemption.payload.claims, batch.claims))
        {
            if let number = outcome.reasonNumber {
                guard outcome.amount == .zero else {
                    throw Refusal(
                        .amountMismatch, "outcome \(outcome.position) is refused and paid")
                }
                finding.results.append(
                    outcome.reason?.isRetryable == true
                        ? .refusedForNow(number) : .refusedForGood(number))
                continue
            }
            guard outcome.commitmentID == entry.id, Self.isWithin(claim, outcome.advances) else {
                throw Refusal(
                    .amountMismatch,
                    "the outcome at position \(outcome.position) is not what was claimed")
            }
            finding.expected = try finding.expected.adding(entry.expected)
            finding.counted = try finding.counted.adding(outcome.amount)
            if outcome.amount != entry.expected {
                finding.odd.append(finding.results.count)
                finding.discrepancies.append(
                    ClaimDiscrepancy(
                        batchID: batch.id, commitmentID: entry.id, expected: entry.expected,
                        counted: outcome.amount))
            }
            finding.results.append(.settled)
        }
        guard finding.results.count == batch.claims.count else {
            throw Refusal(.amountMismatch, "the settlement leaves claims out")
        }
        guard finding.counted == gross else {
            throw Refusal(
                .amountMismatch,
                "the settlement pays \(gross) units, its lines come to \(finding.counted)")
        }
        return finding
    }

    /// Whether every advance ends where the claim ends.
    private static func isWithin(
        _ claim: RedemptionClaim, _ advances: [ClaimOutcome.Advance]
    ) -> Bool {
        advances.allSatisfy { advance in
            claim.paywords.contains {
                $0.ordinal == advance.ordinal && $0.index == advance.to
                    && advance.from <= advance.to
            }
        }
    }
}
