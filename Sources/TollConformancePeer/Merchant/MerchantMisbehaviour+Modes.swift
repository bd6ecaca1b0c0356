extension MerchantMisbehaviour {
    /// What is done and expected, for people.
    public var mode: PeerMode {
        PeerMode(
            rawValue, row: entry.row, rules: entry.rules,
            does: entry.does + (isOnce ? ", once" : ""), expects: duty.text)
    }

    private var entry: (row: String, rules: String, does: String) {
        switch self {
        case .wrongHelloSignature:
            ("32a", "TC-06.11 TC-06.13", "alters one bit of the signature of its hello-ack")
        case .wrongKey:
            ("32", "TC-06.2 TC-06.13", "answers the hello as another merchant, rightly signed")
        case .wrongVersion:
            ("31", "TC-06.13", "answers with a version that was not offered, rightly signed")
        case .noHelloAck:
            ("30", "TC-06.50", "never answers the hello")
        case .oversizedFrame:
            ("29", "TC-06.4", "sends a length of 65,537 after its hello-ack")
        case .emptyFrame:
            ("29", "TC-06.4", "sends a length of 0 after its hello-ack")
        case .nonCanonicalFrame:
            ("29", "TC-06.4 TC-06.5", "writes its first answer with a longer head than it needs")
        case .malformedFrame:
            ("29", "TC-06.5", "writes a byte after the end of its first answer")
        case .unknownType:
            ("31", "TC-06.5", "sends a message of type 99 after its hello-ack")
        case .truncatedFrame:
            ("29", "TC-06.42", "writes half an acknowledgement and closes the connection")
        case .unaskedAnswer:
            ("31", "TC-06.40 TC-06.57", "sends opened for a channel that nobody opened")
        case .errorWithoutHandle:
            ("31", "TC-06.32", "sends an error with a sequence and no handle")
        case .paidNeverSent:
            ("31", "TC-06.57", "acknowledges a sequence that was never sent")
        case .outOfOrder:
            ("31", "TC-06.57", "acknowledges a sequence below the one that it acknowledged before")
        case .meterBackwards:
            ("31", "TC-06.31 TC-06.57", "sends a meter whose amount due falls")
        case .overclaimOpened:
            ("17a", "TC-06.19", "says in opened that an index was accepted that was never revealed")
        case .overclaimWorth:
            ("17a", "TC-06.19", "says in opened that more is accepted than its paywords are worth")
        case .overclaimPaid:
            ("17a", "TC-06.45", "acknowledges more than was revealed")
        case .spentOverAccepted:
            ("23", "TC-06.45 TC-06.57", "acknowledges more spent than accepted")
        case .acceptedFalls:
            ("23", "TC-06.28 TC-06.57", "acknowledges less than it acknowledged before")
        case .acknowledgesLess:
            ("23", "TC-06.41 TC-06.45", "acknowledges a payment as if it had not come")
        case .duplicateAcknowledgement:
            ("31", "TC-06.26 TC-06.57", "sends the same acknowledgement twice")
        case .neverAcknowledges:
            ("23", "TC-06.50", "commits a payment and says nothing from then on")
        case .dropAfterCommit:
            ("35", "TC-06.42", "commits a payment and closes before it is acknowledged")
        case .forgetsState:
            ("37", "TC-06.47", "closes after a second payment, and comes back without the channel")
        case .busy:
            ("23", "TC-06.20", "refuses every quote, open and payment with busy")
        case .refusesPayments:
            ("23", "TC-06.41", "refuses the first payment with busy")
        case .unknownReason:
            ("31", "TC-09.3", "refuses the first payment with the reason number 9999")
        case .expiredOffer:
            ("24", "TC-04.14", "offers what ended long ago, rightly signed")
        case .foreignOffer:
            ("24", "TC-04.14", "offers what another merchant offers, rightly signed by that one")
        case .forgedOffer:
            ("24", "TC-04.14", "offers with a signature that does not hold")
        case .falseReceipt:
            ("23", "TC-06.54", "signs a receipt for an index that was never revealed")
        }
    }
}
