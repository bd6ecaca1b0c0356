public import PayWord

extension Reason {
    /// The HTTP status of a problem that carries this reason: the one place that says so.
    ///
    /// | status | meaning here |
    /// | --- | --- |
    /// | 400 | the body is not what the route takes |
    /// | 402 | the account has too little |
    /// | 403 | the signer may not do this |
    /// | 404 | the broker knows no such thing |
    /// | 408 | the body came too slowly |
    /// | 409 | it contradicts what is recorded |
    /// | 410 | its time is over |
    /// | 413 | too large, or too much work |
    /// | 422 | well-formed and signed, and still wrong for this broker |
    /// | 429 | too much failed work; `Retry-After` says when to come back |
    /// | 500 | the broker's own fault |
    /// | 503 | not now: busy, or the store cannot make it durable |
    ///
    /// The status is a courtesy to HTTP software. Clients of the protocol look at the reason.
    public var httpStatus: Int {
        switch self {
        case .malformed, .notCanonical, .unknownField, .unsupportedVersion, .unexpectedMessage:
            400
        case .insufficientFunds:
            402
        case .badSignature, .weakKey, .untrustedBroker, .certificateExpired, .certificateRevoked,
            .limitExceeded, .budgetExceeded, .held, .notEnabled, .insecureTransport:
            403
        case .unknownCommitment, .unknownAccount, .unknownHandle, .unknownResource:
            404
        case .timedOut:
            408
        case .duplicateCommitment, .batchConflict, .referenceConflict, .staleIndex,
            .channelClosed, .alreadySettled:
            409
        case .commitmentExpired, .redeemWindowClosed:
            410
        case .tooLarge:
            413
        case .wrongMerchant, .wrongBroker, .wrongAsset, .notYetValid, .staleRequest, .notReserved,
            .reservationMismatch, .unknownChain, .indexPastEnd, .badPayword, .jumpTooLong,
            .amountOverflow, .amountMismatch, .conditionNotMet, .unsupportedCondition,
            .lockTooLong, .overclaimed:
            422
        case .rateLimited:
            429
        case .internal:
            500
        case .busy, .storageFailed:
            503
        }
    }
}
