internal import PayWord
internal import PeerProtocol
internal import Synchronization

/// A channel in memory: where it stands, what waits to be written, and what failed.
///
/// What is judged changes it at once, ahead of the disk. The store writes that over the version that
/// it was judged on alone; where the channel was changed by others, its payments are judged again.
final class LiveChannel: Sendable {
    struct State: Sendable {
        /// The channel after every payment that was judged.
        var ahead: ChannelState
        /// What is on disk, as far as this process knows.
        var durable: ChannelAmounts
        /// Whether a commit failed, so that nobody knows whether ``ahead`` became true.
        var isLost = false
        /// What waits for the next commit.
        var waiting: PaymentGroup?
        /// Whether it stands with the channels of the next transaction. It stands there once, even if
        /// nothing waits any more: two groups of one channel in a transaction would hide what others
        /// wrote between them.
        var isReady = false
        /// How many payments wait or are being committed.
        var pendingCount = 0
        /// Charges that wait or are being committed, by reference.
        var charges: [[UInt8]: Charge] = [:]
        /// Charges on disk that bear the references of payments that wait or are being committed.
        var used: [[UInt8]: Charge] = [:]
        var failures = StepBudget()
    }

    let id: CommitmentID
    let payer: PublicKey
    let expiresAt: Timestamp
    /// What the chains' steps hash first, by ordinal.
    let keys: [ChainKey]
    /// Guards what changes. Held while paywords are hashed, so that payments of one channel keep
    /// their order; taken before the queue's lock, never after it.
    let state: Mutex<State>

    private init(
        payer: PublicKey, expiresAt: Timestamp, state: ChannelState, keys: [ChainKey]
    ) {
        id = state.id
        self.payer = payer
        self.expiresAt = expiresAt
        self.keys = keys
        self.state = Mutex(State(ahead: state, durable: state.amounts))
    }

    /// The channel as the store has it.
    /// - Throws: what decoding the stored commitment throws.
    convenience init(_ record: ChannelRecord) throws(Refusal) {
        let commitment = try SignedObject<Commitment>(decoding: record.terms.commitment)
        let keys = commitment.chainVerifiers.map(\.key)
        guard keys.count == record.state.chains.count else {
            throw Refusal(.storageFailed, "channel \(record.terms.id) has lost a chain")
        }
        self.init(
            payer: record.terms.payer, expiresAt: record.terms.expiresAt, state: record.state,
            keys: keys)
    }
}

extension LiveChannel {
    /// What is to be kept of a channel that nothing waits on.
    struct Packable: Sendable, Equatable {
        let payer: PublicKey
        let expiresAt: Timestamp
        let state: ChannelState
        let keys: [ChainKey]
    }

    /// The channel, packed or read.
    convenience init(_ packable: Packable) {
        self.init(
            payer: packable.payer, expiresAt: packable.expiresAt, state: packable.state,
            keys: packable.keys)
    }

    /// What is to be kept; nil while something waits, and for what has more to remember than that.
    var packable: Packable? {
        // Whoever has the lock hashes, and the channel is in use.
        let state = state.withLockIfAvailable { state -> ChannelState? in
            let isPlain =
                state.pendingCount == 0 && !state.isLost && !state.isReady
                && state.failures.isUnused
                && !state.ahead.isClosed && state.ahead.refusedReasonNumber == nil
                && !state.ahead.isClaimInFlight && !state.ahead.chains.isEmpty
            return isPlain ? state.ahead : nil
        }
        guard let state = state ?? nil else { return nil }
        return Packable(payer: payer, expiresAt: expiresAt, state: state, keys: keys)
    }

    /// What is on disk of it, as far as this process knows.
    var durable: ChannelAmounts { state.withLock { $0.durable } }

    /// The channel, if all of it is on disk.
    var settled: ChannelState? {
        state.withLock { $0.pendingCount == 0 && !$0.isLost ? $0.ahead : nil }
    }

    /// Takes over what was read from the store outside a commit, unless it is old. Payments that
    /// wait were judged without it: their commit finds that out.
    func refresh(_ stored: ChannelState) {
        state.withLock { state in
            guard state.pendingCount == 0, state.isLost || stored.version > state.ahead.version
            else { return }
            state.stand(at: stored)
        }
    }
}

extension LiveChannel.State {
    /// Takes over what the store says.
    mutating func stand(at stored: ChannelState) {
        ahead = stored
        durable = stored.amounts
        isLost = false
    }

    /// Takes what waits, as an advance from where the channel stood before it; nil if nothing waits.
    mutating func takeWaiting() -> (group: PaymentGroup, advance: ChannelAdvance)? {
        isReady = false
        guard let group = waiting else { return nil }
        waiting = nil
        // No channel has that version, so the store gives the one that it has.
        let base = isLost ? .max : ahead.version
        if group.isChange { ahead.version += 1 }
        return (
            group,
            ChannelAdvance(base: base, state: ahead, charges: group.charges, asked: group.asked)
        )
    }

    /// Takes what waits, to be refused: nobody knows any more where the channel stands.
    mutating func giveUpWaiting() -> (group: PaymentGroup, advance: ChannelAdvance)? {
        guard let left = takeWaiting() else { return nil }
        isLost = true
        return left
    }

    /// Whether the channel is to be put with those of the next transaction; then it counts as there.
    mutating func becomeReady() -> Bool {
        guard waiting != nil, !isReady else { return false }
        isReady = true
        return true
    }

    /// Puts a judged payment with what waits.
    mutating func enqueue(
        _ ticket: PaymentTicket, _ place: Int, _ kind: PaymentRun.Kind, attempts: Int,
        _ spares: SpareArrays
    ) {
        if waiting == nil { waiting = PaymentGroup(runs: spares.take()) }
        waiting?.append(ticket, place, kind, attempts: attempts)
        pendingCount += 1
    }

    /// Notes that a payment was counted that was put with what waits.
    mutating func noteChange(_ request: borrowing PaymentRequest) {
        waiting?.isChange = true
        guard let reference = request.reference else { return }
        let charge = Charge(kind: .charge, reference: reference, amount: request.amount)
        waiting?.charges.append(charge)
        charges[reference] = charge
    }

    /// Notes the reference to look for of a payment that was put with what waits.
    mutating func noteAsked(_ request: borrowing PaymentRequest) {
        if let reference = request.reference { waiting?.asked.append(reference) }
    }

    /// Notes charges that a commit found, until the payments that bear their references are answered.
    /// - Returns: whether one of them is new.
    mutating func learn(_ found: [Charge]) -> Bool {
        let before = used.count
        for charge in found { used[charge.reference] = charge }
        return used.count > before
    }

    /// Forgets the charges of payments that are answered.
    mutating func forget(_ group: PaymentGroup) {
        for charge in group.charges { charges[charge.reference] = nil }
        guard !used.isEmpty else { return }
        if pendingCount == 0 { return used = [:] }
        for run in group.runs {
            for place in run.places {
                if let reference = run.ticket.requests[place].reference { used[reference] = nil }
            }
        }
    }
}
