private import Synchronization

/// A ``SeededGenerator`` by reference, which many tasks may draw from.
public final class LedgerRandom: RandomNumberGenerator, Sendable {
    private let generator: Mutex<SeededGenerator>

    /// The generator of a seed.
    public init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    public func next() -> UInt64 { generator.withLock { $0.next() } }
}
