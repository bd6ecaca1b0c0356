internal import PayWord

/// Checks a broker's answer against what was claimed, line by line: the settlement's own figures were
/// checked against its outcomes, and here the outcomes are checked against the batch.
struct SettlementCheck {
    let batch: RedemptionBatch
    let redemption: SignedObject<Redemption>

    /// What became of each claim, and what was expected of those that were settled.
    ///
    /// A broker may rightly count less than expected, where it has redeemed more than this store
    /// remembers; the settlement's record keeps both figures.
    ///
    /// - Throws: `amount-mismatch` for an outcome of another commitment, or one that ends elsewhere
    ///   than its claim.
    func results(
        _ outcomes: [ClaimOutcome]
    ) throws(Refusal) -> (results: [ClaimResult], expected: Amount) {
        var results: [ClaimResult] = []
        results.reserveCapacity(outcomes.count)
        var expected = Amount.zero
        for (outcome, (claim, entry)) in zip(
            outcomes, zip(redemption.payload.claims, batch.claims))
        {
            if let number = outcome.reasonNumber {
                results.append(
                    outcome.reason?.isRetryable == true
                        ? .refusedForNow(number) : .refusedForGood(number))
                continue
            }
            guard outcome.commitmentID == entry.id, Self.isWithin(claim, outcome.advances) else {
                throw Refusal(
                    .amountMismatch,
                    "the outcome at position \(outcome.position) is not what was claimed")
            }
            expected = try expected.adding(entry.expected)
            results.append(.settled)
        }
        guard results.count == batch.claims.count else {
            throw Refusal(.amountMismatch, "the settlement leaves claims out")
        }
        return (results, expected)
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
