/// How much memory a merchant takes for its work.
public struct MerchantLimits: Sendable, Equatable {
    /// How many payments may wait for the disk; one more is `busy`.
    public var waitingPaymentsMaximum = 65_536
    /// How many channels are kept in memory; the others are read from the store when they pay.
    public var liveChannelsMaximum = 131_072

    /// 65,536 waiting payments and 131,072 channels in memory, unless set.
    public init() {}
}
