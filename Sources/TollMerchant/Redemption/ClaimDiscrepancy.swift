public import PayWord

/// A claim that a broker settled for another amount than was due, without refusing it.
///
/// Where this store is an older copy, the broker may have paid the rest before. Nothing else makes it
/// right. The signed answer is kept, see ``ChannelStore/keptAnswer(_:)``, and a person must look.
public struct ClaimDiscrepancy: Sendable, Equatable {
    /// The batch, under which the answer is kept.
    public let batchID: BatchID
    /// The commitment.
    public let commitmentID: CommitmentID
    /// What was due by this store's record.
    public let expected: Amount
    /// What the broker counted.
    public let counted: Amount

    /// A difference.
    public init(
        batchID: BatchID, commitmentID: CommitmentID, expected: Amount, counted: Amount
    ) {
        self.batchID = batchID
        self.commitmentID = commitmentID
        self.expected = expected
        self.counted = counted
    }
}

/// A broker's answer that does not say what was claimed, with the redemption that it answers: what
/// the broker signed, and can be held to.
public struct KeptAnswer: Sendable, Equatable {
    /// The whole encoding of the signed redemption.
    public let redemption: [UInt8]
    /// The whole answer, with the signed settlement and its outcomes.
    public let answer: [UInt8]

    /// A pair.
    public init(redemption: [UInt8], answer: [UInt8]) {
        self.redemption = redemption
        self.answer = answer
    }
}
