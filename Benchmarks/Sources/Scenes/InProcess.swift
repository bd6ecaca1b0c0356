import CLimits
import PayWord
import StoreConformance

/// A chain whose paywords are judged one after another, in memory: what a merchant does for a
/// payment once its bytes are read. And the same hashes by a bare loop.
package final class InProcess {
    package let positions: [ChainPosition]
    private let start: ChainVerifier
    private let chain: UnsafeMutablePointer<limit_chain>

    package init(count: Int = 4096) {
        var generator = SeededGenerator(seed: 3)
        let secret = WalletSecret.generate(using: &generator)
        let length = ChainIndex(UInt32(count))
        var cursor = secret.cursor(
            context: .random(using: &generator), ordinal: Ordinal.all(count: 1)[0], length: length)
        start = ChainVerifier(key: cursor.key, length: length, accepted: cursor.revealed)
        positions = (1...UInt32(count)).map { index in
            ChainPosition(
                index: ChainIndex(index), payword: cursor.advance(to: ChainIndex(index)) ?? .zero)
        }
        chain = .allocate(capacity: 1)
        chain.initialize(to: limit_chain())
    }

    deinit { chain.deallocate() }

    /// Judges every payword and takes it over.
    package func judgeAll() throws {
        var verifier = start
        for position in positions {
            _ = try verifier.check(position, stepsMaximum: 1 << 16)
            verifier.accept(position)
        }
    }

    /// As many single steps, each from bytes to bytes.
    package func hashAll(_ loop: Loop) {
        for position in positions { loop.run(chain, position.index.value, 1) }
    }

    /// The payer's side: reveals every payword, from a cursor at the root.
    package static func cursor(length: UInt32) -> ChainCursor {
        var generator = SeededGenerator(seed: 4)
        return WalletSecret.generate(using: &generator).cursor(
            context: .random(using: &generator), ordinal: Ordinal.all(count: 1)[0],
            length: ChainIndex(length))
    }
}
