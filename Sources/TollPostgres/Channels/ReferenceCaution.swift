internal import Synchronization

/// Whether used references are to be looked for before payments are written.
///
/// Not looking saves a fifth of the time and is right nearly always. When it was wrong, nothing
/// was kept and the statement runs again with a look; the next statements look at once, so that a
/// payer who keeps sending what was used makes few of them run twice.
final class ReferenceCaution: Sendable {
    /// How many statements look after one that should have.
    static let statementsAfterFailure = 64

    private let left = Mutex(0)

    /// Runs a statement, if need be again.
    /// - Parameters:
    ///   - hasReferences: whether payments of it bear references.
    ///   - body: runs it, and leaves no transaction behind when it throws.
    /// - Returns: what `body` gives.
    /// - Throws: what it throws, but for the first unique violation.
    func run<Value>(
        hasReferences: Bool, _ body: (AdvanceBatch.UsedReferences) throws -> Value
    ) throws -> Value {
        guard hasReferences else { return try body(.leftOut) }
        let mustLook = left.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if mustLook { return try body(.leftOut) }
        do {
            return try body(.fail)
        } catch let failure as PostgresFailure where failure.isUniqueViolation {
            left.withLock { $0 = Self.statementsAfterFailure }
            return try body(.leftOut)
        }
    }
}
