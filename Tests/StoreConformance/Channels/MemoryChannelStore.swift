public import PayWord
internal import Synchronization
public import TollMerchant

/// A merchant's store in memory, for tests: what the engines must do, in the plainest words.
public final class MemoryChannelStore: ChannelStore {
    struct ChargeKey: Hashable {
        let id: CommitmentID
        let kind: Charge.Kind
        let reference: [UInt8]
    }

    struct SignedClose {
        let bytes: [UInt8]
        var isDelivered = false
    }

    struct DebtPayment {
        let payer: PublicKey
        let asset: Asset
        let amount: Amount
    }

    struct Contents {
        var channels: [CommitmentID: ChannelRecord] = [:]
        var charges: [ChargeKey: Charge] = [:]
        var closes: [CommitmentID: SignedClose] = [:]
        var batches: [RedemptionBatch] = []
        var settlements: [SettlementRecord] = []
        var keptAnswers: [BatchID: KeptAnswer] = [:]
        /// Batches in the order in which they were recorded, and the channels that each claims.
        var recorded: [BatchID] = []
        var claimed: [BatchID: [CommitmentID]] = [:]
        var answers: [BatchID: [UInt8]] = [:]
        var refusals: [BatchID: [ClaimRefusal]] = [:]
        /// Channels that went, with what must not come again.
        var purged: [CommitmentID: ChannelTerms] = [:]
        var purgedTotals: [Asset: PurgedTotals] = [:]
        var debtPayments: [[UInt8]: DebtPayment] = [:]
        var transactions = 0
    }

    /// Guards everything: a verb is one critical section, so it is atomic.
    private let contents = Mutex(Contents())

    public init() {}

    /// How many transactions have written.
    public var transactions: Int { contents.withLock { $0.transactions } }

    func read<Value: Sendable>(
        _ body: (Contents) throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        let copy = contents.withLock { $0 }
        return try body(copy)
    }

