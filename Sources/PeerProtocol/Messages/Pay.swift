public import PayWord

/// A payment: `[7, handle, sequence, [[ordinal, index, payword] …], amount, reference or null]`.
///
/// It raises what is accepted by what the paywords are worth and what is spent by the amount, in one
/// commit. Either may be nothing: credit added, or credit used. With one chain, no reference and an
/// amount below 2^32 its frame has at most 64 bytes.
public struct Pay: Hashable, Sendable {
    /// The longest reference, in bytes.
    public static let referenceBytesMaximum = 64

    /// The channel that pays, by its name on this connection.
    public var handle: Handle
    /// Rises from payment to payment of one handle.
    public var sequence: UInt32
    /// At most one payword for each chain, by ordinal.
    public var paywords: PaywordClaims
    /// What is charged, in units of the channel's asset: at most the credit that is there with
    /// these paywords.
    public var amount: Amount
    /// An idempotency key: a payment that bears one is safe to send again at any time.
    public var reference: [UInt8]?

    /// The message that pays. ``PayerSession`` makes it with the sequence that is next.
    public init(
        handle: Handle, sequence: UInt32, paywords: PaywordClaims, amount: Amount,
        reference: [UInt8]? = nil
    ) {
        self.handle = handle
        self.sequence = sequence
        self.paywords = paywords
        self.amount = amount
        self.reference = reference
    }
}

/// The acknowledgement of payments: `[8, handle, sequence, accepted, spent]`.
///
/// It covers every payment of the handle up to that sequence, less those that an error refused
/// before it.
public struct Paid: Hashable, Sendable {
    /// The channel whose payments are acknowledged.
    public var handle: Handle
    /// The last payment that it covers.
    public var sequence: UInt32
    /// What is accepted, durably.
    public var accepted: Amount
    /// What is spent, durably.
    public var spent: Amount

    /// The message that acknowledges payments up to `sequence`.
    public init(handle: Handle, sequence: UInt32, accepted: Amount, spent: Amount) {
        self.handle = handle
        self.sequence = sequence
        self.accepted = accepted
        self.spent = spent
    }
}

/// What a service has cost so far: `[9, handle, number, amount due in total, units in total]`.
public struct Meter: Hashable, Sendable {
    /// The channel that pays for it.
    public var handle: Handle
    /// Rises from reading to reading of one handle.
    public var number: UInt64
    /// What is due in total on this handle, in units of the channel's asset; it never falls.
    public var amountDue: Amount
    /// How many units were served in total; it never falls. What a unit is, the offer says.
    public var units: UInt64

    /// The message that tells what is due.
    public init(handle: Handle, number: UInt64, amountDue: Amount, units: UInt64) {
        self.handle = handle
        self.number = number
        self.amountDue = amountDue
        self.units = units
    }
}
