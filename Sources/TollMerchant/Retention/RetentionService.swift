public import Logging
public import PayWord
public import ServiceLifecycle

/// Purges channels that are over, a few times a day, until the program stops.
public struct RetentionService: Service {
    /// How often it looks.
    static let interval = Duration.seconds(6 * 3600)

    private let store: any ChannelStore
    private let age: Seconds
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger

    /// A service that purges channels whose redeem-by passed more than `age` ago.
    public init(
        store: any ChannelStore, age: Seconds, clock: @escaping @Sendable () -> Timestamp,
        logger: Logger = Logger(label: "tollchain.retention")
    ) {
        self.store = store
        self.age = age
        self.clock = clock
        self.logger = logger
    }

    /// Purges at once and then at intervals, until the task is cancelled or a graceful shutdown
    /// begins. Faults of the store are logged and not thrown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await purgeOnce()
                do { try await Task.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    func purgeOnce() async {
        let rule = PurgeRule(olderThan: age, at: clock())
        do throws(Refusal) {
            let totals = try await ChannelPurge(store: store, rule: rule).run()
            for (asset, sum) in totals {
                logger.notice(
                    "purged",
                    metadata: [
                        "channels": "\(sum.channels)",
                        "settled": "\(asset.textWithCode(sum.settled))",
                        "lapsed": "\(asset.textWithCode(sum.lapsed))",
                    ])
            }
        } catch {
            logger.warning("no purge", metadata: ["reason": "\(error.reason.code)"])
        }
    }
}
