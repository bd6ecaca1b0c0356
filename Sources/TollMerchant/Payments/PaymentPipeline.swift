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

    private struct Queue {
        /// Channels with waiting payments, each once.
        var ready: [LiveChannel] = []
        /// Payments that wait or are being committed.
        var count = 0
        var isCommitting = false
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Waiting payments of one channel, on their way to the store.
    private struct Group {
        let channel: LiveChannel
        let base: [ChainIndex]
        let payments: [PendingPayment]
    }

    private let store: any ChannelStore
    private let table: ChannelTable
    private let gate: PaymentGate
    private let failpoints: Failpoints
    private let countMaximum: Int
    /// Guards what is queued. Taken after a channel's lock, never before it.
    private let queue = Mutex(Queue())

    init(
        store: any ChannelStore, table: ChannelTable, gate: PaymentGate, failpoints: Failpoints,
        countMaximum: Int
    ) {
        self.store = store
        self.table = table
        self.gate = gate
        self.failpoints = failpoints
        self.countMaximum = countMaximum
    }

    /// Judges a payment, and queues it or answers it.
    func submit(
        _ request: PaymentRequest, on channel: LiveChannel, _ ticket: PaymentTicket, place: Int
    ) {
        guard reserve() else {
            let refusal = Refusal(.busy, "\(countMaximum) payments wait for the disk")
            return ticket.answer(.failure(refusal), at: place)
        }
        let isFirst: Bool? = channel.state.withLock { state in
            var pending = PendingPayment(request: request, ticket: ticket, place: place)
            // Judging moves the cursor, so the base of a group is noted before its first payment.
            let isFirst = state.waiting.isEmpty
            if isFirst { state.noteBase() }
            if let refusal = gate.judge(request, channel, &state) {
                guard request.reference != nil else {
                    ticket.answer(.failure(refusal), at: place)
                    return nil
                }
                pending.refusal = refusal
            }
            state.enqueue(pending)
            return isFirst
        }
        guard let isFirst else { return release(1) }
        if isFirst { wake(channel) }
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

    private func reserve() -> Bool {
        queue.withLock { queue in
            guard queue.count < countMaximum else { return false }
            queue.count += 1
            return true
        }
    }

    private func release(_ count: Int) { queue.withLock { $0.count -= count } }

    private func wake(_ channel: LiveChannel) {
        let mustStart = queue.withLock { queue in
            queue.ready.append(channel)
            defer { queue.isCommitting = true }
            return !queue.isCommitting
        }
        if mustStart { Task { await self.commitAll() } }
    }

    private func commitAll() async {
        while let channels = next() {
            let groups = channels.map { channel in
                channel.state.withLock { state in
                    defer { state.waiting = [] }
                    return Group(channel: channel, base: state.base, payments: state.waiting)
                }
            }
            await commit(groups.filter { !$0.payments.isEmpty })
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

    private func commit(_ groups: [Group]) async {
        let advances = groups.map { group in
            ChannelAdvance(
                id: group.channel.id, base: group.base, payments: group.payments.map(\.judged))
        }
        failpoints.reach(.merchantBeforeCommit)
        do throws(Refusal) {
            let outcomes = try await store.advance(advances)
            failpoints.reach(.merchantAfterCommit)
            for (group, outcome) in zip(groups, outcomes) { finish(group, outcome) }
            for group in groups.dropFirst(outcomes.count) {
                fail(group, Refusal(.internal, "the store left out an outcome"))
            }
        } catch {
            for group in groups { fail(group, error) }
        }
    }

    private func finish(_ group: Group, _ outcome: AdvanceOutcome) {
        switch outcome {
        case .applied(let results, let stored):
            group.channel.state.withLock { state in
                state.pendingCount -= group.payments.count
                state.stand(at: stored, movingCursor: state.pendingCount == 0)
            }
            answer(group.payments, results)
        case .moved(let stored):
            judgeAgain(group, stored)
        case .unknown:
            fail(group, Refusal(.unknownCommitment))
        }
    }

    private func answer(_ payments: [PendingPayment], _ results: [PaymentTicket.Answer]) {
        release(payments.count)
        for (index, payment) in payments.enumerated() {
            let result =
                index < results.count ? results[index] : .failure(Refusal(.internal))
            payment.ticket.answer(result, at: payment.place)
        }
    }

    /// Drops a group that was not committed. What was judged on top of it is judged again when its
    /// turn comes, because the row is not where it was judged at.
    private func fail(_ group: Group, _ refusal: Refusal) {
        table.drop(group.channel)
        group.channel.state.withLock { $0.pendingCount -= group.payments.count }
        answer(
            group.payments, Array(repeating: .failure(refusal), count: group.payments.count))
    }

    /// Judges a group's payments, and those that came after them, against the channel as it stands.
    private func judgeAgain(_ group: Group, _ stored: ChannelState) {
        var refused: [(PendingPayment, Refusal)] = []
        let mustWake: Bool = group.channel.state.withLock { state in
            let wasReady = !state.waiting.isEmpty
            let payments = group.payments + state.waiting
            state.waiting = []
            state.pendingCount -= payments.count
            state.stand(at: stored, movingCursor: true)
            for var payment in payments {
                payment.attempts += 1
                if state.waiting.isEmpty { state.noteBase() }
                payment.refusal =
                    payment.attempts > Self.attemptsMaximum
                    ? Refusal(.busy, "another process pays on this channel")
                    : gate.judge(payment.request, group.channel, &state)
                if let refusal = payment.refusal,
                    payment.request.reference == nil
                        || payment.attempts > Self.attemptsMaximum
                {
                    refused.append((payment, refusal))
                } else {
                    state.enqueue(payment)
                }
            }
            return !wasReady && !state.waiting.isEmpty
        }
        if mustWake { wake(group.channel) }
        for (payment, refusal) in refused { answer([payment], [.failure(refusal)]) }
    }
}
