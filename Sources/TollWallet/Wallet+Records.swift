public import PayWord

extension Wallet {
    /// All channels, in order of id.
    /// - Throws: `storage-failed`.
    public func channels() async throws(Refusal) -> [ChannelRecord] {
        try await store.channels()
    }

    /// The channels on which a merchant can be paid at present, the one with most to spend first.
    ///
    /// Such a channel is ready, and expires later than the policy's margin from now. It need not be
    /// connected.
    /// - Throws: `storage-failed`.
    public func payableChannels(
        to merchant: PublicKey, asset: Asset
    ) async throws(Refusal) -> [ChannelRecord] {
        let margin = context.clock().adding(policy.expiryMargin)
        var payable: [(record: ChannelRecord, spendable: Amount)] = []
        for record in try await store.channels()
        where record.merchant == merchant && record.asset == asset && record.stage == .ready
            && margin < record.commitment.payload.expiresAt
        {
            payable.append((record, try record.spendable))
        }
        return payable.sorted { $0.spendable > $1.spendable }.map(\.record)
    }

    /// A channel by its commitment's id, as it is on disk.
    /// - Throws: `unknown-commitment`, `storage-failed`.
    public func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord {
        try await record(id)
    }

    /// The latest payments of all channels, newest first.
    /// - Throws: `storage-failed`.
    public func history(limit: Int = 100) async throws(Refusal) -> [HistoryEntry] {
        try await store.history(limit: limit)
    }

    /// The payment to a merchant that was made under this reference and not refused; nil if there is
    /// none. References name payments over all channels of a merchant: ask before a channel is chosen
    /// or opened, and pay again on the channel where the payment is.
    /// - Throws: `storage-failed`.
    public func payment(
        to merchant: PublicKey, reference: [UInt8]
    ) async throws(Refusal) -> HistoryEntry? {
        try await store.payment(to: merchant, reference: reference)
    }

    /// The payments of one channel after a number, in order.
    /// - Throws: `storage-failed`.
    public func payments(
        _ id: CommitmentID, after number: UInt64 = 0, limit: Int = 1000
    ) async throws(Refusal) -> [PaymentRecord] {
        try await store.payments(id, after: number, limit: limit)
    }

    /// The sums of one channel's journal.
    /// - Throws: `storage-failed`.
    public func summary(_ id: CommitmentID) async throws(Refusal) -> JournalSummary {
        try await store.summary(id)
    }

    /// The receipts of a channel, oldest first.
    /// - Throws: `storage-failed`; as decoding does, if the store gives back other bytes than it
    ///   kept.
    public func receipts(
        _ id: CommitmentID
    ) async throws(Refusal) -> [SignedObject<Receipt>] {
        var receipts: [SignedObject<Receipt>] = []
        for object in try await store.receipts(id) {
            receipts.append(try SignedObject(decoding: object))
        }
        return receipts
    }

    /// The wallet's accounts at brokers.
    /// - Throws: `storage-failed`.
    public func accounts() async throws(Refusal) -> [BrokerAccount] {
        try await store.accounts()
    }

    /// What the budgets leave to be revealed to a merchant today (UTC); nil if nothing limits it.
    /// - Throws: `storage-failed`.
    public func budgetLeft(
        asset: Asset, merchant: PublicKey
    ) async throws(Refusal) -> Amount? {
        let budget = policy.budget(asset)
        let today = context.clock().seconds / .day
        var left: Amount?
        for (limit, counted, day) in [
            (budget.perDay, nil, today), (budget.perMerchantAndDay, merchant, today),
            (budget.perMerchant, merchant, nil),
        ] as [(Amount?, PublicKey?, UInt64?)] {
            guard let limit else { continue }
            let spent = try await store.revealed(asset: asset, merchant: counted, day: day)
            left = min(left ?? .maximum, limit.subtractingOrZero(spent))
        }
        return left
    }

    /// What budgets have counted today (UTC): to one merchant, or to all.
    /// - Throws: `storage-failed`.
    public func revealedToday(
        asset: Asset, merchant: PublicKey? = nil
    ) async throws(Refusal) -> Amount {
        try await store.revealed(
            asset: asset, merchant: merchant, day: context.clock().seconds / .day)
    }
}
