import NIOCore
import PayWord

/// Who is who: which channels are active and how long their chains are, and which lane and
/// connection each is on.
struct Crowd: Sendable {
    private let plan: LoadPlan
    private let popularity: Popularity

    init(_ plan: LoadPlan) {
        self.plan = plan
        popularity = Popularity(count: plan.active)
    }

    /// All channels, the active ones first, the hottest before all.
    func make(_ maker: ChannelMaker) async throws -> [MadeChannel] {
        let total = plan.payments
        return try await maker.make(
            (0..<plan.channels).map { place in
                guard place < plan.active else {
                    return (.idle, ChannelKind.idle.lengths(payments: 0))
                }
                let kind = ChannelKind.active(place)
                return (kind, kind.lengths(payments: popularity.payments(at: place, of: total)))
            })
    }

    /// How often the active channels of a lane pay: every so manieth of all.
    func popularity(ofLane lane: Int) -> Popularity {
        let count = max(0, (plan.active - lane + plan.lanes - 1) / plan.lanes)
        return Popularity(count: count, first: lane, stride: plan.lanes)
    }

    /// The connections of a lane with their channels: dealt out in turn, so that each connection has
    /// as many active ones as any other.
    func connections(ofLane lane: Int, _ made: [MadeChannel]) -> [[MadeChannel]] {
        let own = stride(from: lane, to: made.count, by: plan.lanes).map { made[$0] }
        let count = min(own.count, (plan.connections - lane + plan.lanes - 1) / plan.lanes)
        return (0..<max(count, 0)).map { first in
            stride(from: first, to: own.count, by: count).map { own[$0] }
        }
    }
}

/// Has all lanes pay at once.
struct Cashier: Sendable {
    let plan: LoadPlan
    let lanes: [Lane]
    let crowd: Crowd

    /// Pays so many a second, each lane by the popularity of its channels.
    func pay(_ rate: UInt64, seconds: UInt64) async throws -> Tally {
        let shares = lanes.indices.map { Double(crowd.popularity(ofLane: $0).total) }
        let whole = shares.reduce(0, +)
        let start = NIODeadline.now() + .milliseconds(20)
        return try await withThrowingTaskGroup { tasks in
            for (lane, share) in zip(lanes, shares) {
                tasks.addTask {
                    try await lane.pay(
                        perSecond: Double(rate) * share / max(whole, 1), from: start,
                        nanoseconds: seconds * Tally.second,
                        patience: .seconds(Int64(plan.patienceSeconds)))
                }
            }
            return try await tasks.reduce(into: Tally()) { $0.merge($1) }
        }
    }
}
