import FixtureKit

@testable import PayWord

/// A whole chain, kept, to compare with.
struct WholeChain {
    let key: ChainKey
    /// By index; the root is first.
    let paywords: [Payword]
    var length: UInt32 { UInt32(paywords.count - 1) }
    var tip: ChainPosition {
        ChainPosition(index: ChainIndex(length), payword: paywords[paywords.count - 1])
    }

    init(length: UInt32, random: inout SeededRandom) {
        key = ChainKey.random(using: &random)
        var position = ChainPosition(
            index: ChainIndex(length), payword: Payword.random(using: &random))
        var paywords = [position.payword]
        while position.index > .zero {
            position = key.walk(from: position, steps: 1)
            paywords.append(position.payword)
        }
        self.paywords = paywords.reversed()
    }
}
