import Synchronization

/// Runs asynchronous code to its end on the caller's thread, one job after another in the order in
/// which they come, so that the same input always does the same thing.
enum OneThread {
    static func run(_ body: @escaping @Sendable () async throws -> Void) throws {
        let executor = QueueExecutor()
        let outcome = Outcome()
        Task(executorPreference: executor) {
            do {
                try await body()
                outcome.result.withLock { $0 = .success(()) }
            } catch {
                outcome.result.withLock { $0 = .failure(error) }
            }
        }
        executor.runAll()
        guard let result = outcome.result.withLock({ $0 }) else {
            throw BrokenPromise("nothing is left to run, and the work is not done")
        }
        try result.get()
    }

    private final class Outcome: Sendable {
        /// Written by the task, read when nothing is left to run.
        let result = Mutex<Result<Void, any Error>?>(nil)
    }

    private final class QueueExecutor: TaskExecutor {
        /// What is to be run, oldest first.
        private let jobs = Mutex<[UnownedJob]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            jobs.withLock { $0.append(job) }
        }

        func runAll() {
            let executor = asUnownedTaskExecutor()
            while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                job.runSynchronously(on: executor)
            }
        }
    }
}
