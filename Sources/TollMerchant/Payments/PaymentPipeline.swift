internal import Failpoints
internal import PayWord
internal import Synchronization

/// Group commit: while one store transaction is under way, the payments that arrive gather, and all
/// of them go into the next one, a row a channel. Nothing waits on a timer: a lone payment is
/// committed at once, and under load the batches grow by themselves.
///
/// Payments of one channel are answered in the order in which they came. The judging runs on the
/// callers' tasks, while a commit waits for the disk.
final class PaymentPipeline: Sendable {
    /// How often a payment is judged anew because another process moved its channel.
    static let attemptsMaximum = 4

    struct Queue {
        /// Channels with waiting payments, each once.
        var ready: [LiveChannel] = []
        /// Payments that wait or are being committed.
        var count = 0
        var isCommitting = false
        /// When the commit that is under way began.
        var committingSince: ContinuousClock.Instant?
        /// Whether that takes so long that nobody should wait for it.
        var isStuck = false
        var isWatched = false
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Payments of one channel, on their way to the store.
    struct Leaving {
        let channel: LiveChannel
        var group: PaymentGroup
        let advance: ChannelAdvance
    }

    private let store: any ChannelStore
    private let table: ChannelTable
    let gate: PaymentGate
    private let failpoints: Failpoints
    private let clock: @Sendable () -> Timestamp
    let limits: MerchantLimits
    /// Guards what is queued. Taken after a channel's lock, never before it.
    let queue = Mutex(Queue())
    let spares = SpareArrays()

    init(
        store: any ChannelStore, table: ChannelTable, gate: PaymentGate, failpoints: Failpoints,
        limits: MerchantLimits, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.table = table
        self.gate = gate
        self.failpoints = failpoints
        self.limits = limits
        self.clock = clock
    }

    // MARK: What comes in

    /// Takes in as many payments as have room; the rest of the batch, from the end, is answered.
    /// - Returns: how many, from the start of the batch; each is then submitted or released.
    func admit(_ ticket: PaymentTicket) -> Int {
        let wanted = ticket.requests.count
        let (admitted, isStuck) = queue.withLock { queue in
            let room = queue.isStuck ? 0 : limits.waitingPaymentsMaximum - queue.count
            let admitted = min(wanted, max(0, room))
            queue.count += admitted
            return (admitted, queue.isStuck)
        }
        if admitted < wanted {
            let full = "\(limits.waitingPaymentsMaximum) payments wait for the disk"
            ticket.refuse(
                admitted..<wanted, isStuck ? Self.stuck : Refusal(.busy, full))
        }
        return admitted
    }

    /// Judges payments of one channel in order, and queues or answers each.
    func submit(_ ticket: PaymentTicket, _ places: Range<Int>, on channel: LiveChannel) {
        let now = clock()
        var next = places.lowerBound
        while next < places.upperBound {
            let (judged, mustWake) = channel.state.withLock { state in
                let judged = judge(
                    ticket, next..<places.upperBound, attempts: 1, channel, &state, now,
                    stepsMaximum: Self.stepsOfTurn)
                return (judged, state.becomeReady())
            }
            next = judged.next
            if judged.refused > 0 { release(judged.refused) }
            if mustWake { wake(channel) }
        }
    }

    /// Answers admitted payments that are of no channel here.
    func refuse(_ ticket: PaymentTicket, _ places: Range<Int>, _ refusal: Refusal) {
        ticket.refuse(places, refusal)
        release(places.count)
    }

