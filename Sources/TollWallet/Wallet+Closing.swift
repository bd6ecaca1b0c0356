public import PayWord

extension Wallet {
    /// Ends a connected channel: the merchant signs what it will redeem at most, and the broker, if
    /// one is given, frees the rest at once.
    ///
    /// If the broker cannot be reached, the close is on disk, and ``deliverCloses(of:at:)`` brings
    /// it. Closing a closed channel again delivers its close.
    ///
    /// - Throws: `overclaimed` if the merchant claims more than was paid.
    public func close(
        _ id: CommitmentID, at broker: (any FundingBroker)?
    ) async throws(Refusal) {
        if try await record(id).stage != .closed {
            _ = try await (try open(id)).close()
            await disconnect(id)
        }
        if let broker { try await deliver(try await record(id), to: broker) }
    }

    /// Brings every close that the broker lacks. Delivering one again changes nothing.
    /// - Returns: how many were delivered.
    /// - Throws: what the broker throws at the first that it does not take; those before it stay
    ///   delivered. `storage-failed`.
    @discardableResult
    public func deliverCloses(
        of root: PublicKey, at broker: any FundingBroker
    ) async throws(Refusal) -> Int {
        var count = 0
        for record in try await store.channels()
        where record.broker == root && record.close != nil && !record.isCloseDelivered {
            try await deliver(record, to: broker)
            count += 1
        }
        return count
    }

    private func deliver(
        _ record: ChannelRecord, to broker: any FundingBroker
    ) async throws(Refusal) {
        guard let close = record.close, !record.isCloseDelivered, record.mode != .twoParty else {
            return
        }
        try await broker.deliver(SignedObject<Close>(decoding: close).verified())
        try await store.markCloseDelivered(record.id)
    }

    /// Asks the merchant for a signed receipt, checks it against the wallet's own record, and keeps
    /// it.
    /// - Throws: `unknown-handle` if the channel is on no connection; `overclaimed` if it says more
    ///   than was revealed or charged, and the channel is disputed; `bad-signature` and the like;
    ///   `timed-out`.
    public func receipt(_ id: CommitmentID) async throws(Refusal) -> Verified<Receipt> {
        try await (try open(id)).receipt()
    }
}
