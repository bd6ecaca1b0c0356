/// How much memory a merchant takes for its work, and how long its payers wait.
public struct MerchantLimits: Sendable, Equatable {
    /// How many payments may wait for the disk; one more is `busy`.
    public var waitingPaymentsMaximum = 65_536
    /// How many of them may be of one channel: a sixteenth, and 1,024 at least, so that nobody fills
    /// the queue alone.
    public var waitingOfChannelMaximum: Int { max(1024, waitingPaymentsMaximum / 16) }
    /// How long a commit may take before what waits behind it is `busy`, and so is what arrives. The
    /// payments in the commit itself are answered when the store has said what became of them.
    public var commitMaximum: Duration = .seconds(10)
    /// How many channels are kept in memory, at about 100 bytes and 68 for each chain; the others are
    /// read from the store when they pay.
    public var liveChannelsMaximum = 1_048_576

    /// 65,536 waiting payments, ten seconds, and 1,048,576 channels in memory, unless set.
    public init() {}
}
