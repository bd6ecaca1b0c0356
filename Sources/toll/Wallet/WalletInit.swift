import ArgumentParser
import KeyFile
import PayWord
import TollBrokerAPI
import TollCLI
import TollPostgres
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
              toll wallet init --store postgres://toll@/toll     records in PostgreSQL
              toll wallet init --broker URL          later: a broker for a wallet without one
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var budget: BudgetOptions

    @Option(help: "The address of the broker's API.")
    var broker: String?

    @Option(help: "What is paid in: CODE/SCALE, as the broker has it.")
    var asset: String?

    @OptionGroup var database: StoreOption

    func run() async throws {
        let context = try await common.context()
        let url = context.settings.string("wallet.broker", flag: broker)
        let made: WalletSettings
        if context.places.has(.wallet, WalletSettings.fileName) {
            made = try await WalletMaking.addBroker(
                context, url: url, asset: asset, budget: budget, connection)
        } else {
            let store = try await database.make(.wallet, context)
            try context.places.prepare(.wallet)
            try WalletMaking.makeSecret(context)
            made = try await WalletMaking.finish(
                context, url: url, asset: asset, budget: budget, store: store, connection)
        }
        var facts = made.facts(context)
        facts.add("Secret", .text(context.places.file(.wallet, WalletHome.secretFile)))
        context.output.show(facts)
        context.output.say(
            "Keep a copy of the secret. Next: "
                + (made.broker == nil
                    ? "toll wallet pay, at merchants that are their own brokers; for others, "
                        + "toll wallet init --broker URL" : "toll wallet load AMOUNT"))
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
    var lockDays = Self.lockDaysStandard

    private static let lockDaysStandard: UInt64 = 30

    /// Whether a limit was given.
    var isGiven: Bool {
        perPayment != nil || perDay != nil || perMerchant != nil
            || lockDays != Self.lockDaysStandard
    }

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
    /// Gives the wallet that is there its account at a broker: its first, or the one that it has,
    /// again. Nothing else of it is changed.
    static func addBroker(
        _ context: CommandContext, url: String?, asset: String?, budget: BudgetOptions,
        _ connection: ConnectionOptions
    ) async throws -> WalletSettings {
        let home = try await WalletHome(context)
        var settings = home.settings
        func exists(_ what: String, _ hint: String) -> CommandError {
            CommandError(
                code: "exists",
                detail: "there is a wallet\(what) in ‘\(context.places.folder(.wallet))’ already",
                hint: hint, exitCode: .refused)
        }
        guard let url else {
            let adding = settings.broker == nil ? "add a broker to it with --broker URL, " : ""
            throw exists("", "use it, \(adding)or choose another --home")
        }
        if let broker = settings.broker, broker.url != url {
            throw exists(
                " with the broker \(broker.url)", "use it, or choose another --home for \(url)")
        }
        if let asset, try AssetText.typed(asset) != home.asset {
            throw exists(" that pays \(home.asset)", "choose another --home for \(asset)")
        }
        guard !budget.isGiven else {
            throw exists(
                "",
                "leave budgets out, and edit those in "
                    + context.places.file(.wallet, WalletSettings.fileName))
        }
        let root = try settings.broker.map { _ in try home.broker().root }
        let account = try await askingBroker(connection.broker(url, context)) { client in
            let description = try await client.describe()
            _ = try AssetText.counted(settings.asset, by: description)
            let root = root ?? description.root
            if let why = try await WalletHome.otherKey(home.wallet, root, context) { throw why }
            return try await home.wallet.enrol(
                at: client, root: root, address: url, asset: home.asset)
        }
        guard settings.broker == nil else { return settings }
        settings.broker = WalletSettings.Broker(root: "\(account.broker)", url: url)
        try JSONFile.write(
            settings, to: context.places.file(.wallet, WalletSettings.fileName))
        return settings
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
        store: String? = nil, _ connection: ConnectionOptions
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
            lockDays: budget.lockDays, store: store)
        try budget.check(asset)
        let wallet = try await WalletHome.open(context, settings)
        if let url {
            let account = try await askingBroker(connection.broker(url, context)) { client in
                let description = try await client.describe()
                let wanted = try AssetText.counted(asset, by: description)
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
