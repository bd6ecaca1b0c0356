// A wallet in one file: opens a channel to a merchant and pays it a number of times, one hash each.
// Read it from top to bottom; `toll-merchant` is the other half.
//
//     toll-wallet toll+tcp://KEY@127.0.0.1:7600                                  two parties
//     toll-wallet toll+tcp://KEY@127.0.0.1:7600 --broker http://127.0.0.1:8420   three

import ArgumentParser
import Foundation
import KeyFile
import Logging
import PayWord
import TollBrokerAPI
import TollCLI
import TollSQLite
import TollTransport
import TollWallet

@main
struct TollWalletProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toll-wallet",
        abstract: "Buy jokes from toll-merchant.",
        discussion: """
            EXAMPLES
              toll-wallet toll+tcp://KEY@127.0.0.1:7600
              toll-wallet toll+tcp://KEY@127.0.0.1:7600 --count 1000 --broker http://127.0.0.1:8420
            """, version: CommandLineProgram.version)

    @Argument(help: "The merchant's address, as toll-merchant prints it.")
    var address: String

    @Option(help: "The broker's API, if the merchant is not its own; it must have a faucet.")
    var broker: String?

    @Option(help: "Where the secret and the records are kept.")
    var folder = "toll-wallet-data"

    @Option(help: "How many jokes.")
    var count = 100

    static func main() async { await CommandLineProgram.run(Self.self) }

    func validate() throws {
        guard (1...1_000_000).contains(count) else {
            throw ValidationError("--count is 1 to 1000000")
        }
    }

    func run() async throws {
        let clock: @Sendable () -> Timestamp = { Timestamp(UInt64(Date().timeIntervalSince1970)) }
        let logger = Logger(label: "toll-wallet") { StreamLogHandler.standardError(label: $0) }
        let asset = try Asset(code: "EUR", scale: 6)

        // 1. One secret, from which every key and every payword derives, and a store that never
        //    sees it.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let wallet = Wallet(
            secret: try secret(), store: try SQLiteWalletStore(path: "\(folder)/wallet.sqlite"),
            clock: clock, logger: logger)

        // 2. A connection on which the merchant has proved its key, and its signed price.
        let place: MerchantAddress
        let link: PeerConnection
        do {
            place = try MerchantAddress(address)
            link = try await PeerConnection.connect(
                to: PeerAddress(host: place.host, port: place.port),
                trust: place.isTLS ? .merchantKey : .plain(), merchant: place.merchant,
                agent: "toll-wallet", clock: clock)
        } catch {
            throw CommandError(
                error, hint: "start toll-merchant, and give the address that it prints, whole",
                exitCode: error.reason == .malformed ? .usage : nil)
        }
        let offer = try await wallet.quote("joke", over: link)
        let total = try offer.payload.price.multiplied(by: UInt64(count))

        // 3. A channel: one signed commitment. With a broker, the money is locked first.
        let plan = try ChainPlan(
            capacity: total, price: offer.payload.price, count: UInt64(count))
        let channel = try await openChannel(wallet, place, offer, plan, clock, logger)
        _ = try await wallet.connect(channel, over: link)

        // 4. Pay: each payment reveals one hash or a few, and signs nothing.
        let intent = PaymentIntent(
            amount: offer.payload.price, resource: "joke", units: 1, offer: offer)
        let outcomes = try await wallet.pay(channel, Array(repeating: intent, count: count))
        print("paid \(outcomes.count { $0.isAcknowledged }) of \(count) jokes")

        // 5. The merchant's own signature under what it was paid.
        let receipt = try await wallet.receipt(channel).payload
        print("receipt: \(asset.text(receipt.spent)) \(asset.code), \(receipt.payments) payments")
        await link.end()
        if let failed = outcomes.first(where: { !$0.isAcknowledged }) {
            throw failed.refusal ?? Refusal(.timedOut)
        }
    }

    private func openChannel(
        _ wallet: Wallet, _ place: MerchantAddress, _ offer: Verified<Offer>, _ plan: ChainPlan,
        _ clock: @Sendable () -> Timestamp, _ logger: Logger
    ) async throws -> CommitmentID {
        var terms = ChannelTerms(
            merchant: place.merchant, address: address, broker: place.merchant,
            asset: offer.payload.asset, plan: plan, from: clock(), offer: offer)
        guard let broker else {
            guard offer.payload.brokers.contains(place.merchant) else {
                throw CommandError(
                    Refusal(.untrustedBroker, "the merchant is not its own broker"),
                    hint: "name the broker that it takes: --broker URL")
            }
            return try await wallet.openTwoPartyChannel(terms).id
        }

        let client = try BrokerClient(broker, logger: logger)
        terms.broker = try await client.describe().root
        _ = try await wallet.enrol(
            at: client, root: terms.broker, address: broker, asset: terms.asset)
        try await wallet.drawFaucet(plan.worth, at: client, root: terms.broker, asset: terms.asset)
        let channel = try await wallet.openChannel(terms, at: client)
        await client.shutdown()
        return channel.id
    }

    private func secret() throws -> WalletSecret {
        let path = "\(folder)/wallet.key"
        if !FileManager.default.fileExists(atPath: path) {
            var random = SystemRandomNumberGenerator()
            try SecretFile.create(
                path, WalletSecret.generate(using: &random).bytes)
        }
        return try WalletSecret(SecretFile.read(path))
    }
}
