/// Why something was refused: the protocol's registry, `spec/09-reasons.md`, as one type.
///
/// Binary objects carry the number, everything that people read carries ``code``. Numbers and codes
/// never change and are never used again for something else.
public enum Reason: UInt16, Sendable, CaseIterable, Hashable {
    case malformed = 1
    case notCanonical = 2
    case unknownField = 3
    case unsupportedVersion = 4
    case badSignature = 5
    case weakKey = 6
    case wrongMerchant = 7
    case wrongBroker = 8
    case wrongAsset = 9
    case untrustedBroker = 10
    case certificateExpired = 11
    case certificateRevoked = 12
    case notYetValid = 13
    case commitmentExpired = 14
    case redeemWindowClosed = 15
    case unknownCommitment = 16
    case duplicateCommitment = 17
    case limitExceeded = 18
    case notReserved = 19
    case reservationMismatch = 20
    case insufficientFunds = 21
    case unknownChain = 22
    case indexPastEnd = 23
    case staleIndex = 24
    case badPayword = 25
    case jumpTooLong = 26
    case amountOverflow = 27
    case amountMismatch = 28
    case conditionNotMet = 29
    case channelClosed = 30
    case alreadySettled = 31
    case batchConflict = 32
    case held = 33
    case tooLarge = 34
    case rateLimited = 35
    case busy = 36
    case `internal` = 37
    case unsupportedCondition = 38
    case unknownHandle = 39
    case unexpectedMessage = 40
    case unknownAccount = 41
    case referenceConflict = 42
    case budgetExceeded = 43
    case lockTooLong = 44
    case notEnabled = 45
    case insecureTransport = 46
    case staleRequest = 47
    case storageFailed = 48
    case overclaimed = 49
    case unknownResource = 50
    case timedOut = 51

    /// Whether the same thing, sent again later or in a new batch, may be accepted.
    public var isRetryable: Bool { entry.retryable }

    /// The stable text code, such as `bad-payword`.
    public var code: String { entry.code }

    /// One line that says what is wrong.
    public var summary: String { entry.summary }

    /// One line that says what to do next.
    public var hint: String { entry.hint }

    /// The reason with this text code; nil if the registry has none.
    public init?(code: some StringProtocol) {
        guard let reason = Self.byCode[String(code)] else { return nil }
        self = reason
    }

    private static let byCode = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.code, $0) })
}
