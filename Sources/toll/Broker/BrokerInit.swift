import ArgumentParser
import KeyFile
import PayWord
import TollBroker
import TollCLI
import TollPostgres

/// `toll broker init`: a root key, a signing key under it, settings, a ledger.
struct BrokerInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a broker: its keys, its asset, its ledger.",
        discussion: """
            The root key names the broker and certifies its signing key. Serving needs the signing \
            key alone: move root.key to where no network reaches it.

            EXAMPLES
              toll broker init
              toll broker init --asset USD/6 --fee-basis-points 50
              toll broker init --store postgres://toll@db/toll?sslmode=verify-full
              toll broker init --faucet                    play money: for trials only
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "What accounts hold: CODE/SCALE; EUR/6 counts millionths of a euro.")
    var asset = AssetText.standard

    @Option(help: "The fee of a settlement, in hundredths of a percent.")
    var feeBasisPoints: UInt64 = 0

    @Option(help: "The fixed fee of a settlement.")
    var feeFixed = "0"

    @Flag(help: "Give play money to whoever asks. For trials only.")
    var faucet = false

    @OptionGroup var database: StoreOption

    @Option(help: "How long the signing key's certificate holds, in days.")
    var signingDays: UInt64 = 365

    func run() async throws {
        let context = try await common.context()
        guard !context.places.has(.broker, BrokerSettings.fileName) else {
            throw CommandError(
                code: "exists",
                detail: "there is a broker in ‘\(context.places.folder(.broker))’ already",
                hint: "edit its broker.json, or choose another --home", exitCode: .refused)
        }
        guard (1...3650).contains(signingDays) else {
            throw CommandError.usage("--signing-days is 1 to 3650")
        }
        let unit = try AssetText.typed(asset)
        _ = try unit.typed(feeFixed)
        guard feeBasisPoints <= 10_000 else {
            throw CommandError.usage(
                "--fee-basis-points is at most 10000", hint: "100 basis points are one percent")
        }
        let store = try await database.make(.broker, context)
        try context.places.prepare(.broker)
        let root = try key(BrokerHome.rootKeyFile, context)
        let signing = try key(BrokerHome.signingKeyFile, context)
        var random = SystemRandomNumberGenerator()
        // A clock that runs behind must not find the certificate not yet valid.
        let certificate = try BrokerKeys.certify(
            signing.publicKey, under: root, asset: unit,
            from: CommandContext.clock().subtracting(Timestamp.clockDifferenceMaximum),
            for: signingDays * .day, using: &random)
        var settings = BrokerSettings(
            root: "\(root.publicKey)", asset: "\(unit)",
            fee: BrokerSettings.Fee(basisPoints: feeBasisPoints, fixed: feeFixed),
            faucet: faucet ? BrokerSettings.Faucet(perRequest: "1000", perDay: "10000") : nil,
            signingCertificates: [Hex.encode(certificate.encoded)])
        settings.store = store
        _ = try settings.policy()
        _ = try await RoleStore<any LedgerStore>.open(
            context, database: store, broker: root.publicKey)
        try JSONFile.write(
            settings, to: context.places.file(.broker, BrokerSettings.fileName))
        var facts = Facts()
        facts.add("Broker", .text("\(root.publicKey)"))
        facts.add("Folder", .text(context.places.folder(.broker)))
        facts.add("Asset", .text("\(unit)"))
        facts.add("Faucet", .flag(faucet))
        context.output.show(facts)
        context.output.say(
            "Move \(context.places.file(.broker, BrokerHome.rootKeyFile)) to where no network "
                + "reaches it: serving needs the signing key alone. Next: toll broker serve")
    }

    private func key(_ name: String, _ context: CommandContext) throws(Refusal) -> SigningKey {
        let path = context.places.file(.broker, name)
        if !context.places.has(.broker, name) {
            var random = SystemRandomNumberGenerator()
            try SecretFile.create(
                path, SecretBytes(count: SecretFile.byteCount, using: &random))
        }
        return try SigningKey(seed: SecretFile.read(path))
    }
}
