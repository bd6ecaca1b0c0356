internal import PayWord
internal import Synchronization

/// One batch of payments: collects the answers to them, whichever commits they go into, and wakes the
/// caller when the last is given.
final class PaymentTicket: Sendable {
    private struct State {
        var answers: PaymentAnswers
        /// How many are not given. An answer that is set is given when what it says is on disk.
        var missing: Int
        var waiter: CheckedContinuation<Void, Never>?

        /// - Returns: who waits, if these were the last.
        mutating func give(_ count: Int) -> CheckedContinuation<Void, Never>? {
            guard count > 0 else { return nil }
            missing -= count
            guard missing == 0 else { return nil }
            defer { waiter = nil }
            return waiter
        }
    }

    /// What is to be paid.
    let requests: [PaymentRequest]
    /// Guards the answers and the one waiter. Taken after a channel's lock, never before it.
    private let state: Mutex<State>

    init(_ requests: [PaymentRequest]) {
        self.requests = requests
        state = Mutex(
            State(answers: PaymentAnswers(count: requests.count), missing: requests.count))
    }

    /// Sets answers.
    /// - Parameter body: sets them, and returns how many answers are given with that.
    func set(_ body: (inout PaymentAnswers) -> Int) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            let count = body(&state.answers)
            return state.give(count)
        }
        waiter?.resume()
    }

    /// Refuses payments.
    func refuse(_ places: Range<Int>, _ refusal: Refusal) {
        set { answers in
            for place in places { answers.refuse(refusal, at: place) }
            return places.count
        }
    }

    /// Gives so many answers, as they were set.
    func give(_ count: Int) { set { _ in count } }

    /// The answers, when all are given.
    func answers() async -> PaymentAnswers {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                guard state.missing > 0 else { return true }
                state.waiter = continuation
                return false
            }
            if isDone { continuation.resume() }
        }
        return state.withLock { $0.answers }
    }
}
