public import TollBroker

/// What a whole broker must do on every store: large batches, batches at once, and a long random
/// run. Each case starts with an empty store.
///
/// ```swift
/// @Test(arguments: BrokerStoreCheck.allCases)
/// func settles(_ check: BrokerStoreCheck) async throws {
///     try await check.run(on: MemoryLedgerStore(), seed: 7)
/// }
/// ```
public enum BrokerStoreCheck: String, CaseIterable, Sendable {
    case tenThousandChannelsInOneBatch
    case badClaimsAreRefusedByLine
    case redemptionsAtOncePayOnce
    case aFaultInASettlementLeavesNothing
    case whatMovedMeanwhileIsJudgedAnew
    case theBooksStayBalancedAtRandom

    /// Checks it on a new store.
    /// - Parameters:
    ///   - store: an empty one.
    ///   - seed: what the random run follows from; print it.
    ///   - operations: how long the random run is.
    /// - Throws: whatever stops the check; what does not hold is an expectation that fails.
    public func run(
        on store: any LedgerStore, seed: UInt64, operations: Int = 10_000
    ) async throws {
        switch self {
        case .tenThousandChannelsInOneBatch:
            try await BatchChecks.tenThousandChannelsInOneBatch(on: store)
        case .badClaimsAreRefusedByLine:
            try await BatchChecks.badClaimsAreRefusedByLine(on: store, seed: seed)
        case .redemptionsAtOncePayOnce:
            try await BatchChecks.redemptionsAtOncePayOnce(on: store)
        case .aFaultInASettlementLeavesNothing:
            try await BatchChecks.aFaultInASettlementLeavesNothing(on: store)
        case .whatMovedMeanwhileIsJudgedAnew:
            try await BatchChecks.whatMovedMeanwhileIsJudgedAnew(on: store)
        case .theBooksStayBalancedAtRandom:
            var books = try RandomBooks(store, seed: seed)
            try await books.run(operations)
        }
    }
}
