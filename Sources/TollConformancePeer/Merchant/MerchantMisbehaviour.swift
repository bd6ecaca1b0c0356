/// A way in which the live merchant breaks the protocol, to see what a wallet does about it.
///
/// ```swift
/// MerchantMisbehaviour(rawValue: "wrong-key")?.mode.expects
/// ```
public enum MerchantMisbehaviour: String, CaseIterable, Sendable {
    // The handshake.
    case wrongHelloSignature = "wrong-hello-signature"
    case wrongKey = "wrong-key"
    case wrongVersion = "wrong-version"
    case noHelloAck = "no-hello-ack"

    // Frames.
    case oversizedFrame = "oversized-frame"
    case emptyFrame = "empty-frame"
    case nonCanonicalFrame = "non-canonical-frame"
    case malformedFrame = "malformed-frame"
    case unknownType = "unknown-type"
    case truncatedFrame = "truncated-frame"

    // Order.
    case unaskedAnswer = "unasked-answer"
    case errorWithoutHandle = "error-without-handle"
    case paidNeverSent = "paid-never-sent"
    case outOfOrder = "out-of-order"
    case meterBackwards = "meter-backwards"

    // What is acknowledged.
    case overclaimOpened = "overclaim-opened"
    case overclaimWorth = "overclaim-worth"
    case overclaimPaid = "overclaim-paid"
    case spentOverAccepted = "spent-over-accepted"
    case acceptedFalls = "accepted-falls"
    case acknowledgesLess = "acknowledges-less"
    case duplicateAcknowledgement = "duplicate-acknowledgement"
    case neverAcknowledges = "never-acknowledges"
    case dropAfterCommit = "drop-after-commit"
    case forgetsState = "forgets-state"

    // Refusals.
    case busy
    case refusesPayments = "refuses-payments"
    case unknownReason = "unknown-reason"

    // Objects.
    case expiredOffer = "expired-offer"
    case foreignOffer = "foreign-offer"
    case forgedOffer = "forged-offer"
    case falseReceipt = "false-receipt"

    /// Whether it happens once in a run, so that the wallet can come back and be seen to be right;
    /// else it happens on every connection.
    var isOnce: Bool {
        switch self {
        case .truncatedFrame, .overclaimPaid, .acceptedFalls, .acknowledgesLess,
            .duplicateAcknowledgement, .neverAcknowledges, .dropAfterCommit, .forgetsState,
            .noHelloAck, .meterBackwards, .outOfOrder, .paidNeverSent, .spentOverAccepted,
            .refusesPayments, .unknownReason:
            true
        default: false
        }
    }
}
