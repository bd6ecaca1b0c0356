internal import PayWord

/// What is left of an allowance of failed steps: a bucket that failures fill and time empties.
struct StepBudget: Sendable, Equatable {
    /// What a failure costs beside its steps: the checks around them.
    static let failureSteps: UInt64 = 16

    private var used: UInt64 = 0
    private var updatedAt = Timestamp(0)

    /// Whether nothing is held against anybody, as far as was looked.
    var isUnused: Bool { used == 0 }

    /// Whether so much has failed that nothing more is hashed for now.
    mutating func isExhausted(_ allowance: StepAllowance, at time: Timestamp) -> Bool {
        forgive(allowance, until: time)
        return used >= allowance.steps
    }

    /// Counts a failure.
    mutating func spend(_ steps: UInt64, _ allowance: StepAllowance, at time: Timestamp) {
        forgive(allowance, until: time)
        for part in [steps, Self.failureSteps] {
            let sum = used.addingReportingOverflow(part)
            used = sum.overflow ? .max : sum.partialValue
        }
    }

    /// Whether time has forgiven all failures.
    mutating func isForgiven(_ allowance: StepAllowance, at time: Timestamp) -> Bool {
        forgive(allowance, until: time)
        return used == 0
    }

    private mutating func forgive(_ allowance: StepAllowance, until time: Timestamp) {
        let product = time.since(updatedAt).multipliedReportingOverflow(
            by: allowance.refillPerSecond)
        used = product.overflow || product.partialValue >= used ? 0 : used - product.partialValue
        updatedAt = max(updatedAt, time)
    }
}
