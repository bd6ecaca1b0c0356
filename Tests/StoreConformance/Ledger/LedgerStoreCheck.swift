public import TollBroker

/// The conformance suite of ``LedgerStore``: each case is one promise of the protocol, checked on a
/// new and empty store. An engine runs them all.
///
/// ```swift
/// @Test(arguments: LedgerStoreCheck.allCases)
/// func conforms(_ check: LedgerStoreCheck) async throws {
///     try await check.run(on: MemoryLedgerStore())
/// }
/// ```
public enum LedgerStoreCheck: String, CaseIterable, Sendable {
    case balancesFollowTransactions
    case noAccountGoesBelowItsFloor
    case aFloorAboveTheBalanceIsRefused
    case aRefusedDecisionChangesNothing
    case aFaultBeforeTheCommitUndoesEverything
    case whatIsRegisteredIsReadBackWhole
    case aKnownCommitmentOrNonceIsDuplicate
    case updatesAreReadBack
    case rowsReadEarlierAreReadAsTheyStand
    case partiesAreReadBackWhole
    case aBatchHasOneSettlement
    case aReferenceHasOneMovement
    case pagesListWhatIsNotReleased
    case unreleasedComeInOrder
    case faucetUseIsSummed
    case accountsArePagedInOrder
    case gapsBetweenBeatsAreOutages
    case decisionsAtOnceSeeEachOther
    case theAuditSeesEverything
    case manyCommitmentsAreOneTransaction
    case oddTextIsData

    /// Checks the promise on a new store.
    public func run(on store: any LedgerStore) async throws {
        let bench = try LedgerBench(store)
        switch self {
        case .balancesFollowTransactions: try await bench.balancesFollowTransactions()
        case .noAccountGoesBelowItsFloor: try await bench.noAccountGoesBelowItsFloor()
        case .aFloorAboveTheBalanceIsRefused: try await bench.aFloorAboveTheBalanceIsRefused()
        case .aRefusedDecisionChangesNothing: try await bench.aRefusedDecisionChangesNothing()
        case .aFaultBeforeTheCommitUndoesEverything:
            try await bench.aFaultBeforeTheCommitUndoesEverything()
        case .whatIsRegisteredIsReadBackWhole: try await bench.whatIsRegisteredIsReadBackWhole()
        case .aKnownCommitmentOrNonceIsDuplicate:
            try await bench.aKnownCommitmentOrNonceIsDuplicate()
        case .updatesAreReadBack: try await bench.updatesAreReadBack()
        case .rowsReadEarlierAreReadAsTheyStand:
            try await bench.rowsReadEarlierAreReadAsTheyStand()
        case .partiesAreReadBackWhole: try await bench.partiesAreReadBackWhole()
        case .aBatchHasOneSettlement: try await bench.aBatchHasOneSettlement()
        case .aReferenceHasOneMovement: try await bench.aReferenceHasOneMovement()
        case .pagesListWhatIsNotReleased: try await bench.pagesListWhatIsNotReleased()
        case .unreleasedComeInOrder: try await bench.unreleasedComeInOrder()
        case .faucetUseIsSummed: try await bench.faucetUseIsSummed()
        case .accountsArePagedInOrder: try await bench.accountsArePagedInOrder()
        case .gapsBetweenBeatsAreOutages: try await bench.gapsBetweenBeatsAreOutages()
        case .decisionsAtOnceSeeEachOther: try await bench.decisionsAtOnceSeeEachOther()
        case .theAuditSeesEverything: try await bench.theAuditSeesEverything()
        case .manyCommitmentsAreOneTransaction:
            try await bench.manyCommitmentsAreOneTransaction()
        case .oddTextIsData: try await bench.oddTextIsData()
        }
    }
}
