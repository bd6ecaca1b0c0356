import ArgumentParser
import KeyFile
import PayWord
import TollBrokerAPI
import TollCLI
import TollWallet

/// `toll wallet init`: a secret, settings, a database, an account at the broker.
struct WalletInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a wallet: its secret, its budgets, its account at a broker.",
        discussion: """
            The secret is one file of 32 bytes, wallet.key, and it is the whole wallet. Keep a copy \
            of it where nobody else finds it; with it, toll wallet restore brings everything back.

            EXAMPLES
              toll wallet init --broker https://broker.example
              toll wallet init --broker http://127.0.0.1:8420 --per-day 2 --per-payment 0.10
              toll wallet init                       only merchants that are their own brokers
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var budget: BudgetOptions

    @Option(help: "The address of the broker's API.")
    var broker: String?

    @Option(help: "What is paid in: CODE/SCALE, as the broker has it.")
    var asset: String?

    func run() async throws {
        let context = try await common.context()
        try WalletMaking.checkIsNew(context)
        try context.places.prepare(.wallet)
        try WalletMaking.makeSecret(context)
        let made = try await WalletMaking.finish(
            context, url: context.settings.string("wallet.broker", flag: broker), asset: asset,
            budget: budget, connection)
        var facts = made.facts(context)
        facts.add("Secret", .text(context.places.file(.wallet, WalletHome.secretFile)))
        context.output.show(facts)
        context.output.say("Keep a copy of the secret. Next: toll wallet load AMOUNT")
    }
}

/// Budgets as flags.
struct BudgetOptions: ParsableArguments {
    @Option(help: "The most that one payment may be.")
    var perPayment: String?

    @Option(help: "The most that may be paid a day.")
    var perDay: String?

    @Option(help: "The most that may be paid to one merchant a day.")
    var perMerchant: String?

    @Option(help: "The most days that money may be locked: 9 or more, what a channel takes.")
    var lockDays: UInt64 = 30

    /// Checks what was typed, before anything is made.
    func check(_ asset: String?) throws(CommandError) {
        let asset = try AssetText.typed(asset ?? AssetText.standard)
        for text in [perPayment, perDay, perMerchant] {
            if let text { _ = try asset.typed(text) }
        }
    }
}

/// What `init` and `restore` have in common.
enum WalletMaking {
    static func checkIsNew(_ context: CommandContext) throws {
        guard !context.places.has(.wallet, WalletSettings.fileName) else {
            throw CommandError(
                code: "exists",
                detail: "there is a wallet in ‘\(context.places.folder(.wallet))’ already",
                hint: "use it, or choose another --home", exitCode: .refused)
        }
    }

    /// A secret that an `init` before this one made and did not finish with is used again.
    static func makeSecret(_ context: CommandContext) throws(Refusal) {
        guard !context.places.has(.wallet, WalletHome.secretFile) else { return }
        var random = SystemRandomNumberGenerator()
        try SecretFile.create(
            context.places.file(.wallet, WalletHome.secretFile),
            WalletSecret.generate(using: &random).bytes)
    }

    /// Opens the wallet, has it enrolled, and writes its settings last, since they are what says that
    /// a wallet is here.
    static func finish(
        _ context: CommandContext, url: String?, asset: String?, budget: BudgetOptions,
        _ connection: ConnectionOptions
    ) async throws -> WalletSettings {
        let days = ChannelTerms.standardLock / .day...400
        guard days.contains(budget.lockDays) else {
            throw CommandError.usage(
                "--lock-days is \(days.lowerBound) to \(days.upperBound)",
                hint: "a channel pays for a day, and merchants have eight more to redeem")
        }
        var settings = WalletSettings(
            asset: asset ?? AssetText.standard, broker: nil,
            budget: WalletSettings.Budget(
                perPayment: budget.perPayment, perDay: budget.perDay,
                perMerchantAndDay: budget.perMerchant, perCommitment: nil),
            lockDays: budget.lockDays)
        try budget.check(asset)
        let wallet = try WalletHome.open(context, policy: try settings.policy())
        if let url {
            let account = try await askingBroker(connection.broker(url, context)) { client in
                let description = try await client.describe()
                let wanted = try asset.map { try AssetText.typed($0) } ?? description.assets[0]
                return try await wallet.enrol(
                    at: client, root: description.root, address: url, asset: wanted)
            }
            settings.asset = "\(account.asset)"
            settings.broker = WalletSettings.Broker(root: "\(account.broker)", url: url)
            _ = try settings.policy()
        }
        try JSONFile.write(
            settings, to: context.places.file(.wallet, WalletSettings.fileName))
        return settings
    }
}

extension WalletSettings {
    func facts(_ context: CommandContext) -> Facts {
        var facts = Facts()
        facts.add("Folder", .text(context.places.folder(.wallet)))
        facts.add("Asset", .text(asset))
        facts.add("Broker", .optional(broker?.url))
        facts.add("Broker key", .optional(broker?.root))
        return facts
    }
}
