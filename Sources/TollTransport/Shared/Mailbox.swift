private import Synchronization

/// Hands elements from any number of senders to one taker, who gets all that gathered meanwhile.
///
/// It has no limit of its own: what is put in is bounded by the session that puts it.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isFinished = false
        var waiter: CheckedContinuation<Void, Never>?

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }

    /// Guards everything: senders and the taker run on different threads.
    private let state = Mutex(State())

    /// Adds elements; after ``finish()`` they are dropped.
    func put(_ elements: some Sequence<Element>) {
        let waiter = state.withLock { state in
            guard !state.isFinished else { return nil as CheckedContinuation<Void, Never>? }
            state.elements.append(contentsOf: elements)
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Takes no more; what is in can still be taken.
    func finish() {
        let waiter = state.withLock { state in
            state.isFinished = true
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Everything that gathered, at least one element; nil when nothing will come any more.
    /// Cancelling the taker finishes the mailbox.
    func takeAll() async -> [Element]? {
        while true {
            let (elements, isFinished) = state.withLock { state in
                let taken = state.elements
                state.elements = []
                return (taken, state.isFinished)
            }
            if !elements.isEmpty { return elements }
            if isFinished { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { wait($0) }
            } onCancel: {
                finish()
            }
        }
    }

    private func wait(_ continuation: CheckedContinuation<Void, Never>) {
        let isReady = state.withLock { state in
            guard state.elements.isEmpty, !state.isFinished else { return true }
            state.waiter = continuation
            return false
        }
        if isReady { continuation.resume() }
    }
}
