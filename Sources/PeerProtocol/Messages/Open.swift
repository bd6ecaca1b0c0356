public import PayWord

/// Opens a channel, or resumes it: `[5, handle, commitment object, [funding object …], proof(64),
/// salt or null]`.
public struct Open: Hashable, Sendable {
    /// How many funding objects may come with a commitment.
    public static let fundingMaximum = 8
    /// The largest embedded object, in bytes.
    public static let objectBytesMaximum = 16 * 1024

    /// The name that the channel has on this connection from here on.
    public var handle: Handle
    /// The whole commitment object.
    public var commitment: [UInt8]
    /// Whole objects that show how the commitment is funded: a reservation, certificates.
    public var funding: [[UInt8]]
    /// The payer key's signature of ``OpenProof``.
    public var proof: Signature
    /// What opens the commitment's terms digest, for the merchant alone.
    public var salt: TermsSalt?

    /// The message that opens or resumes a channel. Its limits are judged where it is sent and
    /// received.
    public init(
        handle: Handle, commitment: [UInt8], funding: [[UInt8]], proof: Signature,
        salt: TermsSalt? = nil
    ) {
        self.handle = handle
        self.commitment = commitment
        self.funding = funding
        self.proof = proof
        self.salt = salt
    }
}

/// The channel as the merchant has it: `[6, handle, [[ordinal, index, payword] …], accepted, spent]`.
public struct Opened: Hashable, Sendable {
    /// The handle under which the open came.
    public var handle: Handle
    /// The accepted paywords of the chains that are paid at all, by ordinal. A restored wallet
    /// checks them against its chains before it believes them.
    public var paywords: PaywordClaims
    /// What the accepted indexes are worth.
    public var accepted: Amount
    /// What was charged of it.
    public var spent: Amount

    /// The message that answers an open which was accepted.
    public init(handle: Handle, paywords: PaywordClaims, accepted: Amount, spent: Amount) {
        self.handle = handle
        self.paywords = paywords
        self.accepted = accepted
        self.spent = spent
    }
}
