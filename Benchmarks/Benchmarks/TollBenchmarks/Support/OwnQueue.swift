import Benchmark
import Dispatch

/// The library waits for an asynchronous benchmark on the thread that it runs on itself. Swift's pool
/// has a thread for each core: with one of them waiting, what is measured would have one core less.
/// So the library runs on a queue of its own.
extension BenchmarkRunner {
    static func main() async {
        await Task(executorPreference: OwnQueue()) { await LibraryRunner.main() }.value
    }
}

/// Runs the benchmarks as the library would without ``BenchmarkRunner/main()``.
private struct LibraryRunner: BenchmarkRunnerHooks {
    static func registerBenchmarks() { benchmarks() }
}

/// Runs tasks on a thread that is none of the pool's.
private final class OwnQueue: TaskExecutor {
    private let queue = DispatchQueue(label: "tollchain.benchmark")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
