public import Logging
public import PayWord
public import ServiceLifecycle

/// Runs a redeemer at intervals until the program stops. A broker that is away is asked again at the
/// next turn; a batch that is under way at a stop is sent again after the next start.
///
/// ```swift
/// let service = RedeemerService(redeemer: redeemer, interval: .seconds(3600))
/// try await ServiceGroup(services: [service], logger: logger).run()
/// ```
public struct RedeemerService: Service {
    private let redeemer: Redeemer
    private let interval: Duration
    private let logger: Logger
    private let onTurn: @Sendable (PublicKey, Result<RedemptionReport, Refusal>) -> Void

    /// A service that redeems every `interval`. `onTurn` is told what came of each turn at a broker.
    public init(
        redeemer: Redeemer, interval: Duration,
        logger: Logger = Logger(label: "tollchain.redeemer"),
        onTurn: @escaping @Sendable (PublicKey, Result<RedemptionReport, Refusal>) -> Void = {
            _, _ in
        }
    ) {
        self.onTurn = onTurn
        self.redeemer = redeemer
        self.interval = interval
        self.logger = logger
    }

    /// Waits for the interval, redeems, and so on until the task is cancelled or a graceful
    /// shutdown begins. Broker and store faults are logged and not thrown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                guard !Task.isCancelled else { return }
                await redeemOnce()
            }
        }
    }

    /// Redeems at every broker; one that fails does not keep the others from their turn.
    public func redeemOnce() async {
        for broker in redeemer.brokers.keys.sorted() {
            do throws(Refusal) {
                let report = try await redeemer.redeem(at: broker)
                onTurn(broker, .success(report))
                guard !report.settlements.isEmpty else { continue }
                logger.info(
                    "redeemed",
                    metadata: [
                        "broker": "\(broker)", "claims": "\(report.claimsAccepted)",
                        "refused": "\(report.claimsRefused)",
                    ])
            } catch {
                onTurn(broker, .failure(error))
                logger.warning(
                    "redemption waits",
                    metadata: ["broker": "\(broker)", "reason": "\(error.reason.code)"])
            }
        }
    }
}
