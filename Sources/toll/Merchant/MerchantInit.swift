import ArgumentParser
import Foundation
import KeyFile
import PayWord
import TollBrokerAPI
import TollCLI
import TollPostgres
import TollMerchant

/// `toll merchant init`: a key, settings, a database, an account at the broker.
struct MerchantInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a merchant: its key, its prices, its account at a broker.",
        discussion: """
            EXAMPLES
              toll merchant init --broker https://broker.example --price article=0.25
              toll merchant init --broker http://127.0.0.1:8420 --price api=0.0005/call
              toll merchant init --two-party 5 --price tip=0.01
              toll merchant init --broker URL --store postgres://toll@db/toll?sslmode=verify-full
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Option(help: "The address of the broker's API.")
    var broker: String?

    @Option(
        name: .customLong("two-party"),
        help: ArgumentHelp(
            "Be your own broker too: the most that one payer may owe you, such as 5.",
            valueName: "amount"))
    var twoParty: String?

    @Option(help: "A display name, which the broker puts into your certificate.")
    var name: String?

    @Option(help: "What prices are in: CODE/SCALE, as the broker has it.")
    var asset: String?

    @Option(
        help: ArgumentHelp(
            "A price: RESOURCE=PRICE or RESOURCE=PRICE/UNIT. May be given often.",
            valueName: "price"))
    var price: [String] = []

    @OptionGroup var database: StoreOption

    @Option(help: "How long after its last payword a commitment must stay redeemable, in days.")
    var redeemMarginDays: UInt64 = 7

    func run() async throws {
        let context = try await common.context()
        let url = context.settings.string("merchant.broker", flag: broker)
        guard url != nil || twoParty != nil else {
            throw CommandError.usage(
                "a merchant needs a broker, or to be its own",
                hint: "give --broker URL, or --two-party AMOUNT")
        }
        guard redeemMarginDays <= 400 else {
            throw CommandError.usage("--redeem-margin-days is at most 400")
        }
        guard !context.places.has(.merchant, MerchantSettings.fileName) else {
            throw CommandError(
                code: "exists",
                detail: "there is a merchant in ‘\(context.places.folder(.merchant))’ already",
                hint: "edit its merchant.json, or choose another --home", exitCode: .refused)
        }
        if url == nil || asset != nil { try checkAmounts() }
        let store = try await database.make(.merchant, context)
        let traces = InitTraces(context)
        do {
            try context.places.prepare(.merchant)
            let (key, isNew) = try merchantKey(context)
            do { try await finish(key, url, store, context) } catch {
                if isNew { traces.remove() }
                throw error
            }
        } catch {
            traces.removeFolder()
            throw error
        }
    }

    /// All that may fail once there is a key.
    private func finish(
        _ key: SigningKey, _ url: String?, _ store: String?, _ context: CommandContext
    ) async throws {
        var settings = MerchantSettings(
            asset: asset ?? AssetText.standard, name: name, brokers: [],
            twoPartyMaximum: nil, redeemMarginSeconds: redeemMarginDays * .day, prices: [:])
        if let url {
            let enrolled = try await enrol(key, at: url, settings, context)
            settings.asset = "\(enrolled.asset)"
            settings.brokers = [
                MerchantSettings.Broker(root: "\(enrolled.root)", url: url)
            ]
        }
        let amounts = try AssetText.asset(settings.asset)
        settings.twoPartyMaximum = try twoParty.map { amounts.text(try amounts.typedAboveZero($0)) }
        for price in price { try settings.add(price: price) }
        settings.store = store
        _ = try await RoleStore<any ChannelStore>.open(
            context, database: store, merchant: key.publicKey)
        // Last, since it is what says that a merchant is here.
        try JSONFile.write(
            settings, to: context.places.file(.merchant, MerchantSettings.fileName))
        show(key.publicKey, settings, context)
    }

    /// Checks what was typed, before anything is made, where the asset does not depend on the broker.
    private func checkAmounts() throws(CommandError) {
        let text = asset ?? AssetText.standard
        var settings = MerchantSettings(
            asset: "\(try AssetText.typed(text))", name: nil, brokers: [], twoPartyMaximum: nil,
            redeemMarginSeconds: 0, prices: [:])
        if let twoParty { _ = try AssetText.typed(text).typedAboveZero(twoParty) }
        for price in price { try settings.add(price: price) }
    }

    /// A key that an `init` before this one made and was killed with is used again.
    private func merchantKey(
        _ context: CommandContext
    ) throws -> (key: SigningKey, isNew: Bool) {
        let path = context.places.file(.merchant, MerchantHome.keyFile)
        let isNew = !context.places.has(.merchant, MerchantHome.keyFile)
        if isNew {
            var random = SystemRandomNumberGenerator()
            try SecretFile.create(
                path, SecretBytes(count: SecretFile.byteCount, using: &random))
        }
        return (try SigningKey(seed: SecretFile.read(path)), isNew)
    }

    private func enrol(
        _ key: SigningKey, at url: String, _ settings: MerchantSettings, _ context: CommandContext
    ) async throws -> (root: PublicKey, asset: Asset) {
        try await askingBroker(connection.broker(url, context)) { client in
            let description = try await client.describe()
            let wanted = try AssetText.counted(asset, by: description)
            _ = try await client.enrol(
                key.sign(
                    Enrolment(
                        broker: description.root, subject: key.publicKey, role: .merchant,
                        asset: wanted, createdAt: CommandContext.clock(), displayName: name)))
            return (description.root, wanted)
        }
    }

    private func show(
        _ key: PublicKey, _ settings: MerchantSettings, _ context: CommandContext
    ) {
        var facts = Facts()
        facts.add("Merchant", .text("\(key)"))
        facts.add("Folder", .text(context.places.folder(.merchant)))
        facts.add("Asset", .text(settings.asset))
        facts.add("Broker", .optional(settings.brokers.first?.url))
        facts.add("Broker key", .optional(settings.brokers.first?.root))
        facts.add("Prices", .count(settings.prices.count))
        context.output.show(facts)
        guard !settings.prices.isEmpty else {
            return context.output.say(
                "Next: add prices to "
                    + "\(context.places.file(.merchant, MerchantSettings.fileName)), "
                    + "then toll merchant serve: nothing is sold yet")
        }
        context.output.say("Next: toll merchant serve")
    }
}

/// What an `init` that fails takes away again: its own key, which holds no money yet, and what it made
/// for that key. What was there before is not touched.
private struct InitTraces {
    private let context: CommandContext
    private let newFiles: [String]
    private let isNewFolder: Bool

    init(_ context: CommandContext) {
        self.context = context
        isNewFolder = !MachineCheck.isFolder(context.places.folder(.merchant))
        let store = MerchantHome.storeFile
        newFiles = ([store] + ["-wal", "-shm", "-height"].map { store + $0 })
            .filter { !context.places.has(.merchant, $0) }
    }

    /// Only for an `init` that made the key.
    func remove() {
        // Another one at the same time took the key over, and finished.
        guard !context.places.has(.merchant, MerchantSettings.fileName) else { return }
        for name in newFiles + [MerchantHome.keyFile] {
            unlink(context.places.file(.merchant, name))
        }
    }

    /// Takes the folder away if nothing is in it.
    func removeFolder() {
        if isNewFolder { rmdir(context.places.folder(.merchant)) }
    }
}
