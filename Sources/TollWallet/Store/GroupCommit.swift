internal import PayWord

/// Joins what concurrent channels write into one transaction: while one commit is under way, the
/// next batch gathers, so that 200 channels cost about as many commits as one.
actor GroupCommit<Item: Sendable> {
    /// Writes a batch; a result by position.
    typealias Commit = @Sendable ([Item]) async -> Result<[Result<Void, Refusal>], Refusal>
    private typealias Waiting = (
        item: Item, done: CheckedContinuation<Result<Void, Refusal>, Never>
    )

    /// How many items one transaction takes.
    private let batchMaximum: Int
    private let commit: Commit
    /// What gathers for the next commit; guarded by the actor, as is whether one is under way.
    private var waiting: [Waiting] = []
    private var isCommitting = false

    init(batchMaximum: Int = 1024, commit: @escaping Commit) {
        self.batchMaximum = batchMaximum
        self.commit = commit
    }

    /// Returns when `item` is durable, or was refused.
    func submit(_ item: Item) async throws(Refusal) {
        let result = await withCheckedContinuation { done in
            waiting.append((item, done))
            if !isCommitting {
                isCommitting = true
                Task { await self.run() }
            }
        }
        try result.get()
    }

    private func run() async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(batchMaximum))
            waiting.removeFirst(batch.count)
            let result = await commit(batch.map(\.item))
            for (position, entry) in batch.enumerated() {
                entry.done.resume(returning: result.flatMap { Self.result($0, position) })
            }
        }
        isCommitting = false
    }

    private static func result(
        _ results: [Result<Void, Refusal>], _ position: Int
    ) -> Result<Void, Refusal> {
        guard position < results.count else {
            return .failure(Refusal(.storageFailed, "the store answered too little"))
        }
        return results[position]
    }
}
