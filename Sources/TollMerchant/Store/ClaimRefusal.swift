public import PayWord

/// A claim that a broker refused, as it is filed for a person: for each refusal one entry, which stays
/// for good, also when the claim passed later.
public struct ClaimRefusal: Sendable, Equatable {
    /// The batch that the claim was in.
    public let batchID: BatchID
    /// The claim's position in it; nil where the broker refused the batch as a whole.
    public let position: UInt32?
    /// The channel that was claimed; nil where the broker refused the batch as a whole.
    public let channel: CommitmentID?
    /// The root key of the broker that refused.
    public let broker: PublicKey
    /// What the amount counts units of.
    public let asset: Asset
    /// The number of the broker's reason.
    public let reasonNumber: UInt64
    /// What was expected for the claim, or for the whole batch.
    public let expected: Amount
    /// When it was refused: by the broker's clock, or by the merchant's for a whole batch.
    public let refusedAt: Timestamp
    /// Whether the claim waits for a person since. If not, it went into a later batch by itself.
    public let isForGood: Bool

    /// A refusal as a store reads it back.
    public init(
        batchID: BatchID, position: UInt32?, channel: CommitmentID?, broker: PublicKey,
        asset: Asset, reasonNumber: UInt64, expected: Amount, refusedAt: Timestamp,
        isForGood: Bool
    ) {
        self.batchID = batchID
        self.position = position
        self.channel = channel
        self.broker = broker
        self.asset = asset
        self.reasonNumber = reasonNumber
        self.expected = expected
        self.refusedAt = refusedAt
        self.isForGood = isForGood
    }

    /// The broker's reason; nil for one that this version does not know.
    public var reason: Reason? { UInt16(exactly: reasonNumber).flatMap(Reason.init(rawValue:)) }
}

extension ClaimResult {
    /// The reason's number, and whether a person has to look; nil for a settled claim.
    public var refusal: (reasonNumber: UInt64, isForGood: Bool)? {
        switch self {
        case .settled: nil
        case .refusedForNow(let reason): (reason, false)
        case .refusedForGood(let reason): (reason, true)
        }
    }
}
