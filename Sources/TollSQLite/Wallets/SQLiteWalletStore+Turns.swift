public import PayWord
public import TollWallet

extension SQLiteWalletStore {
    /// Takes the channel's lock in the file `-turns` beside the database. Whoever waits next holds a
    /// second lock, so that the one who has the turn cannot have it again before: turns alternate.
    public func turn(
        on id: CommitmentID, waiting: Duration
    ) async throws(Refusal) -> ChannelTurn {
        let number = id.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let (own, next) = (number << 1, number << 1 | 1)
        let deadline = ContinuousClock.now.advanced(by: waiting)
        try await turns.wait(for: next, until: deadline)
        defer { turns.release(next) }
        try await turns.wait(for: own, until: deadline)
        return ChannelTurn { [turns] in turns.release(own) }
    }
}

extension FileLock {
    /// Waits for the lock of a place.
    /// - Throws: `busy` at the deadline, or when the task is cancelled; `storage-failed`.
    fileprivate func wait(
        for place: UInt64, until deadline: ContinuousClock.Instant
    ) async throws(Refusal) {
        var pause = Duration.milliseconds(1)
        while try !take(place) {
            guard ContinuousClock.now < deadline, (try? await Task.sleep(for: pause)) != nil else {
                throw Refusal(.busy, "another program pays on the channel")
            }
            pause = min(pause * 2, .milliseconds(16))
        }
    }
}
