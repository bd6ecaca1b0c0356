public import PayWord

/// When a service redeems at a broker: whichever comes first. All that is nil never comes.
///
/// ```swift
/// var schedule = RedemptionSchedule()
/// schedule.interval = 3600
/// schedule.amount = try euro.amount("100")
/// ```
public struct RedemptionSchedule: Sendable, Equatable {
    /// Why a turn is due.
    public enum Trigger: String, Sendable {
        /// A batch waits for its answer.
        case unanswered
        /// The interval is over.
        case interval
        /// As much is due as was asked for.
        case amount
        /// As many channels have something due as were asked for.
        case channels
        /// What is due must be redeemed soon.
        case expiry
    }

    /// Redeem so long after the last turn.
    public var interval: Seconds?
    /// Redeem when this much more is due than the last turn left.
    public var amount: Amount?
    /// Redeem when so many more channels have something due than the last turn left.
    public var channels: UInt64?
    /// Redeem so long before the first redeem-by of what is due.
    public var beforeRedeemBy: Seconds?
    /// How often it looks what is due.
    public var look: Seconds = 60
    /// How long it waits after the first turn that failed; each further one doubles it.
    public var firstPause: Seconds = 60
    /// The bound of that, however long a broker is away.
    public var pauseMaximum: Seconds = 3600

    /// A schedule on which no turn is due, but for batches without an answer.
    public init() {}

    /// The most turns before a redeem-by that claim nothing of it, because the chains cannot
    /// express it: a turn for every change elsewhere would be one a minute.
    static let turnsBeforeRedeemBy: Seconds = 16

    /// Judges what can be claimed.
    ///
    /// - Parameters:
    ///   - total: what can be claimed now.
    ///   - left: what the last turn left: less than the chains could express.
    ///   - last: when the last turn was.
    ///   - now: the present time.
    /// - Returns: why a turn is due; nil if none is.
    public func trigger(
        _ total: ClaimableTotal, left: ClaimableTotal, last: Timestamp, now: Timestamp
    ) -> Trigger? {
        let waited = now.since(last)
        if let interval, waited >= interval { return .interval }
        guard total != left, total.channels > 0 else { return nil }
        if let amount, total.amount.subtractingOrZero(left.amount) >= amount { return .amount }
        if let channels, total.channels >= channels,
            total.channels - min(left.channels, total.channels) >= channels
        {
            return .channels
        }
        if let before = beforeRedeemBy, let end = total.redeemBy, end <= now.adding(before),
            left == .nothing || waited >= before / Self.turnsBeforeRedeemBy
        {
            return .expiry
        }
        return nil
    }

    /// How long to wait after so many turns that failed: between half of the bound and all of it, so
    /// that merchants whose broker comes back do not all come at once. `random` is any number.
    public func pause(afterFailures count: Int, random: UInt64) -> Duration {
        let doublings = UInt64(min(max(count - 1, 0), 20))
        let bound = min(firstPause << doublings, max(pauseMaximum, firstPause))
        return .milliseconds(Int64(clamping: bound * 500 + random % (bound * 500 + 1)))
    }

    /// How long to wait before the next look; up to a tenth more than ``look``.
    public func lookPause(random: UInt64) -> Duration {
        .milliseconds(Int64(clamping: look * 1000 + random % (look * 100 + 1)))
    }
}
