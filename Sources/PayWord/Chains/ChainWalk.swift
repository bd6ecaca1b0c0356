internal import CChainKernel

/// A payword and where it stands in its chain.
public struct ChainPosition: Hashable, Sendable {
    /// How many units the payword pays: 0 at the root.
    public let index: ChainIndex
    /// The payword at that index; at index 0, the root.
    public let payword: Payword

    /// The payword at an index.
    public init(index: ChainIndex, payword: Payword) {
        self.index = index
        self.payword = payword
    }
}

extension ChainKey: PebbleWalker {
    func walk(
        from source: UnsafeRawPointer, at index: UInt32, steps: UInt32,
        to target: UnsafeMutableRawPointer
    ) {
        withBytes { key in
            toll_chain_walk(
                key.assumingMemoryBound(to: UInt8.self).baseAddress, index,
                source.assumingMemoryBound(to: UInt8.self), steps,
                target.assumingMemoryBound(to: UInt8.self))
        }
    }
}

extension ChainKey {
    /// The position `steps` steps below `position`:
    /// `w[i-1] = SHA-256(chain_key(16) || be32(i) || w[i](32))`, one compression each.
    ///
    /// More steps than the index has lead to the root.
    public func walk(from position: ChainPosition, steps: UInt32) -> ChainPosition {
        let steps = min(steps, position.index.value)
        var output = Bytes32.zero
        withUnsafeMutableBytes(of: &output) { output in
            self.withBytes { key in
                position.payword.withBytes { from in
                    toll_chain_walk(
                        key.assumingMemoryBound(to: UInt8.self).baseAddress, position.index.value,
                        from.assumingMemoryBound(to: UInt8.self).baseAddress, steps,
                        output.assumingMemoryBound(to: UInt8.self).baseAddress)
                }
            }
        }
        return ChainPosition(
            index: ChainIndex(position.index.value - steps), payword: Payword(storage: output))
    }

    /// The payword at `index`, found from one at or above it; nil if `position` is below.
    public func payword(at index: ChainIndex, from position: ChainPosition) -> Payword? {
        guard position.index >= index else { return nil }
        return walk(from: position, steps: position.index.steps(downTo: index)).payword
    }
}
