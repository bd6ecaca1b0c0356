public import PayWord

/// One payment on a channel: the paywords it reveals and the amount it spends, either of which may
/// be nothing.
///
/// ```swift
/// let request = PaymentRequest(
///     commitmentID: id, paywords: [claim], amount: try Amount(units: 250), reference: nil)
/// ```
public struct PaymentRequest: Sendable, Equatable {
    /// The longest reference, in bytes (spec/06).
    public static let referenceBytesMaximum = 64

    /// The channel, by its commitment's 16-byte id.
    public let commitmentID: CommitmentID
    /// The highest payword of each chain that advances, ordinals ascending.
    public let paywords: PaywordClaims
    /// What is spent of the credit.
    public let amount: Amount
    /// An idempotency key: a payment that bears one is counted once, however often it is sent.
    public let reference: [UInt8]?

    /// A payment; whether it can be counted is judged when it is made.
    public init(
        commitmentID: CommitmentID, paywords: PaywordClaims, amount: Amount,
        reference: [UInt8]? = nil
    ) {
        self.commitmentID = commitmentID
        self.paywords = paywords
        self.amount = amount
        self.reference = reference
    }
}