    /// Runs a transaction: on a copy, which replaces the original if nothing is thrown.
    func write<Value: Sendable>(
        _ body: (inout Contents) throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        let result: Result<Value, Refusal> = contents.withLock { contents in
            var copy = contents
            do throws(Refusal) {
                let value = try body(&copy)
                copy.transactions += 1
                contents = copy
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: Channels

    public func open(
        _ channel: ChannelRecord, limits: ExposureLimits, at time: Timestamp
    ) async throws(Refusal) -> ChannelRecord {
        try write { contents throws(Refusal) in
            let terms = channel.terms
            if let present = contents.channels[terms.id] { return present }
            guard contents.purged[terms.id] == nil else { throw Refusal(.channelClosed) }
            let known = contents.channels.values.map(\.terms) + contents.purged.values
            let isRepeated = known.contains {
                $0.payer == terms.payer && $0.nonce == terms.nonce
            }
            guard !isRepeated else { throw Refusal(.duplicateCommitment) }
            try contents.check(limits, for: terms, at: time)
            contents.channels[terms.id] = channel
            return channel
        }
    }

    public func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord? {
        try read { $0.channels[id] }
    }

    public func channels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try read { $0.page(after: id, limit) { _ in true } }
    }

    public func balance(of asset: Asset) async throws(Refusal) -> MerchantBalance {
        try read { contents throws(Refusal) in
            var balance = MerchantBalance()
            for channel in contents.channels.values where channel.terms.asset == asset {
                try balance.add(channel.state)
            }
            for settlement in contents.settlements where settlement.asset == asset {
                try balance.add(
                    short: settlement.expected.subtractingOrZero(settlement.gross))
            }
            if let purged = contents.purgedTotals[asset] { try balance.add(purged) }
            return balance
        }
    }

    // MARK: Payments

    public func advance(
        _ advances: [ChannelAdvance]
    ) async throws(Refusal) -> [AdvanceOutcome] {
        contents.withLock { contents in
            contents.transactions += 1
            return advances.map { contents.apply($0) }
        }
    }

    public func refund(
        _ id: CommitmentID, amount: Amount, reference: [UInt8]?, at time: Timestamp
    ) async throws(Refusal) -> ChannelState {
        try write { contents throws(Refusal) in
            guard var state = contents.channels[id]?.state else {
                throw Refusal(.unknownCommitment)
            }
            if let reference {
                let key = ChargeKey(id: id, kind: .refund, reference: reference)
                if let charge = contents.charges[key] {
                    try charge.checkSame(amount)
                    return state
                }
                contents.charges[key] = Charge(
                    kind: .refund, reference: reference, amount: amount)
            }
            try state.refund(amount)
            contents.channels[id]?.state = state
            return state
        }
    }

    public func close(
        _ id: CommitmentID, from expected: ChannelState, at final: [ChainIndex],
        signed close: Verified<Close>
    ) async throws(Refusal) -> (state: ChannelState, close: [UInt8]?) {
        try write { contents throws(Refusal) in
            guard var state = contents.channels[id]?.state else {
                throw Refusal(.unknownCommitment)
            }
            if let present = contents.closes[id] { return (state, present.bytes) }
            guard state == expected else { return (state, nil) }
            try state.close(at: final, close.payload.createdAt)
            contents.channels[id]?.state = state
            contents.closes[id] = SignedClose(bytes: close.encoded)
            return (state, close.encoded)
        }
    }

    public func signedClose(_ id: CommitmentID) async throws(Refusal) -> [UInt8]? {
        try read { $0.closes[id]?.bytes }
    }
}

extension MemoryChannelStore.Contents {
    mutating func apply(_ advance: ChannelAdvance) -> AdvanceOutcome {
        guard let stored = channels[advance.id]?.state else { return .unknown }
        guard stored.version == advance.base else { return .moved(stored) }
        func key(_ reference: [UInt8]) -> MemoryChannelStore.ChargeKey {
            MemoryChannelStore.ChargeKey(id: advance.id, kind: .charge, reference: reference)
        }
        let used = advance.charges.compactMap { charges[key($0.reference)] }
        guard used.isEmpty else { return .used(used, stored) }
        for charge in advance.charges { charges[key(charge.reference)] = charge }
        channels[advance.id]?.state = advance.state
        return .applied(known: advance.asked.compactMap { charges[key($0)] })
    }

    /// Channels that `isWanted` takes, in the order of their ids.
    func page(
        after id: CommitmentID?, _ limit: Int, _ isWanted: (ChannelRecord) -> Bool
    ) -> [ChannelRecord] {
        let wanted = channels.values.filter { channel in
            (id.map { $0 < channel.terms.id } ?? true) && isWanted(channel)
        }
        return Array(wanted.sorted { $0.terms.id < $1.terms.id }.prefix(limit))
    }

    func check(
        _ limits: ExposureLimits, for terms: ChannelTerms, at time: Timestamp
    ) throws(Refusal) {
        let alike = channels.values.filter {
            $0.terms.funding == terms.funding && $0.terms.asset == terms.asset
        }
        var (ofPayer, ofBroker) = (Amount.zero, Amount.zero)
        for channel in alike {
            let exposure = try channel.exposure(at: time)
            if channel.terms.payer == terms.payer { ofPayer = try ofPayer.adding(exposure) }
            if channel.terms.broker == terms.broker { ofBroker = try ofBroker.adding(exposure) }
        }
        if terms.funding == .twoParty {
            ofPayer = ofPayer.subtractingOrZero(try paid(by: terms.payer, in: terms.asset))
        }
        try limits.check(
            adding: terms.worth, in: terms.asset, payer: ofPayer, broker: ofBroker)
    }

    func paid(by payer: PublicKey, in asset: Asset) throws(Refusal) -> Amount {
        try debtPayments.values.filter { $0.payer == payer && $0.asset == asset }
            .map(\.amount).sum()
    }
}
