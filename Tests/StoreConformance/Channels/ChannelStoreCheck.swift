public import TollMerchant

/// The conformance suite of ``ChannelStore``: each case is one promise of the protocol, checked on a
/// new and empty store. An engine runs them all.
///
/// ```swift
/// @Test(arguments: ChannelStoreCheck.allCases)
/// func conforms(_ check: ChannelStoreCheck) async throws {
///     try await check.run(on: MemoryChannelStore())
/// }
/// ```
public enum ChannelStoreCheck: String, CaseIterable, Sendable {
    case openingTwiceGivesOneChannel
    case aRepeatedNonceIsDuplicate
    case whatIsOpenedIsReadBackWhole
    case channelsArePagedInOrder
    case exposureOfAPayerIsLimited
    case exposureOfABrokerIsLimited
    case exposureEndsWithExpiry
    case advanceRaisesAndSpends
    case advanceFromElsewhereIsMoved
    case advanceOfAnUnknownChannelIsUnknown
    case advanceOfManyChannelsIsOneTransaction
    case anAdvanceThatIsElsewhereLeavesTheOthers
    case aReferenceIsUsedOnce
    case aReferenceBelongsToItsChannel
    case chargesAreFoundByTheirReferences
    case refundsLowerSpentOnce
    case refundsStopAtWhatIsClaimed
    case closingTakesNoMorePayments
    case closingAMovedChannelIsTriedAgain
    case closingTwiceGivesTheFirstClose
    case claimableFindsWhatIsDue
    case aBatchIsRecordedOnce
    case aBatchThatDoesNotFitChangesNothing
    case aClaimOfWhatWasSettledSinceIsRefused
    case settlingMarksEachClaim
    case settlingTwiceChangesNothing
    case abandonedClaimsAreMadeAnew
    case answersAreKeptBesideTheirRedemption
    case refusedChannelsWaitForAPerson
    case closesAreDeliveredOnce
    case balancesAddUp
    case debtsArePaidOnce
    case oddBytesAreData
    case theWholeAnswerIsKept
    case refusalsAreFiledWithTheirReasons
    case whatCanBeClaimedIsAddedUp
    case purgedChannelsLeaveTotalsAndProofs
    case aPurgedCommitmentIsNeverOpenedAgain
    case whatIsNotOverIsNotPurged
    case purgedPartsAreForgotten

    /// Checks the promise on a new store.
    public func run(on store: any ChannelStore) async throws {
        let bench = try StoreBench(store)
        switch self {
        case .openingTwiceGivesOneChannel: try await bench.openingTwiceGivesOneChannel()
        case .aRepeatedNonceIsDuplicate: try await bench.aRepeatedNonceIsDuplicate()
        case .whatIsOpenedIsReadBackWhole: try await bench.whatIsOpenedIsReadBackWhole()
        case .channelsArePagedInOrder: try await bench.channelsArePagedInOrder()
        case .exposureOfAPayerIsLimited: try await bench.exposureOfAPayerIsLimited()
        case .exposureOfABrokerIsLimited: try await bench.exposureOfABrokerIsLimited()
        case .exposureEndsWithExpiry: try await bench.exposureEndsWithExpiry()
        case .advanceRaisesAndSpends: try await bench.advanceRaisesAndSpends()
        case .advanceFromElsewhereIsMoved: try await bench.advanceFromElsewhereIsMoved()
        case .advanceOfAnUnknownChannelIsUnknown:
            try await bench.advanceOfAnUnknownChannelIsUnknown()
        case .advanceOfManyChannelsIsOneTransaction:
            try await bench.advanceOfManyChannelsIsOneTransaction()
        case .anAdvanceThatIsElsewhereLeavesTheOthers:
            try await bench.anAdvanceThatIsElsewhereLeavesTheOthers()
        case .aReferenceIsUsedOnce: try await bench.aReferenceIsUsedOnce()
        case .aReferenceBelongsToItsChannel: try await bench.aReferenceBelongsToItsChannel()
        case .chargesAreFoundByTheirReferences:
            try await bench.chargesAreFoundByTheirReferences()
        case .refundsLowerSpentOnce: try await bench.refundsLowerSpentOnce()
        case .refundsStopAtWhatIsClaimed: try await bench.refundsStopAtWhatIsClaimed()
        case .closingTakesNoMorePayments: try await bench.closingTakesNoMorePayments()
        case .closingAMovedChannelIsTriedAgain:
            try await bench.closingAMovedChannelIsTriedAgain()
        case .closingTwiceGivesTheFirstClose: try await bench.closingTwiceGivesTheFirstClose()
        case .claimableFindsWhatIsDue: try await bench.claimableFindsWhatIsDue()
        case .aBatchIsRecordedOnce: try await bench.aBatchIsRecordedOnce()
        case .aBatchThatDoesNotFitChangesNothing:
            try await bench.aBatchThatDoesNotFitChangesNothing()
        case .aClaimOfWhatWasSettledSinceIsRefused:
            try await bench.aClaimOfWhatWasSettledSinceIsRefused()
        case .settlingMarksEachClaim: try await bench.settlingMarksEachClaim()
        case .settlingTwiceChangesNothing: try await bench.settlingTwiceChangesNothing()
        case .abandonedClaimsAreMadeAnew: try await bench.abandonedClaimsAreMadeAnew()
        case .answersAreKeptBesideTheirRedemption:
            try await bench.answersAreKeptBesideTheirRedemption()
        case .refusedChannelsWaitForAPerson: try await bench.refusedChannelsWaitForAPerson()
        case .closesAreDeliveredOnce: try await bench.closesAreDeliveredOnce()
        case .balancesAddUp: try await bench.balancesAddUp()
        case .debtsArePaidOnce: try await bench.debtsArePaidOnce()
        case .oddBytesAreData: try await bench.oddBytesAreData()
        case .theWholeAnswerIsKept: try await bench.theWholeAnswerIsKept()
        case .refusalsAreFiledWithTheirReasons: try await bench.refusalsAreFiledWithTheirReasons()
        case .whatCanBeClaimedIsAddedUp: try await bench.whatCanBeClaimedIsAddedUp()
        case .purgedChannelsLeaveTotalsAndProofs:
            try await bench.purgedChannelsLeaveTotalsAndProofs()
        case .aPurgedCommitmentIsNeverOpenedAgain:
            try await bench.aPurgedCommitmentIsNeverOpenedAgain()
        case .whatIsNotOverIsNotPurged: try await bench.whatIsNotOverIsNotPurged()
        case .purgedPartsAreForgotten: try await bench.purgedPartsAreForgotten()
        }
    }
}
