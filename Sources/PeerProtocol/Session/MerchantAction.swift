public import PayWord

/// What the driver of a ``MerchantSession`` is to do, in order.
public enum MerchantAction: Sendable, Equatable {
    /// Write these bytes to the peer.
    case send([UInt8])
    /// Carry this out, then hand the result to the session.
    case perform(MerchantRequest)
    /// Write what is still to be written, then close the connection.
    case end(SessionEnd)
}

/// What the payer asks of the merchant. Requests of one handle are to be answered in the order in
/// which they come; those of different handles in any order.
public enum MerchantRequest: Sendable, Equatable {
    /// Make an offer for a resource: ``MerchantSession/answerOffer(_:now:)``. The next quote comes
    /// when this one is answered.
    case offer(resource: String)
    /// Open or resume a channel: ``MerchantSession/answerOpen(_:_:now:)``. The proof of possession
    /// was checked; the commitment's own signature was not.
    case open(OpenRequest)
    /// Accept payments that came one after another, at least one:
    /// ``MerchantSession/answerPayments(_:now:)``.
    case pay([PayRequest])
    /// Close a channel: ``MerchantSession/answerClose(_:_:now:)``.
    case close(Handle, CommitmentID, SignedObject<CloseRequest>)
    /// Make a receipt: ``MerchantSession/answerReceipt(_:_:now:)``.
    case receipt(Handle, CommitmentID)
}

/// An open whose proof of possession holds.
public struct OpenRequest: Sendable, Equatable {
    /// The channel's name on this connection.
    public let handle: Handle
    /// The commitment, its own signature not checked yet.
    public let commitment: SignedObject<Commitment>
    /// What funds it, not looked at yet.
    public let funding: [[UInt8]]
    /// What opens its terms digest.
    public let salt: TermsSalt?
}

/// A payment on a channel that is open.
public struct PayRequest: Sendable, Equatable {
    /// The channel's name on this connection.
    public let handle: Handle
    /// The payment's number on this handle.
    public let sequence: UInt32
    /// The lasting name of the channel that pays.
    public let commitmentID: CommitmentID
    /// At most one for each chain, ordinals ascending, not judged yet. Empty where only credit is
    /// used.
    public let paywords: PaywordClaims
    /// What is charged, in units of the channel's asset; 0 where credit is added.
    public let amount: Amount
    /// The idempotency key, at most 64 bytes, by which the same payment sent again counts once; nil
    /// for none.
    public let reference: [UInt8]?
}

/// A channel as the merchant has it, to answer an open with.
public struct OpenedChannel: Sendable, Equatable {
    /// The accepted paywords of the chains that are paid at all, by ordinal.
    public var paywords: PaywordClaims
    /// What is accepted and spent.
    public var amounts: ChannelAmounts

    /// A channel's state.
    public init(paywords: PaywordClaims, amounts: ChannelAmounts) {
        self.paywords = paywords
        self.amounts = amounts
    }
}

/// What ends a channel: two whole objects.
public struct ClosedChannel: Sendable, Equatable {
    /// The close object.
    public var close: [UInt8]
    /// The receipt object.
    public var receipt: [UInt8]

    /// The objects that end a channel.
    public init(close: [UInt8], receipt: [UInt8]) {
        self.close = close
        self.receipt = receipt
    }
}

/// The merchant's answer to one payment.
public struct PaymentAnswer: Sendable, Equatable {
    /// What became of a payment.
    public enum Outcome: Sendable, Equatable {
        /// It is durable, and the channel stands so.
        case accepted(ChannelAmounts)
        /// It changed nothing. With the channel's state the payer learns how it stands.
        case refused(Refusal, ChannelAmounts? = nil)
    }

    /// The ``PayRequest/handle`` that is answered.
    public var handle: Handle
    /// The ``PayRequest/sequence`` that is answered.
    public var sequence: UInt32
    /// What became of it.
    public var outcome: Outcome

    /// The answer to the payment of this handle and sequence.
    public init(handle: Handle, sequence: UInt32, outcome: Outcome) {
        self.handle = handle
        self.sequence = sequence
        self.outcome = outcome
    }
}
