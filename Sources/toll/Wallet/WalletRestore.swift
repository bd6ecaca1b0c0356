import ArgumentParser
import KeyFile
import PayWord
import TollBrokerAPI
import TollCLI
import TollWallet

/// `toll wallet restore`: a wallet from its secret alone.
struct WalletRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a wallet back from its secret and what the broker keeps.",
        discussion: """
            Put the copy of wallet.key into the wallet's folder, or name it with --secret. The \
            broker lists the account's commitments; the wallet checks that its own keys signed them \
            and that its own chains end in them. How far each is paid the merchants show when it \
            connects, and it believes them only as far as they can show its own paywords.

            EXAMPLES
              toll wallet restore --broker https://broker.example --secret ~/paper-copy.key
              toll wallet restore --broker http://127.0.0.1:8420 --home ./again
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var budget: BudgetOptions

    @Option(help: "The address of the broker's API.")
    var broker: String

    @Option(help: "A file with the wallet's secret.", completion: .file())
    var secret: String?

    @Option(help: "What is paid in: CODE/SCALE, as the broker has it.")
    var asset: String?

    func run() async throws {
        let context = try await common.context()
        try context.places.prepare(.wallet)
        try takeSecret(context)
        if !context.places.has(.wallet, WalletSettings.fileName) {
            _ = try await WalletMaking.finish(
                context, url: broker, asset: asset, budget: budget, connection)
        }
        let home = try await WalletHome(context)
        let (root, _) = try home.broker()
        let report = try await askingBroker(connection.broker(broker, context)) { client in
            try await home.wallet.restore(
                from: client, root: root, address: broker, asset: home.asset)
        }
        var facts = home.settings.facts(context)
        facts.add("Live channels", .count(report.live.count))
        facts.add("Ended channels", .count(report.ended.count))
        facts.add("Known channels", .count(report.known.count))
        facts.add("Foreign channels", .count(report.foreign.count))
        context.output.show(facts)
        for (id, refusal) in report.foreign.sorted(by: { $0.key < $1.key }) {
            context.output.warn("\(id.hex) is not of this secret: \(refusal)")
        }
    }

    private func takeSecret(_ context: CommandContext) throws {
        let place = context.places.file(.wallet, WalletHome.secretFile)
        guard let secret else {
            guard context.places.has(.wallet, WalletHome.secretFile) else {
                throw CommandError(
                    code: "not-found", detail: "there is no secret at ‘\(place)’",
                    hint: "put the copy there, or name it: --secret FILE", exitCode: .unknown)
            }
            return
        }
        let bytes = try SecretFile.read(secret)
        if context.places.has(.wallet, WalletHome.secretFile) {
            guard try SecretFile.read(place).isEqual(to: bytes) else {
                throw CommandError(
                    code: "exists", detail: "‘\(place)’ holds another secret",
                    hint: "choose another --home for this one", exitCode: .refused)
            }
            return
        }
        try SecretFile.create(place, bytes)
    }
}
