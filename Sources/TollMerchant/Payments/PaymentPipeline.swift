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

    /// Payments of one channel, on their way to the store.
    private struct Leaving {
        let channel: LiveChannel
        var group: PaymentGroup
        let advance: ChannelAdvance
    }

    private let store: any ChannelStore
    private let table: ChannelTable
    private let gate: PaymentGate
    private let failpoints: Failpoints
    private let clock: @Sendable () -> Timestamp
    private let countMaximum: Int
    /// Guards what is queued. Taken after a channel's lock, never before it.
    private let queue = Mutex(Queue())
    private let spares = SpareArrays()

    init(
        store: any ChannelStore, table: ChannelTable, gate: PaymentGate, failpoints: Failpoints,
        countMaximum: Int, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.table = table
        self.gate = gate
        self.failpoints = failpoints
        self.countMaximum = countMaximum
        self.clock = clock
    }

    // MARK: What comes in

    /// Takes in as many payments as have room; the rest of the batch, from the end, is answered.
    /// - Returns: how many, from the start of the batch; each is then submitted or released.
    func admit(_ ticket: PaymentTicket) -> Int {
        let wanted = ticket.requests.count
        let admitted = queue.withLock { queue in
            let admitted = min(wanted, max(0, countMaximum - queue.count))
            queue.count += admitted
            return admitted
        }
        for place in admitted..<wanted {
            let refusal = Refusal(.busy, "\(countMaximum) payments wait for the disk")
            ticket.answer(.failure(refusal), at: place)
        }
        return admitted
    }

    /// Judges payments of one channel in order, and queues or answers each.
    func submit(_ ticket: PaymentTicket, _ places: Range<Int>, on channel: LiveChannel) {
        let now = clock()
        var answered = 0
        let isFirst = channel.state.withLock { state in
            let isFirst = state.waiting == nil
            for place in places {
                if let refusal = judge(ticket, place, 1, channel, &state, now) {
                    ticket.answer(.failure(refusal), at: place)
                    answered += 1
                }
            }
            return isFirst && state.waiting != nil
        }
        if answered > 0 { release(answered) }
        if isFirst { wake(channel) }
    }

    /// Answers an admitted payment that is of no channel here.
    func refuse(_ ticket: PaymentTicket, _ place: Int, _ refusal: Refusal) {
        ticket.answer(.failure(refusal), at: place)
        release(1)
    }

    /// Judges a payment and puts it with what waits.
    /// - Returns: why it is refused, if that can be said at once.
    private func judge(
        _ ticket: PaymentTicket, _ place: Int, _ attempts: Int, _ channel: LiveChannel,
        _ state: inout LiveChannel.State, _ now: Timestamp
    ) -> Refusal? {
        guard let reference = ticket.requests[place].reference else {
            var wasCounted = false
            let answer: PaymentTicket.Answer
            do throws(Refusal) {
                wasCounted = try gate.judge(ticket.requests[place], channel, &state, at: now)
                answer = .success(state.ahead.outcome(wasCounted: wasCounted))
            } catch {
                // A refund by another process may have raised the credit: the commit finds out.
                guard error.reason == .insufficientFunds else { return error }
                answer = .failure(error)
            }
            state.enqueue(
                PendingPayment(
                    ticket: ticket, place: place, answer: answer, isAsked: false,
                    attempts: attempts), wasCounted: wasCounted, spares)
            return nil
        }
        judge(ticket, place, attempts, reference, channel, &state, now)
        return nil
    }

    /// Judges a payment with a reference, which is answered once the store was asked whether it was
    /// counted before.
    private func judge(
        _ ticket: PaymentTicket, _ place: Int, _ attempts: Int, _ reference: [UInt8],
        _ channel: LiveChannel, _ state: inout LiveChannel.State, _ now: Timestamp
    ) {
        let request = ticket.requests[place]
        var wasCounted = false
        var answer: PaymentTicket.Answer
        var isAsked = true
        if let charge = state.charges[reference] ?? state.used[reference] {
            // Answered when what is under way is on disk: the charge may be part of that.
            answer = charge.answer(request, state.ahead)
            isAsked = false
        } else {
            do throws(Refusal) {
                wasCounted = try gate.judge(request, channel, &state, at: now)
                answer = .success(state.ahead.outcome(wasCounted: wasCounted))
                isAsked = !wasCounted
            } catch {
                answer = .failure(error)
            }
        }
        state.enqueue(
            PendingPayment(
                ticket: ticket, place: place, answer: answer, isAsked: isAsked,
                attempts: attempts),
            wasCounted: wasCounted, spares)
        if wasCounted {
            state.note(Charge(kind: .charge, reference: reference, amount: request.amount))
        } else if isAsked {
            state.waiting?.asked.append(reference)
        }
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
        let mustStart = queue.withLock { queue in
            queue.ready.append(channel)
            defer { queue.isCommitting = true }
            return !queue.isCommitting
        }
        if mustStart { Task { await self.commitAll() } }
    }

    // MARK: What goes to the store

    private func commitAll() async {
        while let channels = next() {
            var leaving: [Leaving] = []
            leaving.reserveCapacity(channels.count)
            for channel in channels {
                guard let (group, advance) = channel.state.withLock({ $0.takeWaiting() }) else {
                    continue
                }
                leaving.append(Leaving(channel: channel, group: group, advance: advance))
            }
            await commit(leaving)
            // Callers that were just answered may have more to pay: what is ready to run goes first,
            // so that it shares the next transaction.
            await Task.yield()
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
            leaving.channel.state.withLock { state in
                state.pendingCount -= leaving.group.payments.count
                state.durable = leaving.advance.state.amounts
                state.forget(leaving.group)
            }
            var group = leaving.group
            group.answerAsked(known, leaving.advance.state)
            answer(group.payments)
        case .moved(let stored):
            judgeAgain(leaving, stored, isRace: true)
        case .used(let charges, let stored):
            let isNews = leaving.channel.state.withLock { $0.learn(charges) }
            judgeAgain(leaving, stored, isRace: !isNews)
        case .unknown:
            fail(leaving, Refusal(.unknownCommitment))
        }
    }

    private func answer(_ payments: [PendingPayment]) {
        release(payments.count)
        var rest = payments[...]
        while let ticket = rest.first?.ticket {
            let end = rest.firstIndex { $0.ticket !== ticket } ?? rest.endIndex
            ticket.answer(rest[..<end])
            rest = rest[end...]
        }
        spares.give(payments)
    }

    /// Drops a group that was not committed. What was judged on top of it is judged again when its
    /// turn comes.
    private func fail(_ leaving: Leaving, _ refusal: Refusal) {
        table.drop(leaving.channel)
        leaving.channel.state.withLock { state in
            state.pendingCount -= leaving.group.payments.count
            state.isLost = true
            state.forget(leaving.group)
        }
        var payments = leaving.group.payments
        for position in payments.indices { payments[position].answer = .failure(refusal) }
        answer(payments)
    }

    /// Judges a group's payments, and those that came after them, against the channel as it stands.
    /// - Parameter isRace: whether that is one more attempt. References that were found used are
    ///   progress: each is learned once, however many come behind.
    private func judgeAgain(_ leaving: Leaving, _ stored: ChannelState, isRace: Bool) {
        let channel = leaving.channel
        let now = clock()
        var refused: [PendingPayment] = []
        let mustWake: Bool = channel.state.withLock { state in
            let wasReady = state.waiting != nil
            let payments = leaving.group.payments + (state.waiting?.payments ?? [])
            state.waiting = nil
            state.charges = [:]
            state.pendingCount -= payments.count
            state.stand(at: stored)
            for var payment in payments {
                let attempts = payment.attempts + (isRace ? 1 : 0)
                let refusal =
                    attempts > Self.attemptsMaximum
                    ? Refusal(.busy, "another process pays on this channel")
                    : judge(payment.ticket, payment.place, attempts, channel, &state, now)
                guard let refusal else { continue }
                payment.answer = .failure(refusal)
                refused.append(payment)
            }
            return !wasReady && state.waiting != nil
        }
        if mustWake { wake(channel) }
        answer(refused)
    }
}
