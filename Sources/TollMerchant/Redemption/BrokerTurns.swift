internal import PayWord

/// The turns at one broker: what is due is looked at, and redeemed when the schedule says so. After a
/// turn that failed the next one comes by itself, later and later. It knows nothing of other brokers.
struct BrokerTurns {
    /// Of all its time, looking takes at most this part.
    static let restFactor = 20
    /// How many settlements are looked at to find the last one of a broker.
    static let settlementsMaximum = 256

    /// What one step did, and how long to wait before the next.
    struct Step {
        /// Why there was a turn; nil where none was due, or it is a repeat of one that failed.
        var trigger: RedemptionSchedule.Trigger?
        /// What came of it; nil where there was none.
        var result: Result<RedemptionReport, Refusal>?
        var pause: Duration
    }

    let broker: PublicKey
    let redeemer: Redeemer
    let schedule: RedemptionSchedule
    private var failures = 0
    private var last: Timestamp?
    private var left = ClaimableTotal.nothing

    init(_ broker: PublicKey, _ redeemer: Redeemer, _ schedule: RedemptionSchedule) {
        self.broker = broker
        self.redeemer = redeemer
        self.schedule = schedule
    }

    /// Looks, redeems if it is time, and says how long to wait.
    mutating func step(random: UInt64) async -> Step {
        let start = ContinuousClock.now
        var trigger: RedemptionSchedule.Trigger?
        if failures == 0 {
            do throws(Refusal) { trigger = try await look() } catch {
                return fail(nil, error, random)
            }
            guard trigger != nil else {
                let rest = (ContinuousClock.now - start) * Self.restFactor
                return Step(pause: max(schedule.lookPause(random: random), rest))
            }
        }
        do throws(Refusal) {
            let report = try await redeemer.redeem(at: broker)
            left = try await redeemer.store.claimableTotal(at: broker, asset: redeemer.asset)
            failures = 0
            last = redeemer.clock()
            return Step(
                trigger: trigger, result: .success(report),
                pause: schedule.lookPause(random: random))
        } catch {
            return fail(trigger, error, random)
        }
    }

    private mutating func fail(
        _ trigger: RedemptionSchedule.Trigger?, _ refusal: Refusal, _ random: UInt64
    ) -> Step {
        failures += 1
        return Step(
            trigger: trigger, result: .failure(refusal),
            pause: schedule.pause(afterFailures: failures, random: random))
    }

    private mutating func look() async throws(Refusal) -> RedemptionSchedule.Trigger? {
        let store = redeemer.store
        if try await !store.unansweredBatches(at: broker).isEmpty { return .unanswered }
        let now = redeemer.clock()
        if last == nil { last = try await lastSettlement() ?? now }
        let total = try await store.claimableTotal(at: broker, asset: redeemer.asset)
        return schedule.trigger(total, left: left, last: last ?? now, now: now)
    }

    /// When the broker last settled something, so that a service that is restarted often redeems all
    /// the same.
    private func lastSettlement() async throws(Refusal) -> Timestamp? {
        try await redeemer.store.settlements(before: nil, limit: Self.settlementsMaximum)
            .first { $0.broker == broker }?.settledAt
    }
}
