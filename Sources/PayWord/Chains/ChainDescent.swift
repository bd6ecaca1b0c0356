internal import CChainKernel

/// A walk down a chain that is still to be taken, so that many can be taken side by side: on most
/// processors that costs a fraction of one after the other.
///
/// ```swift
/// let descents = claims.map { ChainDescent(key: $0.key, from: $0.claimed, steps: $0.steps) }
/// let paywords = ChainDescent.walk(descents)  // in the order of `descents`
/// ```
public struct ChainDescent: Hashable, Sendable {
    // In the order and form in which the kernel reads a walk (`struct toll_walk`), so that an array
    // of them is handed over as it is. A test holds the two together.

    /// What every step of the chain hashes first.
    public let key: ChainKey
    /// The payword that the walk starts from.
    public let payword: Payword
    /// Where that payword stands in its chain.
    public let index: ChainIndex
    /// How many steps the walk takes; at most the index.
    public let steps: UInt32

    /// A walk of `steps` steps from `position`. More steps than the index has lead to the root.
    public init(key: ChainKey, from position: ChainPosition, steps: UInt32) {
        self.key = key
        payword = position.payword
        index = position.index
        self.steps = min(steps, position.index.value)
    }

    /// The index that the walk leads to.
    public var end: ChainIndex { ChainIndex(index.value - steps) }

    /// Takes all walks, the longest first, and writes the payword that each leads to at its place
    /// in `results`. Walks for which `results` has no room are not taken.
    ///
    /// Nothing is copied, and one word a walk is allocated. Lengths need not be alike.
    public static func walk(
        _ descents: Span<ChainDescent>, into results: inout MutableSpan<Payword>
    ) {
        let count = min(descents.count, results.count)
        descents.withUnsafeBufferPointer { descents in
            results.withUnsafeMutableBufferPointer { results in
                let walks = UnsafeRawPointer(descents.baseAddress)
                let paywords = UnsafeMutableRawPointer(results.baseAddress)
                withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { scratch in
                    toll_chain_walk_many(
                        walks?.assumingMemoryBound(to: toll_walk.self), count,
                        scratch.baseAddress, paywords?.assumingMemoryBound(to: UInt8.self))
                }
            }
        }
    }

    /// Takes all walks, the longest first: the payword that each leads to, in the order of
    /// `descents`.
    public static func walk(_ descents: [ChainDescent]) -> [Payword] {
        var results = [Payword](repeating: .zero, count: descents.count)
        var span = results.mutableSpan
        walk(descents.span, into: &span)
        return results
    }
}
