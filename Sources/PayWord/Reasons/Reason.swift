/// Why something was refused: the protocol's registry, `spec/09-reasons.md`, as one type.
///
/// Binary objects carry the number, everything that people read carries ``code``. Numbers and codes
/// never change and are never used again for something else.
///
/// The doc of each case ends with what TC-09.2 says of it. *Final*: the same thing sent again is
/// refused again. *Again*: it may be accepted later.
///
/// ```swift
/// Reason(code: "stale-index")         // .staleIndex, number 24
/// Reason.staleIndex.isRetryable       // true
/// Reason.staleIndex.hint              // "send the latest index of every chain"
/// ```
public enum Reason: UInt16, Sendable, CaseIterable, Hashable {
    /// `malformed`: not well-formed, or not the shape of what it says it is (TC-01.11, TC-01.18).
    /// Final.
    case malformed = 1
    /// `not-canonical`: well-formed CBOR, but not its one deterministic encoding (TC-01.1). Final.
    case notCanonical = 2
    /// `unknown-field`: a map has a non-negative key that this version does not know (TC-01.16).
    /// Final.
    case unknownField = 3
    /// `unsupported-version`: no protocol version in common; ends the session (TC-06.12). Final.
    case unsupportedVersion = 4
    /// `bad-signature`: the signature does not hold, or is of another key than the one that must
    /// sign (TC-01.26, TC-02.3). Final.
    case badSignature = 5
    /// `weak-key`: a public key of small order, or not in its one encoding (TC-02.3). Final.
    case weakKey = 6
    /// `wrong-merchant`: made out to another merchant, or another merchant answered. Final.
    case wrongMerchant = 7
    /// `wrong-broker`: made out to, or signed under, another broker. Final.
    case wrongBroker = 8
    /// `wrong-asset`: another code, or another scale of it, than what is accepted (TC-04.1). Final.
    case wrongAsset = 9
    /// `untrusted-broker`: a broker that the merchant's policy does not name (TC-05.15). Final.
    case untrustedBroker = 10
    /// `certificate-expired`: not-after lies more than 300 s back (TC-04.10). Final.
    case certificateExpired = 11
    /// `certificate-revoked`: the broker took the certificate back. Set aside for revocation lists.
    /// Final.
    case certificateRevoked = 12
    /// `not-yet-valid`: dated more than 300 s ahead of the checker's clock. Again, once the time
    /// has come.
    case notYetValid = 13
    /// `commitment-expired`: after expires-at, no new payword is accepted. Final.
    case commitmentExpired = 14
    /// `redeem-window-closed`: the commitment is released at the broker, or its redeem-by is too
    /// near to be accepted. Final.
    case redeemWindowClosed = 15
    /// `unknown-commitment`: the broker has none of this id. Again, with the whole commitment in
    /// place of its id.
    case unknownCommitment = 16
    /// `duplicate-commitment`: another commitment of the payer has the same nonce (TC-04.6). Final.
    case duplicateCommitment = 17
    /// `limit-exceeded`: more than a certificate, a policy or a connection's limits allow. Final.
    case limitExceeded = 18
    /// `not-reserved`: no reservation or other funding that the policy accepts. Again, with it.
    case notReserved = 19
    /// `reservation-mismatch`: the reservation is not of this commitment, or not of all of it
    /// (TC-04.13). Final.
    case reservationMismatch = 20
    /// `insufficient-funds`: more than the account, the credit or the channel has. Again, after
    /// adding some.
    case insufficientFunds = 21
    /// `unknown-chain`: an ordinal above 7, or the commitment has no chain of it. Final.
    case unknownChain = 22
    /// `index-past-end`: an index above the chain's length, or above 2^32 - 1. Final.
    case indexPastEnd = 23
    /// `stale-index`: an index below the accepted one; nothing was hashed (TC-03.7). Again, with
    /// the latest indexes.
    case staleIndex = 24
    /// `bad-payword`: walked down, the payword is not the accepted one (TC-03.7). Final.
    case badPayword = 25
    /// `jump-too-long`: more steps at once than the verifier walks; nothing was hashed. Again,
    /// through lower paywords.
    case jumpTooLong = 26
    /// `amount-overflow`: an amount, sum or product above 2^63 - 1 (TC-00.2). Final.
    case amountOverflow = 27
    /// `amount-mismatch`: not the amount agreed, or figures that do not follow from the outcomes
    /// (TC-04.15, TC-07.21). Final.
    case amountMismatch = 28
    /// `condition-not-met`: a condition of the commitment does not hold. Set aside for conditions.
    /// Again, once it holds.
    case conditionNotMet = 29
    /// `channel-closed`: the channel takes no more payments, or its close said less than is
    /// claimed. Final.
    case channelClosed = 30
    /// `already-settled`: what was settled cannot be given back here. Final.
    case alreadySettled = 31
    /// `batch-conflict`: the batch id was used for other content (TC-07.22). Final.
    case batchConflict = 32
    /// `held`: a rule holds this redemption for a person to look at. Set aside for rules against
    /// fraud. Again.
    case held = 33
    /// `too-large`: larger, or more work, than the limit (TC-01.25, TC-06.4, TC-07.8). Final.
    case tooLarge = 34
    /// `rate-limited`: too much failed or unanswered work. Again, after a while.
    case rateLimited = 35
    /// `busy`: too much to do at the moment, or about to stop. Again, after a while.
    case busy = 36
    /// `internal`: a fault of the answering side; also stands for numbers that are not known here
    /// (TC-09.3). Again.
    case `internal` = 37
    /// `unsupported-condition`: a condition that this side does not enforce (spec/08). Final.
    case unsupportedCondition = 38
    /// `unknown-handle`: no channel is open under this handle on this connection (TC-06.35). Final.
    case unknownHandle = 39
    /// `unexpected-message`: a message, or an HTTP method, that has no place at this point. Final.
    case unexpectedMessage = 40
    /// `unknown-account`: the broker has no account of this key in this asset (TC-12.10). Final.
    case unknownAccount = 41
    /// `reference-conflict`: the reference was used for another amount or account. Final.
    case referenceConflict = 42
    /// `budget-exceeded`: more than the wallet's own budget allows. Never on the wire. Final.
    case budgetExceeded = 43
    /// `lock-too-long`: money would be locked for longer than the wallet or the broker allows
    /// (TC-05.5, TC-05.22). Final.
    case lockTooLong = 44
    /// `not-enabled`: this service does not do that, such as a faucet or credit. Final.
    case notEnabled = 45
    /// `insecure-transport`: no TLS off the loopback address (TC-06.1, TC-12.1). Never on the wire.
    /// Final.
    case insecureTransport = 46
    /// `stale-request`: a request made more than 24 hours ago, or by a clock that is wrong
    /// (TC-12.9). Again, made anew.
    case staleRequest = 47
    /// `storage-failed`: the store failed: nothing is acknowledged, and whether it was
    /// done must be asked. Again.
    case storageFailed = 48
    /// `overclaimed`: the other side says that more was paid than was (TC-06.19, TC-06.45). Never
    /// on the wire. Final.
    case overclaimed = 49
    /// `unknown-resource`: nothing is sold under this name, or no such path. Final.
    case unknownResource = 50
    /// `timed-out`: no answer in time. Again.
    case timedOut = 51

    /// Whether the same thing, sent again later or in a new batch, may be accepted (TC-09.2). Where
    /// a peer says otherwise, what the peer said counts.
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
