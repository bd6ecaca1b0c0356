public import PayWord
internal import Synchronization
public import TollWallet

/// A wallet's store in memory. ``snapshot()`` and ``restore(_:)`` stand for copies of its file, and
/// ``failNext(_:)`` for a disk that fails.
public final class MemoryWalletStore: WalletStore {
    /// All that the store holds.
    public struct State: Sendable {
        var channels: [CommitmentID: ChannelRecord] = [:]
        var journals: [CommitmentID: [PaymentRecord]] = [:]
        var history: [(CommitmentID, UInt64)] = []
        /// Where the payments of each reference stand, in the order in which they were written.
        var references: [[UInt8]: [(CommitmentID, UInt64)]] = [:]
        var spendings: [Spending] = []
        var receipts: [CommitmentID: [[UInt8]]] = [:]
        var generations: [[PublicKey]: UInt32] = [:]
        var accounts: [BrokerAccount] = []
        var failures = 0
    }

    private let state = Mutex(State())
    private let turns = MemoryTurns()

    /// An empty store.
    public init() {}

    /// A copy of all that the store holds.
    public func snapshot() -> State { state.withLock { $0 } }

    /// Goes back to a copy.
    public func restore(_ copy: State) { state.withLock { $0 = copy } }

    /// Has the next `count` verbs that write fail, with nothing done.
    public func failNext(_ count: Int) { state.withLock { $0.failures = count } }

    private func write<Value: Sendable>(
        _ body: (inout State) throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        try state.withLock { (state) throws(Refusal) in
            guard state.failures == 0 else {
                state.failures -= 1
                throw Refusal(.storageFailed, "a fault that the test asked for")
            }
            return try body(&state)
        }
    }

    private func read<Value: Sendable>(_ body: (State) -> Value) -> Value {
        state.withLock { body($0) }
    }

    // MARK: Channels

    public func insert(_ channel: ChannelRecord) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            guard state.channels[channel.id] == nil else { return }
            if let reference = channel.reference,
                state.channels.values.contains(where: { $0.reference == reference })
            {
                throw Refusal(.referenceConflict)
            }
            state.channels[channel.id] = channel
        }
    }

    public func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord? {
        read { $0.channels[id] }
    }

    public func channel(
        reference: RequestReference
    ) async throws(Refusal) -> ChannelRecord? {
        read { $0.channels.values.first { $0.reference == reference } }
    }

    public func channels() async throws(Refusal) -> [ChannelRecord] {
        read { $0.channels.values.sorted { $0.id < $1.id } }
    }

    public func replaceRequest(
        _ id: CommitmentID, _ request: [UInt8]
    ) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            try state.change(id) { $0.request = request }
        }
    }

    public func fund(_ id: CommitmentID, _ funding: [[UInt8]]) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            try state.change(id) {
                guard $0.stage == .committed else { return }
                $0.funding = funding
                $0.stage = .ready
            }
        }
    }

    public func dispute(_ id: CommitmentID, _ claim: String) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            try state.change(id) {
                $0.dispute = $0.dispute ?? claim
                if $0.stage != .closed { $0.stage = .disputed }
            }
        }
    }

    public func close(
        _ id: CommitmentID, _ close: [UInt8], receipt: Verified<Receipt>
    ) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            try state.change(id) {
                $0.close = close
                $0.stage = .closed
            }
            state.keep(receipt.encoded, id)
        }
    }

    public func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            try state.change(id) { $0.isCloseDelivered = true }
        }
    }

    // MARK: Payments

    public func turn(
        on id: CommitmentID, waiting: Duration
    ) async throws(Refusal) -> ChannelTurn {
        try await turns.turn(on: id, waits: waiting > .zero)
    }

    public func writeAhead(
        _ batch: [WriteAhead]
    ) async throws(Refusal) -> [Result<Void, Refusal>] {
        try write { state in
            batch.map { item in
                do throws(Refusal) { return .success(try state.writeAhead(item)) } catch {
                    return .failure(error)
                }
            }
        }
    }

    public func record(
        _ batch: [ProgressUpdate]
    ) async throws(Refusal) -> [Result<Void, Refusal>] {
        try write { state in
            batch.map { item in
                do throws(Refusal) {
                    let channel = try state.movable(item.channel, item.progress)
                    state.channels[channel.id]?.progress = item.progress
                    return .success(state.settle(channel.id, item.outcomes))
                } catch { return .failure(error) }
            }
        }
    }

    public func pendingPayments(_ id: CommitmentID) async throws(Refusal) -> [PaymentRecord] {
        read { $0.journals[id, default: []].filter { $0.state == .pending } }
    }

    public func payments(
        _ id: CommitmentID, references: Set<[UInt8]>
    ) async throws(Refusal) -> [PaymentRecord] {
        read {
            $0.journals[id, default: []].filter {
                $0.state != .refused && $0.reference.map(references.contains) == true
            }
        }
    }

    public func payment(
        to merchant: PublicKey, reference: [UInt8]
    ) async throws(Refusal) -> HistoryEntry? {
        read { $0.payment(to: merchant, reference: reference) }
    }

    public func payments(
        _ id: CommitmentID, after number: UInt64, limit: Int
    ) async throws(Refusal) -> [PaymentRecord] {
        read { Array($0.journals[id, default: []].filter { $0.number > number }.prefix(limit)) }
    }

    public func summary(_ id: CommitmentID) async throws(Refusal) -> JournalSummary {
        let journal = read { $0.journals[id, default: []] }
        var summary = JournalSummary()
        for payment in journal {
            summary.counts[payment.state, default: 0] += 1
            summary.amounts[payment.state] = try summary.amounts[payment.state, default: .zero]
                .adding(payment.amount)
        }
        return summary
    }

    public func history(limit: Int) async throws(Refusal) -> [HistoryEntry] {
        read { state in
            state.history.reversed().prefix(limit).compactMap { id, number in
                state.journals[id]?.first { $0.number == number }.map {
                    HistoryEntry(channel: id, payment: $0)
                }
            }
        }
    }

    public func revealed(
        asset: Asset, merchant: PublicKey?, day: UInt64?
    ) async throws(Refusal) -> Amount {
        try read { $0 }.revealed(asset, merchant, day)
    }

    // MARK: Receipts, keys and accounts

    public func keep(_ receipt: Verified<Receipt>) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            state.keep(receipt.encoded, receipt.payload.commitmentID)
        }
    }

    public func receipts(_ id: CommitmentID) async throws(Refusal) -> [[UInt8]] {
        read { $0.receipts[id, default: []] }
    }

    public func generation(
        broker: PublicKey, merchant: PublicKey
    ) async throws(Refusal) -> UInt32 {
        read { $0.generations[[broker, merchant], default: 0] }
    }

    public func raiseGeneration(
        broker: PublicKey, merchant: PublicKey, to generation: UInt32
    ) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            let present = state.generations[[broker, merchant], default: 0]
            state.generations[[broker, merchant]] = max(present, generation)
        }
    }

    public func keep(_ account: BrokerAccount) async throws(Refusal) {
        try write { (state) throws(Refusal) in
            state.accounts.removeAll {
                $0.broker == account.broker && $0.asset == account.asset
            }
            state.accounts.append(account)
            state.accounts.sort { $0.broker < $1.broker }
        }
    }

    public func accounts() async throws(Refusal) -> [BrokerAccount] { read(\.accounts) }
}

