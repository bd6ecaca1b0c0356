import Logging
import PayWord
import ServiceLifecycle
import TollBrokerAPI
import TollCLI
import TollMerchant

/// What the configuration says of redeeming and keeping.
extension MerchantHome {
    /// When the service redeems by itself; nil if it does not.
    var redemptionSchedule: RedemptionSchedule? {
        get throws(Refusal) {
            let keys = ["everySeconds", "atAmount", "atChannels", "beforeExpirySeconds"]
            guard keys.contains(where: { values.entry("redeem.\($0)") != nil }) else { return nil }
            var schedule = RedemptionSchedule()
            schedule.interval = values.whole("redeem.everySeconds")
            schedule.amount = try values.text("redeem.atAmount").map { (text) throws(Refusal) in
                try asset.amount(text)
            }
            schedule.channels = values.whole("redeem.atChannels")
            schedule.beforeRedeemBy =
                values.whole("redeem.beforeExpirySeconds") ?? settings.redeemMarginSeconds / 2
            schedule.look = values.whole("redeem.lookSeconds") ?? schedule.look
            schedule.firstPause = values.whole("redeem.retrySeconds") ?? schedule.firstPause
            schedule.pauseMaximum =
                values.whole("redeem.retryMaximumSeconds") ?? schedule.pauseMaximum
            return schedule
        }
    }

    /// How long after their redeem-by settled channels are kept; nil for as long as the disk lasts.
    var retention: Seconds? { values.whole("retention.purgeAfterDays").map { $0 * .day } }

    /// What a service does beside taking payments: redeem, let go of what is over, and find out once
    /// whether the brokers know of more than this store.
    func backgroundServices(
        _ redeeming: (redeemer: Redeemer, clients: [BrokerClient]), _ logger: Logger,
        onTurn: @escaping @Sendable (PublicKey, Result<RedemptionReport, Refusal>) -> Void
    ) throws(Refusal) -> [any Service] {
        var services: [any Service] = []
        if let schedule = try redemptionSchedule {
            services.append(
                RedeemerService(
                    redeemer: redeeming.redeemer, schedule: schedule, logger: logger,
                    onTurn: onTurn))
        }
        if let retention {
            services.append(
                RetentionService(
                    store: store, age: retention, clock: CommandContext.clock, logger: logger))
        }
        var brokers: [(root: PublicKey, client: BrokerClient)] = []
        for (entry, client) in zip(settings.brokers, redeeming.clients) {
            brokers.append((try PartyText.key(entry.root, "a broker's root key"), client))
        }
        if !brokers.isEmpty {
            services.append(CounterWatch(counters: counters, brokers: brokers, logger: logger))
        }
        return services
    }

    /// What holds a broker's credits against this store.
    var counters: BrokerCounters { BrokerCounters(store: store, key: key, asset: asset) }
}
