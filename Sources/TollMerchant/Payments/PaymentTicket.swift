internal import PayWord
internal import Synchronization

/// Collects the answers to one batch of payments, whichever commits they go into, and wakes the
/// caller when the last is there.
final class PaymentTicket: Sendable {
    typealias Answer = Result<PaymentOutcome, Refusal>

    private struct State {
        var answers: [Answer?]
        var missing: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// Guards the answers and the one waiter.
    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(answers: Array(repeating: nil, count: count), missing: count))
    }

    /// Gives the answer at a place, once.
    func answer(_ answer: Answer, at place: Int) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.answers.indices.contains(place), state.answers[place] == nil else {
                return nil
            }
            state.answers[place] = answer
            state.missing -= 1
            guard state.missing == 0 else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

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
