/// How full a merchant's memory is, for an operator to see.
extension Merchant {
    /// How many payments wait for the disk or are being committed.
    public var waitingPayments: Int { pipeline.count }

    /// How many channels are in memory.
    public var channelsInMemory: Int { table.count }
}
