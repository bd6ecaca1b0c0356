internal import PayWord
private import Synchronization

/// One value that is settled once and that anybody may wait for.
final class Outcome<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Value, Refusal>, Never>

    private struct State {
        var result: Result<Value, Refusal>?
        var waiters: [Waiter] = []
    }

    /// Guards the value and who waits for it.
    private let state = Mutex(State())

    /// Settles the value; the first time counts.
    func settle(_ result: Result<Value, Refusal>) {
        let waiters = state.withLock { state in
            guard state.result == nil else { return [Waiter]() }
            state.result = result
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: result) }
    }

    /// The value, when it is settled.
    func get() async throws(Refusal) -> Value {
        let result = await withCheckedContinuation { continuation in
            let settled = state.withLock { state in
                if state.result == nil { state.waiters.append(continuation) }
                return state.result
            }
            if let settled { continuation.resume(returning: settled) }
        }
        return try result.get()
    }
}