extension MemoryWalletStore.State {
    mutating func change(
        _ id: CommitmentID, _ body: (inout ChannelRecord) -> Void
    ) throws(Refusal) {
        guard var channel = channels[id] else { throw Refusal(.unknownCommitment) }
        body(&channel)
        channels[id] = channel
    }

    func movable(
        _ id: CommitmentID, _ progress: ChannelProgress
    ) throws(Refusal) -> ChannelRecord {
        guard let channel = channels[id] else { throw Refusal(.unknownCommitment) }
        guard progress.version == channel.progress.version + 1 else { throw Refusal(.busy) }
        guard channel.stage == .ready else { throw Refusal(.channelClosed) }
        guard progress.revealed.count == channel.progress.revealed.count,
            zip(progress.revealed, channel.progress.revealed).allSatisfy({ $0 >= $1 })
        else { throw Refusal(.staleIndex) }
        return channel
    }

    mutating func writeAhead(_ item: WriteAhead) throws(Refusal) {
        let channel = try movable(item.channel, item.progress)
        let spending = item.spending
        for reference in item.payments.compactMap(\.reference) {
            guard payment(to: spending.merchant, reference: reference) == nil else {
                throw Refusal(.referenceConflict)
            }
        }
        try spending.check(
            spentThisDay: revealed(spending.asset, nil, spending.day),
            spentOnMerchantThisDay: revealed(spending.asset, spending.merchant, spending.day),
            spentOnMerchant: revealed(spending.asset, spending.merchant, nil))
        channels[channel.id]?.progress = item.progress
        journals[channel.id, default: []] += item.payments
        history += item.payments.map { (channel.id, $0.number) }
        for payment in item.payments {
            guard let reference = payment.reference else { continue }
            references[reference, default: []].append((channel.id, payment.number))
        }
        spendings.append(spending)
    }

    func payment(to merchant: PublicKey, reference: [UInt8]) -> HistoryEntry? {
        for (id, number) in references[reference] ?? [] where channels[id]?.merchant == merchant {
            let line = journals[id]?.first { $0.number == number }
            if let line, line.state != .refused {
                return HistoryEntry(channel: id, payment: line)
            }
        }
        return nil
    }

    mutating func settle(
        _ id: CommitmentID, _ outcomes: [UInt64: ProgressUpdate.Outcome]
    ) {
        guard var journal = journals[id] else { return }
        for index in journal.indices {
            guard let outcome = outcomes[journal[index].number] else { continue }
            journal[index].state = outcome.state
            journal[index].reason = outcome.reason
        }
        journals[id] = journal
    }

    mutating func keep(_ receipt: [UInt8], _ id: CommitmentID) {
        if receipts[id]?.contains(receipt) != true { receipts[id, default: []].append(receipt) }
    }

    func revealed(
        _ asset: Asset, _ merchant: PublicKey?, _ day: UInt64?
    ) throws(Refusal) -> Amount {
        try spendings.filter {
            $0.asset == asset && (merchant ?? $0.merchant) == $0.merchant
                && (day ?? $0.day) == $0.day
        }.map(\.amount).sum()
    }
}
