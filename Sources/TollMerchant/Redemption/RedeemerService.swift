public import Logging
public import PayWord
public import ServiceLifecycle

/// Runs a redeemer by a schedule until the program stops: at each broker by itself, so that one that
/// is away for days holds up no other. It is asked again and again, later and later; a batch that is
/// under way at a stop is sent again, byte for byte, after the next start.
///
/// ```swift
/// var schedule = RedemptionSchedule()
/// schedule.interval = 3600
/// let service = RedeemerService(redeemer: redeemer, schedule: schedule)
/// try await ServiceGroup(services: [service], logger: logger).run()
/// ```
public struct RedeemerService: Service {
    /// Time and chance as the service uses them: values, so that tests wait for nothing.
    struct Pacing: Sendable {
        var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
        var random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
    }

    private let redeemer: Redeemer
    private let schedule: RedemptionSchedule
    private let logger: Logger
    private let pacing: Pacing
    private let onTurn: @Sendable (PublicKey, Result<RedemptionReport, Refusal>) -> Void

    /// A service that redeems by a schedule. `onTurn` is told what came of each turn at a broker.
    public init(
        redeemer: Redeemer, schedule: RedemptionSchedule,
        logger: Logger = Logger(label: "tollchain.redeemer"),
        onTurn: @escaping @Sendable (PublicKey, Result<RedemptionReport, Refusal>) -> Void = {
            _, _ in
        }
    ) {
        self.init(
            redeemer: redeemer, schedule: schedule, logger: logger, pacing: Pacing(),
            onTurn: onTurn)
    }

    init(
        redeemer: Redeemer, schedule: RedemptionSchedule,
        logger: Logger = Logger(label: "tollchain.redeemer"), pacing: Pacing,
        onTurn: @escaping @Sendable (PublicKey, Result<RedemptionReport, Refusal>) -> Void
    ) {
        self.redeemer = redeemer
        self.schedule = schedule
        self.logger = logger
        self.pacing = pacing
        self.onTurn = onTurn
    }

    /// Looks and redeems until the task is cancelled or a graceful shutdown begins. Faults of brokers
    /// and of the store are logged and not thrown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for broker in redeemer.brokers.keys.sorted() {
                    group.addTask { await tend(broker) }
                }
            }
        }
    }

    private func tend(_ broker: PublicKey) async {
        var turns = BrokerTurns(broker, redeemer, schedule)
        while !Task.isCancelled {
            let step = await turns.step(random: pacing.random())
            // What a stop interrupted is no fault of the broker.
            guard !Task.isCancelled else { return }
            if let result = step.result { tell(broker, step.trigger, result) }
            do { try await pacing.sleep(step.pause) } catch { return }
        }
    }

    private func tell(
        _ broker: PublicKey, _ trigger: RedemptionSchedule.Trigger?,
        _ result: Result<RedemptionReport, Refusal>
    ) {
        onTurn(broker, result)
        switch result {
        case .success(let report):
            guard !report.settlements.isEmpty else { return }
            logger.info(
                "redeemed",
                metadata: [
                    "broker": "\(broker)", "claims": "\(report.claimsAccepted)",
                    "refused": "\(report.claimsRefused)",
                    "why": "\(trigger?.rawValue ?? "repeat")",
                ])
            guard report.claimsRefused > 0 else { return }
            logger.warning(
                "the broker refused claims: toll merchant refusals",
                metadata: ["broker": "\(broker)", "refused": "\(report.claimsRefused)"])
        case .failure(let refusal):
            logger.warning(
                "redemption waits",
                metadata: ["broker": "\(broker)", "reason": "\(refusal.reason.code)"])
        }
    }
}
