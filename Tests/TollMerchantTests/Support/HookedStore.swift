import PayWord
import Synchronization
import TollMerchant

/// A store that lets a test fail or delay what goes to another one.
final class HookedStore: ChannelStore {
    /// Where in a verb that writes a fault is put.
    enum Fault: Sendable {
        case none
        /// Nothing is written.
        case before
        /// Nothing is written, this one time.
        case beforeOnce
        /// All is written, and the caller is told that it failed.
        case after
    }

    let base: any ChannelStore
    /// Guards what the test sets.
    private let state = Mutex((fault: Fault.none, advances: [Int](), gate: Gate?.none))

    init(_ base: any ChannelStore) { self.base = base }

    /// What happens to the next verbs that write.
    var fault: Fault {
        get { state.withLock { $0.fault } }
        set { state.withLock { $0.fault = newValue } }
    }

    /// Holds every advance until it is opened.
    var gate: Gate? {
        get { state.withLock { $0.gate } }
        set { state.withLock { $0.gate = newValue } }
    }

    /// How many channels each commit advanced.
    var advances: [Int] { state.withLock { $0.advances } }

    private func faulty<Value>(
        _ body: () async throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        let fault = state.withLock { state in
            defer { if case .beforeOnce = state.fault { state.fault = .none } }
            return state.fault
        }
        switch fault {
        case .before, .beforeOnce: throw Refusal(.storageFailed, "the disk is full")
        case .none, .after: break
        }
        let value = try await body()
        if case .after = fault { throw Refusal(.storageFailed, "the disk does not answer") }
        return value
    }

    func advance(_ advances: [ChannelAdvance]) async throws(Refusal) -> [AdvanceOutcome] {
        state.withLock { $0.advances.append(advances.count) }
        await gate?.pass()
        return try await faulty { () async throws(Refusal) in try await base.advance(advances) }
    }

    func open(
        _ channel: ChannelRecord, limits: ExposureLimits, at time: Timestamp
    ) async throws(Refusal) -> ChannelRecord {
        try await faulty { () async throws(Refusal) in
            try await base.open(channel, limits: limits, at: time)
        }
    }

    func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord? {
        try await base.channel(id)
    }

    func channels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] { try await base.channels(after: id, limit: limit) }

    func balance(of asset: Asset) async throws(Refusal) -> MerchantBalance {
        try await base.balance(of: asset)
    }

    func refund(
        _ id: CommitmentID, amount: Amount, reference: [UInt8]?, at time: Timestamp
    ) async throws(Refusal) -> ChannelState {
        try await faulty { () async throws(Refusal) in
            try await base.refund(id, amount: amount, reference: reference, at: time)
        }
    }

    func close(
        _ id: CommitmentID, from expected: ChannelState, at final: [ChainIndex],
        signed close: Verified<Close>
    ) async throws(Refusal) -> (state: ChannelState, close: [UInt8]?) {
        try await base.close(id, from: expected, at: final, signed: close)
    }

    func signedClose(_ id: CommitmentID) async throws(Refusal) -> [UInt8]? {
        try await base.signedClose(id)
    }

    func claimable(
        at broker: PublicKey, asset: Asset, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await base.claimable(at: broker, asset: asset, after: id, limit: limit)
    }

    func record(_ batch: RedemptionBatch) async throws(Refusal) {
        try await faulty { () async throws(Refusal) in try await base.record(batch) }
    }

    func unansweredBatches(at broker: PublicKey) async throws(Refusal) -> [RedemptionBatch] {
        try await base.unansweredBatches(at: broker)
    }

    func settle(
        _ id: BatchID, record: SettlementRecord, outcomes: [ClaimResult], answer: [UInt8]
    ) async throws(Refusal) {
        try await faulty { () async throws(Refusal) in
            try await base.settle(id, record: record, outcomes: outcomes, answer: answer)
        }
    }

    func settlementAnswer(_ id: BatchID) async throws(Refusal) -> [UInt8]? {
        try await base.settlementAnswer(id)
    }

    func refusals(skipping count: Int, limit: Int) async throws(Refusal) -> [ClaimRefusal] {
        try await base.refusals(skipping: count, limit: limit)
    }

    func claimableTotal(
        at broker: PublicKey, asset: Asset
    ) async throws(Refusal) -> ClaimableTotal {
        try await base.claimableTotal(at: broker, asset: asset)
    }

    func purgeable(
        by rule: PurgeRule, after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await base.purgeable(by: rule, after: id, limit: limit)
    }

    func purge(
        _ ids: [CommitmentID], by rule: PurgeRule
    ) async throws(Refusal) -> [ChannelRecord] {
        try await faulty { () async throws(Refusal) in try await base.purge(ids, by: rule) }
    }

    func keepAnswer(_ answer: [UInt8], of id: BatchID) async throws(Refusal) {
        try await base.keepAnswer(answer, of: id)
    }

    func keptAnswer(_ id: BatchID) async throws(Refusal) -> KeptAnswer? {
        try await base.keptAnswer(id)
    }

    func abandon(_ id: BatchID, reason: Reason, at time: Timestamp) async throws(Refusal) {
        try await base.abandon(id, reason: reason, at: time)
    }

    func settlements(
        before id: BatchID?, limit: Int
    ) async throws(Refusal) -> [SettlementRecord] {
        try await base.settlements(before: id, limit: limit)
    }

    func refusedChannels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await base.refusedChannels(after: id, limit: limit)
    }

    func claimAgain(_ id: CommitmentID) async throws(Refusal) { try await base.claimAgain(id) }

    func undeliveredCloses(
        at broker: PublicKey, limit: Int
    ) async throws(Refusal) -> [(id: CommitmentID, close: [UInt8])] {
        try await base.undeliveredCloses(at: broker, limit: limit)
    }

    func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try await base.markCloseDelivered(id)
    }

    func debts(
        in asset: Asset, after payer: PublicKey?, limit: Int
    ) async throws(Refusal) -> [PayerDebt] {
        try await base.debts(in: asset, after: payer, limit: limit)
    }

    func recordPayment(
        of amount: Amount, in asset: Asset, by payer: PublicKey, reference: [UInt8],
        at time: Timestamp
    ) async throws(Refusal) {
        try await base.recordPayment(
            of: amount, in: asset, by: payer, reference: reference, at: time)
    }
}

/// Holds whoever passes until it is opened.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiters: [CheckedContinuation<Void, Never>]()))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
