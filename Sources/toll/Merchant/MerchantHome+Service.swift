import Foundation
import Logging
import PayWord
import TollCLI
import TollMerchant
import TollTransport

/// What the configuration asks of a service.
extension MerchantHome {
    /// How much memory the service takes.
    var limits: MerchantLimits {
        var limits = MerchantLimits()
        if let waiting = values.whole("limits.waitingPayments") {
            limits.waitingPaymentsMaximum = Int(clamping: waiting)
        }
        if let channels = values.whole("limits.channelsInMemory") {
            limits.liveChannelsMaximum = Int(clamping: channels)
        }
        return limits
    }

    /// Where and within which limits payments are taken.
    func peerConfiguration(_ endpoint: Endpoint) throws -> PeerServer.Configuration {
        var configuration = PeerServer.Configuration(
            address: PeerAddress(host: endpoint.host, port: endpoint.port))
        configuration.identity = try Self.identity(values)
        configuration.allowPlainTCPOffLoopback = values.isOn("allowInsecureTransport")
        if let all = values.whole("limits.connections") {
            configuration.connectionsMaximum = Int(clamping: all)
        }
        if let each = values.whole("limits.connectionsPerAddress") {
            configuration.connectionsPerAddressMaximum = Int(clamping: each)
        }
        if let drain = values.whole("limits.drainSeconds") { configuration.drainSeconds = drain }
        return configuration
    }

    /// The service's logger, to standard error.
    func serviceLogger() -> Logger {
        let isJSON = values.text("log.format") == "json"
        var logger = Logger(label: "toll.merchant") { label -> any LogHandler in
            if isJSON { JSONLogHandler() } else { StreamLogHandler.standardError(label: label) }
        }
        logger.logLevel = values.text("log.level").flatMap(Logger.Level.init(rawValue:)) ?? .notice
        return logger
    }

    /// The certificate that is configured, with its key, as the files are now.
    static func identity(_ values: ConfigurationValues) throws -> ServerIdentity? {
        guard let certificate = values.text("tls.certificate"), let key = values.text("tls.key")
        else { return nil }
        return try ServerIdentity(
            certificateChainPEM: read(certificate), privateKeyPEM: read(key))
    }

    private static func read(_ file: String) throws(Refusal) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Refusal(.storageFailed, "‘\(file)’ cannot be read")
        }
        return Array(data)
    }
}
