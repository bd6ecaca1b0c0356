extension Reason {
    struct Entry {
        let code: String
        let retryable: Bool
        let summary: String
        let hint: String

        static func final(_ code: String, _ summary: String, _ hint: String) -> Entry {
            Entry(code: code, retryable: false, summary: summary, hint: hint)
        }

        static func again(_ code: String, _ summary: String, _ hint: String) -> Entry {
            Entry(code: code, retryable: true, summary: summary, hint: hint)
        }
    }

    /// This reason's row of the registry.
    var entry: Entry {
        switch self {
        case .malformed:
            .final(
                "malformed", "not well-formed, or not the shape of what it says it is",
                "look at it with `toll inspect`, which names the byte at fault")
        case .notCanonical:
            .final(
                "not-canonical", "well-formed CBOR, but not its one deterministic encoding",
                "encode it by RFC 8949, section 4.2.1; `toll inspect` names the byte at fault")
        case .unknownField:
            .final(
                "unknown-field", "a map has a field that this version does not know",
                "use negative keys for extensions, or update the software")
        case .unsupportedVersion:
            .final(
                "unsupported-version", "no protocol version in common",
                "update the older of the two sides")
        case .badSignature:
            .final(
                "bad-signature", "the signature is not the named signer's",
                "have it signed by the key that the object names")
        case .weakKey:
            .final(
                "weak-key", "a public key of small order, or not in its one encoding",
                "generate another key")
        case .wrongMerchant:
            .final(
                "wrong-merchant", "made out to another merchant",
                "send it to the merchant that it names")
        case .wrongBroker:
            .final(
                "wrong-broker", "made out to another broker",
                "send it to the broker that it names")
        case .wrongAsset:
            .final(
                "wrong-asset", "another asset, or another scale of it, than what is accepted",
                "use the asset that the offer names")
        case .untrustedBroker:
            .final(
                "untrusted-broker", "a broker that the merchant's policy does not name",
                "use a broker that the offer names, or add it to the policy")
        case .certificateExpired:
            .final(
                "certificate-expired", "a certificate whose period is over",
                "ask the broker for a new certificate")
        case .certificateRevoked:
            .final(
                "certificate-revoked", "a certificate that the broker took back",
                "ask the broker why, and for a new one")
        case .notYetValid:
            .again(
                "not-yet-valid", "dated later than now, by more than clocks may differ",
                "check both clocks, then send it again")
        case .commitmentExpired:
            .final(
                "commitment-expired", "the commitment takes no new paywords",
                "open a new commitment")
        case .redeemWindowClosed:
            .final(
                "redeem-window-closed", "the broker redeems this commitment no longer",
                "redeem earlier next time: before the commitment's redeem-by")
        case .unknownCommitment:
            .again(
                "unknown-commitment", "no commitment is known by this id",
                "send the commitment itself in place of its id")
        case .duplicateCommitment:
            .final(
                "duplicate-commitment", "another commitment has the same payer and nonce",
                "draw a new nonce")
        case .limitExceeded:
            .final(
                "limit-exceeded", "more than the certificate or the policy allows",
                "stay below the limit, or ask for a higher one")
        case .notReserved:
            .again(
                "not-reserved", "no reservation or other funding that the policy accepts",
                "reserve the commitment at the broker and send the reservation with it")
        case .reservationMismatch:
            .final(
                "reservation-mismatch",
                "the reservation is not of this commitment, or not of all of it",
                "send the reservation that the broker signed for this commitment")
        case .insufficientFunds:
            .again(
                "insufficient-funds", "more than there is to draw on",
                "add credit first: reveal a higher payword, top up, or load the account")
        case .unknownChain:
            .final(
                "unknown-chain", "the commitment has no chain of this ordinal",
                "use ordinals from 0 to one less than the number of chains")
        case .indexPastEnd:
            .final(
                "index-past-end", "an index above the chain's length",
                "open a new commitment when a chain is used up")
        case .staleIndex:
            .again(
                "stale-index", "an index below the accepted one",
                "send the latest index of every chain")
        case .badPayword:
            .final(
                "bad-payword", "the payword does not lead to the accepted one",
                "send the payword of this chain at this index")
        case .jumpTooLong:
            .again(
                "jump-too-long", "more steps at once than the merchant walks",
                "pay through intermediate paywords")
        case .amountOverflow:
            .final(
                "amount-overflow", "an amount above 2^63 - 1",
                "use smaller amounts or shorter chains")
        case .amountMismatch:
            .final(
                "amount-mismatch", "an amount that is not the one agreed",
                "compare the amount with the offer")
        case .conditionNotMet:
            .again(
                "condition-not-met", "a condition of the commitment does not hold",
                "redeem when it holds")
        case .channelClosed:
            .final(
                "channel-closed", "the channel takes no more payments",
                "open a new commitment")
        case .alreadySettled:
            .final(
                "already-settled", "what was settled cannot be given back here",
                "pay the customer in another way")
        case .batchConflict:
            .final(
                "batch-conflict", "the batch id was used for other content",
                "draw a new batch id for other content")
        case .held:
            .again(
                "held", "a rule holds this redemption for a person to look at",
                "ask the broker")
        case .tooLarge:
            .final(
                "too-large", "larger, or more work, than the limit",
                "split it")
        case .rateLimited:
            .again(
                "rate-limited", "too much failed or unanswered work",
                "wait, then send what is right")
        case .busy:
            .again("busy", "too much to do at the moment", "wait a little, then try again")
        case .internal:
            .again(
                "internal", "a fault of the answering side",
                "try again; if it stays, read that side's log")
        case .unsupportedCondition:
            .final(
                "unsupported-condition", "a condition that this side does not enforce",
                "leave the condition out, or use a broker that enforces it")
        case .unknownHandle:
            .final(
                "unknown-handle", "no channel is open under this handle",
                "open the channel on this connection first")
        case .unexpectedMessage:
            .final(
                "unexpected-message", "a message that has no place at this point",
                "follow the tables of spec/06-peer-protocol.md")
        case .unknownAccount:
            .final(
                "unknown-account", "the broker has no such account",
                "enrol first: `toll wallet init` or `toll merchant init` with the broker")
        case .referenceConflict:
            .final(
                "reference-conflict", "the reference was used for another amount or account",
                "use a new reference for another transaction")
        case .budgetExceeded:
            .final(
                "budget-exceeded", "more than the wallet's budget allows",
                "raise the budget, or wait until the next day")
        case .lockTooLong:
            .final(
                "lock-too-long", "the money would be locked for longer than the wallet allows",
                "choose an earlier redeem-by, or raise the wallet's ceiling")
        case .notEnabled:
            .final(
                "not-enabled", "this service does not do that",
                "ask the operator to enable it")
        case .insecureTransport:
            .final(
                "insecure-transport", "plain TCP off the loopback address",
                "use TLS, or allow plain TCP by name if you know the risk")
        case .staleRequest:
            .again(
                "stale-request", "a request made too long ago, or by a clock that is wrong",
                "check the clock, then make the request anew")
        case .storageFailed:
            .again(
                "storage-failed",
                "the store failed: nothing is acknowledged, and whether it was done must be asked",
                "check the disk and the database, then try again")
        case .overclaimed:
            .final(
                "overclaimed", "the other side says that more was paid than was",
                "do not go on with it; keep its messages as evidence")
        case .unknownResource:
            .final(
                "unknown-resource", "nothing is sold under this name",
                "ask the merchant what it sells")
        case .timedOut:
            .again("timed-out", "no answer in time", "check the connection, then try again")
        }
    }
}
