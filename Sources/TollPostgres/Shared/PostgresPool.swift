private import Dispatch
internal import Foundation
internal import Logging
internal import PayWord
private import Synchronization

/// A few connections, each on a thread of its own, so that nothing that waits for the server keeps a
/// thread of Swift's or an event loop from its work. Calls wait in one queue for the first that is
/// free.
final class PostgresPool: Sendable {
    private let queue: PostgresQueue
    private let options: PostgresOptions

    init(
        _ string: ConnectionString, _ options: PostgresOptions, connections: Int, log: Logger
    ) {
        self.options = options
        queue = PostgresQueue(countMaximum: options.waitingMaximum)
        for number in 1...max(1, connections) {
            let thread = Thread { [queue, options, log] in
                let session = PostgresSession(string, options, log)
                queue.serve(session, idle: options.idleCheckInterval)
            }
            thread.name = "postgres-\(number)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    deinit { queue.close() }

    /// Does work on a connection, from its first statement to its last.
    /// - Parameter body: may run more than once, where a transaction is tried again.
    /// - Returns: what `body` gives.
    /// - Throws: what `body` throws; `busy` when too much waits; `storage-failed`.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(Refusal) -> Value {
        let deadline = ContinuousClock.now + options.waitMaximum
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Refusal>, Never>) in
            let wasTaken = queue.add { session in
                guard let session else {
                    let refusal = Refusal(.storageFailed, "the store was closed")
                    return continuation.resume(returning: .failure(refusal))
                }
                guard ContinuousClock.now < deadline else {
                    return continuation.resume(returning: .failure(Self.busy))
                }
                continuation.resume(returning: session.perform(body))
            }
            if !wasTaken { continuation.resume(returning: .failure(Self.busy)) }
        }
        return try result.get()
    }

    /// Does work that nobody waits for, if there is room; what it throws is dropped.
    func submit(_ body: @escaping @Sendable (PostgresConnection) throws -> Void) {
        _ = queue.add { session in _ = session?.perform(body) }
    }

    /// Does work in one transaction that writes.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresTransaction) throws -> Value
    ) async throws(Refusal) -> Value {
        try await run { try $0.transaction(.writing, body) }
    }

    /// Reads in one transaction, all of one moment.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresTransaction) throws -> Value
    ) async throws(Refusal) -> Value {
        try await run { try $0.transaction(.snapshot, body) }
    }

    /// Runs one statement that reads.
    func rows<Value: Sendable>(
        _ text: String, _ values: [PostgresValue],
        _ body: @escaping @Sendable (PostgresRow) throws -> Value
    ) async throws(Refusal) -> [Value] {
        try await run { try $0.rows(text, values).map(body) }
    }

    private static let busy = Refusal(.busy, "too many calls wait for PostgreSQL")
}

/// What waits for a connection.
private final class PostgresQueue: Sendable {
    /// Work for a session; nil when there will be none.
    typealias Job = @Sendable (PostgresSession?) -> Void

    private struct State {
        var jobs: [Job] = []
        /// Where in `jobs` the first stands that waits.
        var first = 0
        var isClosed = false

        mutating func takeFirst() -> Job? {
            guard first < jobs.count else { return nil }
            defer {
                first += 1
                if first == jobs.count {
                    jobs.removeAll(keepingCapacity: true)
                    first = 0
                } else if first > 1024 {
                    jobs.removeFirst(first)
                    first = 0
                }
            }
            return jobs[first]
        }
    }

    private let countMaximum: Int
    /// Guards what waits.
    private let state = Mutex(State())
    /// Counts what waits, once for each job, and once for each thread at the end.
    private let signal = DispatchSemaphore(value: 0)

    init(countMaximum: Int) { self.countMaximum = countMaximum }

    /// - Returns: whether there was room.
    func add(_ job: @escaping Job) -> Bool {
        let hasRoom = state.withLock { state in
            guard !state.isClosed, state.jobs.count - state.first < countMaximum else {
                return false
            }
            state.jobs.append(job)
            return true
        }
        if hasRoom { signal.signal() }
        return hasRoom
    }

    /// Works on this thread until the queue is closed.
    func serve(_ session: PostgresSession, idle: Duration) {
        while true {
            let seconds = max(1, Int(clamping: idle.components.seconds))
            guard signal.wait(timeout: .now() + .seconds(seconds)) == .success else {
                session.checkIdle()
                continue
            }
            let (job, isClosed) = state.withLock { ($0.takeFirst(), $0.isClosed) }
            job?(isClosed ? nil : session)
            guard isClosed else { continue }
            session.close()
            // The next thread hears of it, too.
            signal.signal()
            if job == nil { return }
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }
}
