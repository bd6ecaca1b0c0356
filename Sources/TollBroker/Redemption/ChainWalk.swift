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
    /// How many steps a task has at least: about a millisecond, so that a batch of a second's tenth
    /// still keeps all cores busy to its end.
    private static let stepsOfTask: UInt64 = 1 << 16
    /// Fewer walks than this leave lanes empty; more of them would keep a few long walks on one core.
    /// Many walks of one length come in multiples of 16, the lanes of the widest kernel.
    private static let walksOfTask = 8

    /// Whether each claimed payword leads to the redeemed one, in the order of `walks`.
    ///
    /// Walks of like length go side by side in the lanes of one core, so that few lanes idle at the
    /// end, and the cores share the batch.
    static func leadDown(_ walks: [ChainWalk]) async -> [Bool] {
        let order = walks.indices.sorted { walks[$0].steps > walks[$1].steps }
        let tasks = CostedWork.Tasks(cost: stepsOfTask, count: walksOfTask)
        let reached = await CostedWork.map(
            order, tasks, cost: { walks[$0].steps }
        ) { places in await descend(places.map { walks[$0] }) }
        var isRight = [Bool](repeating: false, count: walks.count)
        for (place, leads) in zip(order, reached) { isRight[place] = leads }
        return isRight
    }

    private static func descend(_ walks: [ChainWalk]) async -> [Bool] {
        var positions = walks.map(\.from)
        var pending = Array(walks.indices)
        while !pending.isEmpty {
            let turn = max(1, stepsOfTurn / UInt32(clamping: pending.count))
            let descents = pending.map { place in
                let left = positions[place].index.steps(downTo: walks[place].to.index)
                return ChainDescent(
                    key: walks[place].key, from: positions[place], steps: min(turn, left))
            }
            let paywords = ChainDescent.walk(descents)
            for (place, (descent, payword)) in zip(pending, zip(descents, paywords)) {
                positions[place] = ChainPosition(index: descent.end, payword: payword)
            }
            pending.removeAll { positions[$0].index <= walks[$0].to.index }
            if !pending.isEmpty { await Task.yield() }
        }
        return zip(walks, positions).map {
            ConstantTime.areEqual($1.payword, $0.to.payword)
        }
    }
}
