public import PayWord

/// How a command ends. The numbers are stable: scripts may rely on them.
public enum ExitCode: Int32, Sendable, CaseIterable {
    /// Done.
    case ok = 0
    /// It failed here: a file, a disk, a fault of the program.
    case failure = 1
    /// The command line makes no sense.
    case usage = 2
    /// The other side refused it.
    case refused = 3
    /// There is no such account, channel, commitment or resource.
    case unknown = 4
    /// Nobody answered in time, or asked to come back later.
    case unreachable = 5
    /// It needs to be confirmed, or allowed by name, first.
    case needsConfirmation = 6
    /// The wallet's own budget or ceiling forbids it.
    case budget = 7
    /// A check was made, and what was checked is wrong.
    case checkFailed = 8

    /// How a command ends that was stopped for `reason`.
    public init(_ reason: Reason) {
        switch reason {
        case .malformed, .internal, .storageFailed:
            self = .failure
        case .unknownAccount, .unknownCommitment, .unknownResource, .unknownHandle:
            self = .unknown
        case .timedOut, .busy:
            self = .unreachable
        case .insecureTransport:
            self = .needsConfirmation
        case .budgetExceeded, .lockTooLong:
            self = .budget
        case .overclaimed:
            self = .checkFailed
        case .notCanonical, .unknownField, .unsupportedVersion, .badSignature, .weakKey,
            .wrongMerchant, .wrongBroker, .wrongAsset, .untrustedBroker, .certificateExpired,
            .certificateRevoked, .notYetValid, .commitmentExpired, .redeemWindowClosed,
            .duplicateCommitment, .limitExceeded, .notReserved, .reservationMismatch,
            .insufficientFunds, .unknownChain, .indexPastEnd, .staleIndex, .badPayword,
            .jumpTooLong, .amountOverflow, .amountMismatch, .conditionNotMet, .channelClosed,
            .alreadySettled, .batchConflict, .held, .tooLarge, .rateLimited,
            .unsupportedCondition, .unexpectedMessage, .referenceConflict, .notEnabled,
            .staleRequest:
            self = .refused
        }
    }
}
