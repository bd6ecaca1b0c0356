internal import PayWord

/// One walk of a redemption: from the payword that a merchant claims down to the one that was
/// redeemed last.
struct ChainWalk: Sendable {
    /// The claim's place among those that are judged.
    let claim: Int
    let key: ChainKey
    let from: ChainPosition
    let to: ChainPosition

    /// How many steps it takes.
    var steps: UInt64 { UInt64(from.index.steps(downTo: to.index)) }

    /// How many steps are walked before other tasks get their turn.
    private static let stepsOfTurn: UInt32 = 1 << 20

    /// Whether the claimed payword leads to the redeemed one.
    func leadsDown() async -> Bool {
        var position = from
        var left = from.index.steps(downTo: to.index)
        while left > 0 {
            let turn = min(left, Self.stepsOfTurn)
            position = key.walk(from: position, steps: turn)
            left -= turn
            if left > 0 { await Task.yield() }
        }
        return ConstantTime.areEqual(position.payword, to.payword)
    }
}
