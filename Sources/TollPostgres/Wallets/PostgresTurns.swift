public import PayWord
private import Synchronization
public import TollWallet

/// Turns on channels: advisory locks, which the server takes back when the connection ends, and with
/// it the program, however that ends.
///
/// The locks belong to one connection, so what this program holds is known here, too. If the
/// connection is lost, so are the locks; until the turns end, another program may then have the same
/// ones. Nothing is paid twice by that: a channel still moves by compare-and-raise.
final class PostgresTurns: Sendable {
    private let pool: PostgresPool
    private let held = HeldLocks()

    /// Turns over a pool of one connection, which is used for nothing else.
    init(_ pool: PostgresPool) { self.pool = pool }

    /// Takes a lock, if nobody else has it.
    func take(_ key: Int64) async throws(Refusal) -> Bool {
        try await pool.run { [held] connection in
            guard !held.contains(key) else { return false }
            let row = try connection.rows("SELECT pg_try_advisory_lock($1)", [.integer(key)]).first
            guard try row?.boolean(0) == true else { return false }
            held.insert(key)
            return true
        }
    }

    /// Gives a lock back, before whoever takes it next in this program looks.
    func release(_ key: Int64) {
        pool.submit { [held] connection in
            held.remove(key)
            _ = try connection.rows("SELECT pg_advisory_unlock($1)", [.integer(key)])
        }
    }

    /// Waits for a lock.
    /// - Throws: `busy` at the deadline, or when the task is cancelled; `storage-failed`.
    func wait(for key: Int64, until deadline: ContinuousClock.Instant) async throws(Refusal) {
        var pause = Duration.milliseconds(1)
        while try await !take(key) {
            guard ContinuousClock.now < deadline, (try? await Task.sleep(for: pause)) != nil else {
                throw Refusal(.busy, "another program pays on the channel")
            }
            pause = min(pause * 2, .milliseconds(16))
        }
    }
}

extension PostgresWalletStore {
    /// Takes an advisory lock of the channel. Whoever waits next holds a second one, so that the one
    /// who has the turn cannot have it again before: turns alternate.
    /// - Throws: `busy` when the wait was too long; `storage-failed`.
    public func turn(
        on id: CommitmentID, waiting: Duration
    ) async throws(Refusal) -> ChannelTurn {
        let name = SHA256.digest(Array("tollchain turn".utf8), wallet.bytes, id.bytes)
        let number = name.bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let (own, next) = (number & ~1, number | 1)
        let deadline = ContinuousClock.now.advanced(by: waiting)
        try await turns.wait(for: next, until: deadline)
        defer { turns.release(next) }
        try await turns.wait(for: own, until: deadline)
        return ChannelTurn { [turns] in turns.release(own) }
    }
}

/// The locks that this program holds.
private final class HeldLocks: Sendable {
    private let keys = Mutex<Set<Int64>>([])

    func contains(_ key: Int64) -> Bool { keys.withLock { $0.contains(key) } }
    func insert(_ key: Int64) { keys.withLock { _ = $0.insert(key) } }
    func remove(_ key: Int64) { keys.withLock { _ = $0.remove(key) } }
}