    /// Returns when nothing waits and nothing is being committed.
    func drain() async {
        await withCheckedContinuation { continuation in
            let isIdle = queue.withLock { queue in
                guard queue.isCommitting else { return true }
                queue.idleWaiters.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    /// How many payments wait or are being committed.
    var count: Int { queue.withLock { $0.count } }

    private func release(_ count: Int) { queue.withLock { $0.count -= count } }

    private func wake(_ channel: LiveChannel) {
        let (mustStart, mustWatch) = queue.withLock { queue in
            queue.ready.append(channel)
            defer { (queue.isCommitting, queue.isWatched) = (true, true) }
            return (!queue.isCommitting, !queue.isWatched)
        }
        if mustStart { Task { await self.commitAll() } }
        if mustWatch { Task { await self.watch() } }
    }

    // MARK: What goes to the store

    private func commitAll() async {
        while let channels = next() {
            var leaving: [Leaving] = []
            leaving.reserveCapacity(channels.count)
            for channel in channels {
                if let group = leave(channel) { leaving.append(group) }
            }
            queue.withLock { $0.committingSince = .now }
            if !leaving.isEmpty { await commit(leaving) }
            queue.withLock { ($0.committingSince, $0.isStuck) = (nil, false) }
            // Callers that were just answered may have more to pay: what is ready to run goes first,
            // so that it shares the next transaction.
            await Task.yield()
        }
    }

    /// What waits on a channel; nil if nothing does.
    func leave(_ channel: LiveChannel) -> Leaving? {
        channel.state.withLock { $0.takeWaiting() }.map { group, advance in
            Leaving(channel: channel, group: group, advance: advance)
        }
    }

    /// The channels of the next transaction; nil when there is nothing to do.
    private func next() -> [LiveChannel]? {
        var waiters: [CheckedContinuation<Void, Never>] = []
        let channels: [LiveChannel] = queue.withLock { queue in
            if queue.ready.isEmpty {
                queue.isCommitting = false
                swap(&waiters, &queue.idleWaiters)
            }
            defer { queue.ready = [] }
            return queue.ready
        }
        for waiter in waiters { waiter.resume() }
        return channels.isEmpty ? nil : channels
    }

    private func commit(_ leaving: [Leaving]) async {
        failpoints.reach(.merchantBeforeCommit)
        do throws(Refusal) {
            let outcomes = try await store.advance(leaving.map(\.advance))
            failpoints.reach(.merchantAfterCommit)
            for (group, outcome) in zip(leaving, outcomes) { finish(group, outcome) }
            for group in leaving.dropFirst(outcomes.count) {
                fail(group, Refusal(.internal, "the store left out an outcome"))
            }
        } catch {
            for group in leaving { fail(group, error) }
        }
    }

    private func finish(_ leaving: Leaving, _ outcome: AdvanceOutcome) {
        switch outcome {
        case .applied(let known):
            let isLost = leaving.channel.state.withLock { state in
                state.pendingCount -= leaving.group.count
                state.durable = leaving.advance.state.amounts
                state.forget(leaving.group)
                return state.isLost
            }
            // What waited behind it was given up: who read the channel since has it as it was.
            if isLost { table.find(leaving.channel.id)?.refresh(leaving.advance.state) }
            leaving.group.answerAsked(known, leaving.advance.state)
            answer(leaving.group.runs)
        case .moved(let stored):
            judgeAgain(leaving, stored, isRace: true)
        case .used(let charges, let stored):
            let isNews = leaving.channel.state.withLock { $0.learn(charges) }
            judgeAgain(leaving, stored, isRace: !isNews)
        case .unknown:
            fail(leaving, Refusal(.unknownCommitment))
        }
    }

    private func answer(_ runs: [PaymentRun]) {
        var total = 0
        var position = 0
        while position < runs.count {
            let ticket = runs[position].ticket
            var count = 0
            while position < runs.count, runs[position].ticket === ticket {
                count += runs[position].places.count
                position += 1
            }
            total += count
            ticket.give(count)
        }
        release(total)
        spares.give(runs)
    }

    /// Drops a group that was not committed. What was judged on top of it is judged again when its
    /// turn comes.
    func fail(_ leaving: Leaving, _ refusal: Refusal) {
        table.drop(leaving.channel)
        leaving.channel.state.withLock { state in
            state.pendingCount -= leaving.group.count
            state.isLost = true
            state.forget(leaving.group)
        }
        for run in leaving.group.runs { refuse(run.ticket, run.places, refusal) }
        spares.give(leaving.group.runs)
    }

    /// Judges a group's payments, and those that came after them, against the channel as it stands.
    /// One more attempt, where that is a race; references that were found used are progress: each is
    /// learned once, however many come behind.
    private func judgeAgain(_ leaving: Leaving, _ stored: ChannelState, isRace: Bool) {
        let channel = leaving.channel
        let now = clock()
        var refused = 0
        let mustWake: Bool = channel.state.withLock { state in
            let runs = leaving.group.runs + (state.waiting?.runs ?? [])
            state.waiting = nil
            state.charges = [:]
            state.pendingCount -= runs.reduce(0) { $0 + $1.places.count }
            state.stand(at: stored)
            for run in runs {
                let attempts = run.attempts + (isRace ? 1 : 0)
                if attempts > Self.attemptsMaximum {
                    run.ticket.refuse(
                        run.places, Refusal(.busy, "another process pays on this channel"))
                    refused += run.places.count
                } else {
                    // What was counted leads down to where the channel still stands, by way of what
                    // came before it.
                    refused +=
                        judge(
                            run.ticket, run.places, attempts: attempts,
                            isHashed: !isRace && run.kind == .counted, channel, &state, now
                        ).refused
                }
            }
            return state.becomeReady()
        }
        if mustWake { wake(channel) }
        if refused > 0 { release(refused) }
    }
}
