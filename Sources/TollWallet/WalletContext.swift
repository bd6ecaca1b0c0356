internal import Failpoints
internal import Logging
internal import PayWord
internal import Synchronization

/// What all parts of one wallet share.
struct WalletContext: Sendable {
    let secret: WalletSecret
    let store: any WalletStore
    let policy: WalletPolicy
    let clock: @Sendable () -> Timestamp
    let random: RandomSource
    let failpoints: Failpoints
    let logger: Logger
    let writeAheads: GroupCommit<WriteAhead>
    let updates: GroupCommit<ProgressUpdate>

    /// Waits for this program's turn on a channel.
    func turn(on id: CommitmentID) async throws(Refusal) -> ChannelTurn {
        try await store.turn(
            on: id, waiting: .seconds(Int64(clamping: policy.turnMaximum)))
    }

    init(
        secret: WalletSecret, store: any WalletStore, policy: WalletPolicy,
        clock: @escaping @Sendable () -> Timestamp,
        random: any RandomNumberGenerator & Sendable, failpoints: Failpoints, logger: Logger
    ) {
        self.secret = secret
        self.store = store
        self.policy = policy
        self.clock = clock
        self.random = RandomSource(random)
        self.failpoints = failpoints
        self.logger = logger
        writeAheads = GroupCommit { batch in
            do throws(Refusal) { return .success(try await store.writeAhead(batch)) } catch {
                return .failure(error)
            }
        }
        updates = GroupCommit { batch in
            do throws(Refusal) { return .success(try await store.record(batch)) } catch {
                return .failure(error)
            }
        }
    }
}

/// The wallet's randomness. The lock guards the generator, which any channel may draw from.
final class RandomSource: Sendable {
    private let generator: Mutex<any RandomNumberGenerator & Sendable>

    init(_ generator: any RandomNumberGenerator & Sendable) { self.generator = Mutex(generator) }

    /// A value of bytes drawn at random.
    func draw<Value: FixedBytes>(_: Value.Type = Value.self) -> Value {
        generator.withLock { generator in
            var source = Drawing(generator: generator)
            defer { generator = source.generator }
            return Value.random(using: &source)
        }
    }

    /// Seals a note with a fresh nonce.
    func seal(
        _ note: [UInt8], associated: [UInt8], key: SecretBytes
    ) throws(Refusal) -> [UInt8] {
        try generator.withLock { (generator) throws(Refusal) in
            var source = Drawing(generator: generator)
            defer { generator = source.generator }
            return try SealedNote.seal(note, associated: associated, key: key, using: &source)
        }
    }

    private struct Drawing: RandomNumberGenerator {
        var generator: any RandomNumberGenerator & Sendable
        mutating func next() -> UInt64 { generator.next() }
    }
}
