import ArgumentParser
import Foundation
import KeyFile
import Logging
import PayWord
import TollBrokerAPI
import TollSQLite
import TollTransport
import TollWallet

/// `toll-chaos payer`: the process that pays, over and over, until it is killed.
///
/// It keeps nothing in its head: what it has paid its wallet's database says. It writes a line for
/// each payment that was acknowledged, after the wallet has returned it.
struct PayerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payer", abstract: "Pay until killed.", shouldDisplay: false)

    @Option var home: String
    @Option var merchant: String
    @Option var broker: String
    @Option var seed: UInt64
    @Option var channels: Int
    @Flag(help: "Find out what became of all that was sent, and pay nothing new.")
    var settle = false
    @Flag var json = false

    func run() async throws {
        let folder = "\(home)/wallet"
        let clock: @Sendable () -> Timestamp = {
            Timestamp(UInt64(max(0, Date().timeIntervalSince1970)))
        }
        var logger = Logger(label: "payer")
        logger.logLevel = .critical
        var configuration = BrokerClientConfiguration()
        configuration.totalTime = .seconds(2)
        configuration.unreachedTime = .seconds(2)
        let client = try BrokerClient(broker, configuration: configuration, logger: logger)
        let wallet = Wallet(
            secret: try WalletSecret(SecretFile.read("\(folder)/wallet.key")),
            store: try SQLiteWalletStore(path: "\(folder)/wallet.sqlite"), clock: clock,
            logger: logger)
        let payer = Payer(
            wallet: wallet, client: client, address: try MerchantAddress(merchant), clock: clock,
            seed: seed)
        Payer.say("ready")
        if settle {
            try await payer.settle()
        } else {
            await withTaskGroup { group in
                for place in 0..<channels { group.addTask { await payer.pay(place) } }
            }
        }
    }
}
