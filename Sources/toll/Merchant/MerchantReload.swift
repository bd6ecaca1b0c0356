import Logging
import PayWord
import ServiceLifecycle
import TollCLI
import TollMerchant
import TollTransport
import UnixSignals

/// Reads the configuration again at SIGHUP: prices and the TLS certificate change while payments go
/// on. With a mistake in it, everything stays as it was; what else changed needs a restart, and is
/// named.
struct MerchantReload: Service {
    let home: MerchantHome
    let flags: [String: String]
    let merchant: Merchant
    let server: PeerServer
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() { reload() }
    }

    private func reload() {
        do {
            let configuration = try home.context.merchantConfiguration(flags: flags)
            let errors = configuration.faults.filter { $0.severity == .error }
            for fault in errors {
                logger.error("not reloaded", metadata: ["fault": "\(fault.text); \(fault.fix)"])
            }
            guard errors.isEmpty else { return }
            try apply(configuration.values)
        } catch {
            logger.error("not reloaded", metadata: ["fault": "\(error)"])
        }
    }

    private func apply(_ values: ConfigurationValues) throws {
        var changed = MerchantReload.changes(home.values, values)
        // Before anything is changed, since it may fail.
        let identity = try MerchantHome.identity(values)
        if changed.contains("asset") {
            changed.insert("prices")
        } else {
            merchant.replacePrices(try MerchantSettings(values).catalogue())
            changed.remove("prices")
        }
        // The files may be new ones at the old paths.
        if let identity, home.values.entry("tls.key") != nil {
            try server.replaceIdentity(identity)
            changed.subtract(["tls.certificate", "tls.key"])
        }
        logger.notice(
            "reloaded", metadata: ["prices": "\(values.names("prices").count)"])
        guard !changed.isEmpty else { return }
        logger.warning(
            "a restart is needed",
            metadata: ["for": "\(changed.sorted().joined(separator: ", "))"])
    }

    /// The keys that have another value; all prices are one, and so is each list.
    static func changes(_ old: ConfigurationValues, _ new: ConfigurationValues) -> Set<String> {
        func table(_ values: ConfigurationValues) -> [String: ConfigurationScalar] {
            Dictionary(values.entries.map { ($0.key, $0.value) }) { first, _ in first }
        }
        let (old, new) = (table(old), table(new))
        let keys = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
        return Set(
            keys.map { key in
                key.hasPrefix("prices") ? "prices" : String(key.prefix { $0 != "[" })
            })
    }
}
