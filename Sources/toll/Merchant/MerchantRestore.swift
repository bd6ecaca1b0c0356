import ArgumentParser
import PayWord
import TollCLI
import TollSQLite

/// `toll merchant restore`: goes on with an older copy, knowing what that costs.
struct MerchantRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Go on with an older copy of the channels, if there is no newer one.",
        discussion: """
            Look for the newest copy first, with its -wal file: what an older one lacks is lost here, \
            though not at payers and brokers. With a FILE, it is put in place; without one, the copy \
            that lies in the place already is taken up. Each broker is asked what it has credited; \
            what of it the copy does not know is noted, and toll doctor takes it for no fault then.

            EXAMPLES
              toll merchant restore /backup/channels-2026-11-22.sqlite
              toll merchant restore
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "What toll merchant backup wrote.", completion: .file())
    var file: String?

    func run() async throws {
        let context = try await common.context()
        let values = try context.merchantConfiguration().values
        try RoleCopies.checkFile("merchant", values.text("store"))
        let key = try SigningKey(
            seed: HomeKey.read(context.places.file(.merchant, MerchantHome.keyFile)))
        let path = context.places.file(.merchant, MerchantHome.storeFile)
        let adopted = try await RoleCopies.restore(file, at: path) { (file) throws(Refusal) in
            try SQLiteChannelStore.place(file, at: path, of: key.publicKey)
        } adopt: { isKnown in
            let store = try SQLiteChannelStore(path: path, merchant: key.publicKey)
            let (missing, isOlder) = await asked(of: store, key, values, context)
            return try await store.adopt(
                isKnown: isKnown || isOlder, at: CommandContext.clock(), missing: missing)
        }
        RoleCopies.show(adopted, at: path, context)
        for line in [
            "1. start the service: payers who come back show their latest paywords again",
            "2. toll merchant redeem: what was settled since the copy comes back short, once; compare "
                + "it with the settlements that the broker holds",
            "3. a payment with a reference that was made since the copy may be asked for again: it is "
                + "served and counted as if it were the first time",
        ] { context.output.say(line) }
    }

    /// What each broker that answers has credited beyond what the copy knows, and whether that is more
    /// than its owner took up before: then it is an older copy, even if nothing in it says so.
    private func asked(
        of store: SQLiteChannelStore, _ key: SigningKey, _ values: ConfigurationValues,
        _ context: CommandContext
    ) async -> (missing: [MissingCredit], isOlder: Bool) {
        guard let asset = values.text("asset").flatMap({ try? AssetText.asset($0) }) else {
            return ([], false)
        }
        let counters = BrokerCounters(store: store, key: key, asset: asset)
        var missing: [MissingCredit] = []
        var isOlder = false
        for place in 0..<values.count("brokers") {
            guard let url = values.text("brokers[\(place)].url"),
                let root = values.text("brokers[\(place)].root").flatMap({ PublicKey(text: $0) })
            else { continue }
            do {
                let client = try connection.with(values).broker(url, context)
                let standing = try await withBroker(client) {
                    try await counters.standing(at: root, $0)
                }
                let amount = standing.missingAtMost
                missing.append(MissingCredit(broker: root, asset: asset, amount: amount))
                isOlder = isOlder || standing.isOlderCopy
                guard amount > .zero else { continue }
                context.output.say(
                    "the broker at \(url) has credited \(asset.textWithCode(amount)) that this copy "
                        + "does not know to be settled")
            } catch {
                context.output.warn(
                    "the broker at \(url) does not say what it has credited: if toll doctor finds "
                        + "that something is missing, run toll merchant restore again, without a file"
                )
            }
        }
        return (missing, isOlder)
    }
}
