// A merchant in one file: takes payments over TCP on the loopback address and, without a broker, is
// its own. Read it from top to bottom; `toll-wallet` is the other half.
//
//     toll-merchant                                  two parties
//     toll-merchant --broker http://127.0.0.1:8420   three

import ArgumentParser
import Foundation
import KeyFile
import Logging
import PayWord
import ServiceLifecycle
import TollBrokerAPI
import TollCLI
import TollMerchant
import TollSQLite
import TollTransport
import UnixSignals

@main
struct TollMerchantProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toll-merchant",
        abstract: "Sell a joke for 0.0025, and redeem what was paid on Control-C.",
        discussion: """
            EXAMPLES
              toll-merchant
              toll-merchant --broker http://127.0.0.1:8420 --folder ./shop
            """, version: CommandLineProgram.version)

    @Option(help: "The broker's API; without one, this merchant is its own broker.")
    var broker: String?

    @Option(help: "Where the key and the channels are kept.")
    var folder = "toll-merchant-data"

    @Option(help: "The port on the loopback address.")
    var port = 7600

    static func main() async { await CommandLineProgram.run(Self.self) }

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
    }

    func run() async throws {
        let clock: @Sendable () -> Timestamp = { Timestamp(UInt64(Date().timeIntervalSince1970)) }
        let logger = Logger(label: "toll-merchant") { StreamLogHandler.standardError(label: $0) }
        let asset = try Asset(code: "EUR", scale: 6)

        // 1. A key that names the merchant, and a store in which what is acknowledged is durable.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let key = try merchantKey()
        let store = try SQLiteChannelStore(
            path: "\(folder)/channels.sqlite", merchant: key.publicKey)
        do { try store.takeServingLock() } catch {
            throw CommandError.notServing(error, elsewhere: "--folder DIR")
        }

        // 2. Who settles: a broker over HTTP, or the merchant in its own books.
        let settler: any RedeemingBroker
        let identity: BrokerIdentity
        var client: BrokerClient?
        if let broker {
            let api = try BrokerClient(broker, logger: logger)
            identity = BrokerIdentity(root: try await api.describe().root)
            _ = try await api.enrol(
                key.sign(
                    Enrolment(
                        broker: identity.root, subject: key.publicKey, role: .merchant,
                        asset: asset, createdAt: clock(), displayName: "Joke shop")))
            client = api
            settler = api
        } else {
            identity = BrokerIdentity(root: key.publicKey)
            settler = OwnLedger(key: key, asset: asset, store: store)
        }

        // 3. What the merchant takes, and what it sells.
        var policy = MerchantPolicy(asset: asset, brokers: broker == nil ? [] : [identity])
        policy.twoPartyMaximum = broker == nil ? try asset.amount("5") : nil
        let merchant = Merchant(
            key: key, policy: policy, store: store,
            catalogue: try Catalogue([
                "joke": Price(unit: "joke", amount: try asset.amount("0.0025"))
            ]), clock: clock, logger: logger)

        // 4. Serve until Control-C. Each payment is checked here, with one hash, asking nobody.
        let server = PeerServer(
            .init(address: PeerAddress(host: "127.0.0.1", port: port)), key: key,
            service: merchant, clock: clock, logger: logger)
        let announcement = Task {
            let place = try await server.address()
            print("toll+tcp://\(key.publicKey)@\(place)")
            fflush(nil)
        }
        do {
            try await ServiceGroup(
                services: [server], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger
            ).run()
        } catch let refusal as Refusal {
            throw CommandError(
                refusal, hint: "if another program listens there, choose another --port; 0 is any")
        }
        try await announcement.value

        // 5. Thousands of payments, one settlement.
        let redeemer = Redeemer(
            key: key, asset: asset, store: store, brokers: [identity.root: settler],
            clock: clock, logger: logger)
        let totals = try await redeemer.redeem(at: identity.root).totals()
        print("settled \(asset.text(totals.net)) \(asset.code)")
        await client?.shutdown()
    }

    private func merchantKey() throws -> SigningKey {
        let path = "\(folder)/merchant.key"
        if !FileManager.default.fileExists(atPath: path) {
            var random = SystemRandomNumberGenerator()
            try SecretFile.create(
                path, SecretBytes(count: 32, using: &random))
        }
        return try SigningKey(seed: SecretFile.read(path))
    }
}
