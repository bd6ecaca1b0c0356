import Foundation
import Logging
import Metrics
import PayWord
import ServiceLifecycle
import Synchronization
import TollBrokerAPI
import TollCLI
import TollMerchant
import TollOperator

/// What a merchant's operator sees: the figures, and whether all is well. It keeps what costs too much
/// to find out each time somebody asks.
final class MerchantOperator: Sendable {
    private struct Known {
        var balance: MerchantBalance?
        /// When each broker last answered a turn of the redeemer.
        var redeemedAt: [PublicKey: Timestamp] = [:]
        /// Why each broker could not be asked; nil if it could.
        var brokerFaults: [String: String?] = [:]
    }

    let metrics = MetricsRegistry(descriptions: MerchantOperator.descriptions)
    private let startedAt: Timestamp
    private let clock: @Sendable () -> Timestamp
    /// Guards what is known, which services write and readers of the address read.
    private let known = Mutex(Known())

    init(clock: @escaping @Sendable () -> Timestamp) {
        self.clock = clock
        startedAt = clock()
    }

    /// Notes what came of a turn of the redeemer.
    func note(_ broker: PublicKey, _ result: Result<RedemptionReport, Refusal>) {
        switch result {
        case .success(let report):
            known.withLock { $0.redeemedAt[broker] = clock() }
            Self.redemptions.increment()
            Self.claimsRefused.increment(by: Int64(clamping: report.claimsRefused))
        case .failure(let refusal):
            Self.redemptionsFailed(refusal.reason).increment()
        }
    }

    private static var redemptions: Counter { Counter(label: "tollchain_merchant_redemptions") }
    private static var claimsRefused: Counter {
        Counter(label: "tollchain_merchant_claims_refused")
    }
    private static func redemptionsFailed(_ reason: Reason) -> Counter {
        Counter(
            label: "tollchain_merchant_redemptions_failed", dimensions: [("reason", reason.code)])
    }

    /// Has what is counted of redemptions stand at 0 from the start, for every reason: a rule on a
    /// figure that is not there matches nothing, and misses the first step of one that appears.
    func startCounting() {
        _ = (Self.redemptions, Self.claimsRefused, Reason.allCases.map(Self.redemptionsFailed))
    }

    func note(_ balance: MerchantBalance) { known.withLock { $0.balance = balance } }

    func note(broker url: String, fault: String?) {
        known.withLock { $0.brokerFaults[url] = .some(fault) }
    }

    /// Adds the figures that are read when they are asked for.
    func addGauges(of merchant: Merchant, _ home: MerchantHome, redeeming: [PublicKey]) {
        metrics.addGauge("tollchain_merchant_payments_waiting") {
            Double(merchant.waitingPayments)
        }
        metrics.addGauge("tollchain_merchant_channels_in_memory") {
            Double(merchant.channelsInMemory)
        }
        for broker in redeeming {
            metrics.addGauge(
                "tollchain_merchant_redemption_age_seconds", [("broker", "\(broker)")]
            ) { [self] in
                let last = known.withLock { $0.redeemedAt[broker] } ?? startedAt
                return Double(clock().since(last))
            }
        }
        for entry in home.settings.brokers {
            metrics.addGauge("tollchain_merchant_broker_up", [("broker", entry.root)]) { [self] in
                known.withLock { $0.brokerFaults[entry.url] }.map { $0 == nil ? 1 : 0 }
            }
        }
        addAmounts("\(home.asset)")
    }

    private func addAmounts(_ asset: String) {
        let figures: [(String, @Sendable (MerchantBalance) -> UInt64)] = [
            ("accepted", { $0.accepted.units }), ("spent", { $0.spent.units }),
            ("due", { $0.due.units }), ("unclaimed", { $0.unclaimed.units }),
            ("claimed", { $0.claimed.units }), ("settled", { $0.settled.units }),
            ("refused", { $0.refused.units }), ("short", { $0.short.units }),
        ]
        for (state, figure) in figures {
            metrics.addGauge(
                "tollchain_merchant_amount_units", [("state", state), ("asset", asset)]
            ) { [self] in known.withLock(\.balance).map { Double(figure($0)) } }
        }
        metrics.addGauge("tollchain_merchant_channels_open") { [self] in
            known.withLock(\.balance).map { Double($0.openChannels) }
        }
    }

    /// What the service depends on: its store, which must answer and write, and its brokers, which
    /// payments do not need.
    func readiness(_ home: MerchantHome) -> Readiness {
        let folder = home.context.places.folder(.merchant)
        var checks = [
            ReadinessCheck("store") { await StoreProbe.fault(of: home.store) },
            ReadinessCheck("disk") { DiskProbe.fault(in: folder) },
        ]
        for entry in home.settings.brokers {
            checks.append(
                ReadinessCheck("broker \(entry.url)", isFatal: false) { [self] in
                    let state: String?? = known.withLock { $0.brokerFaults[entry.url] }
                    return state ?? "not asked yet"
                })
        }
        return Readiness(checks)
    }

    private static let descriptions = [
        "tollchain_peer_connections": "Open connections of payers.",
        "tollchain_peer_connections_turned_away_total": "Connections that were one too many.",
        "tollchain_peer_payments_accepted_total": "Payments that were acknowledged.",
        "tollchain_peer_payments_refused_total": "Payments that were refused, by reason.",
        "tollchain_peer_payments_per_batch": "Payments that were answered together.",
        "tollchain_merchant_commit_seconds": "How long a commit of payments took.",
        "tollchain_merchant_channels_per_commit": "Channels that shared a commit.",
        "tollchain_merchant_commits_failed_total": "Commits of payments that failed.",
        "tollchain_merchant_payments_waiting": "Payments that wait for the disk.",
        "tollchain_merchant_channels_in_memory": "Channels in memory.",
        "tollchain_merchant_channels_open": "Channels that take payments.",
        "tollchain_merchant_amount_units": "Amounts in the least unit of the asset, by state.",
        "tollchain_merchant_redemption_age_seconds":
            "Seconds since a redemption last succeeded, or since the start.",
        "tollchain_merchant_redemptions_total": "Turns of the redeemer that a broker answered.",
        "tollchain_merchant_redemptions_failed_total": "Turns that failed, by reason.",
        "tollchain_merchant_claims_refused_total": "Claims that a broker refused for good.",
        "tollchain_merchant_broker_up": "Whether the broker answered when it was last asked.",
    ]
}
