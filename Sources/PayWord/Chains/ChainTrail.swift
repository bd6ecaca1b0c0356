internal import CChainKernel

/// What a payer keeps of one pass down a chain: where it led, and the paywords that were wanted on
/// the way.
public struct ChainTrail: Hashable, Sendable {
    /// The position at the end of the walk: the root, for a walk of as many steps as the index.
    public let reached: ChainPosition
    /// The positions that were wanted, highest first. All but the reached one are secret until they
    /// are revealed.
    public let kept: [ChainPosition]
}

extension ChainKey {
    /// Walks `steps` steps down from `position` in one pass, and keeps the paywords at `indexes`.
    ///
    /// `indexes` go downwards. One that is not on the way, or above the one before it, is left out
    /// of what is kept. What the kernel holds of the paywords in memory is wiped.
    ///
    /// ```swift
    /// let trail = key.walk(from: tip, steps: tip.index.value, keeping: pebbles)
    /// trail.reached.payword                   // the root
    /// trail.kept                              // the pebbles
    /// ```
    public func walk(
        from position: ChainPosition, steps: UInt32, keeping indexes: [ChainIndex]
    ) -> ChainTrail {
        let descent = ChainDescent(key: self, from: position, steps: steps)
        return ChainDescent.walk([descent], keeping: [indexes])[0]
    }
}

extension ChainDescent {
    /// Takes all walks side by side, each in one pass, and keeps of each the paywords at its own
    /// list of indexes, as ``ChainKey/walk(from:steps:keeping:)`` does. A walk without a list keeps
    /// nothing. The trails are in the order of `descents`.
    public static func walk(
        _ descents: [ChainDescent], keeping indexes: [[ChainIndex]]
    ) -> [ChainTrail] {
        // One list for all walks, of which each has a part.
        var wanted: [ChainIndex] = []
        var parts: [Range<Int>] = []
        parts.reserveCapacity(descents.count)
        for (place, descent) in descents.enumerated() {
            let start = wanted.count
            if place < indexes.count { wanted += descent.onTheWay(indexes[place]) }
            parts.append(start..<wanted.count)
        }
        var kept = [Payword](repeating: .zero, count: wanted.count)
        var reached = [Payword](repeating: .zero, count: descents.count)
        take(descents, keeping: wanted, of: parts, into: &kept, reached: &reached)

        return descents.indices.map { place in
            ChainTrail(
                reached: ChainPosition(index: descents[place].end, payword: reached[place]),
                kept: parts[place].map { ChainPosition(index: wanted[$0], payword: kept[$0]) })
        }
    }

    /// Those of `indexes` that the walk passes, as long as they go downwards.
    private func onTheWay(_ indexes: [ChainIndex]) -> [ChainIndex] {
        var lowest = index
        return indexes.filter { wanted in
            guard wanted <= lowest, wanted >= end else { return false }
            lowest = wanted
            return true
        }
    }

    private static func take(
        _ descents: [ChainDescent], keeping wanted: [ChainIndex], of parts: [Range<Int>],
        into kept: inout [Payword], reached: inout [Payword]
    ) {
        descents.withUnsafeBytes { descents in
            wanted.withUnsafeBytes { wanted in
                kept.withUnsafeMutableBytes { kept in
                    let marks = parts.map { part in
                        toll_marks(
                            indexes: wanted.baseAddress?.assumingMemoryBound(to: UInt32.self)
                                .advanced(by: part.lowerBound),
                            count: part.count,
                            values: kept.baseAddress?.assumingMemoryBound(to: UInt8.self)
                                .advanced(by: part.lowerBound * Payword.byteCount))
                    }
                    reached.withUnsafeMutableBytes { reached in
                        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: parts.count) {
                            toll_chain_walk_many_marking(
                                descents.assumingMemoryBound(to: toll_walk.self).baseAddress,
                                marks, parts.count, $0.baseAddress,
                                reached.assumingMemoryBound(to: UInt8.self).baseAddress)
                        }
                    }
                }
            }
        }
    }
}
