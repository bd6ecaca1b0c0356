internal import PayWord
internal import Synchronization

/// One batch of payments: collects the answers to them, whichever commits they go into, and wakes the
/// caller when the last is there.
final class PaymentTicket: Sendable {
    typealias Answer = Result<PaymentOutcome, Refusal>

    private struct State {
        var answers: [Answer?]
        var missing: Int
        var waiter: CheckedContinuation<Void, Never>?

        /// Sets an answer that is not set.
        /// - Returns: who waits, if it was the last.
        mutating func set(
            _ answer: Answer, at place: Int
        ) -> CheckedContinuation<Void, Never>? {
            guard answers.indices.contains(place), answers[place] == nil else { return nil }
            answers[place] = answer
            missing -= 1
            guard missing == 0 else { return nil }
            defer { waiter = nil }
            return waiter
        }
    }

    /// What is to be paid.
    let requests: [PaymentRequest]
    /// Guards the answers and the one waiter.
    private let state: Mutex<State>

    init(_ requests: [PaymentRequest]) {
        self.requests = requests
        state = Mutex(
            State(
                answers: Array(repeating: nil, count: requests.count), missing: requests.count))
    }

    /// Gives the answer at a place, once.
    func answer(_ answer: Answer, at place: Int) {
        wake(state.withLock { $0.set(answer, at: place) })
    }

    /// Gives the answers to payments of this ticket.
    func answer(_ payments: ArraySlice<PendingPayment>) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            var waiter: CheckedContinuation<Void, Never>?
            for payment in payments { waiter = state.set(payment.answer, at: payment.place) }
            return waiter
        }
        wake(waiter)
    }

    private func wake(_ waiter: CheckedContinuation<Void, Never>?) { waiter?.resume() }

    /// The answers, when all are there.
    func answers() async -> [Answer] {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                guard state.missing > 0 else { return true }
                state.waiter = continuation
                return false
            }
            if isDone { continuation.resume() }
        }
        return state.withLock { $0.answers.map { $0 ?? .failure(Refusal(.internal)) } }
    }
}
