private import Dispatch
internal import PayWord
private import Synchronization

/// A few threads for signatures: one verification takes as long as a thousand paywords, so openings,
/// however many come at once, leave the other cores to payments.
final class VerificationPool: Sendable {
    /// How many verifications may wait; one more is `busy`.
    static let waitingMaximum = 16_384
    /// How many run at once.
    static let threadsMaximum = 2

    private let queues: [DispatchQueue]
    /// How many were begun, which tells whose turn it is, and how many have not ended.
    private let begun = Atomic<Int>(0)
    private let waiting = Atomic<Int>(0)

    init(threads: Int = VerificationPool.threadsMaximum) {
        queues = (0..<max(1, threads)).map {
            DispatchQueue(label: "tollchain.verification.\($0)")
        }
    }

    /// Runs `body` on one of the threads, after what came to it before.
    /// - Throws: what `body` throws; `busy` if too much waits.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.waitingMaximum else {
            throw Refusal(.busy, "\(Self.waitingMaximum) channels wait to be opened")
        }
        let turn = begun.add(1, ordering: .relaxed).oldValue
        let queue = queues[turn % queues.count]
        let result: Result<Value, Refusal> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(Refusal) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
