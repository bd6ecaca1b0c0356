import ArgumentParser
import PayWord
import TollCLI
import TollSQLite

/// `toll merchant backup`: a copy of the channels while they are paid on.
struct MerchantBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the channels into a file, while the service runs.",
        discussion: """
            What was acknowledged when it begins is in the copy. The copy knows that it is one: it is \
            not served by mistake, and toll merchant restore takes it up. Books in PostgreSQL are \
            backed up with the server's own tools.

            EXAMPLES
              toll merchant backup /backup/channels-$(date +%F).sqlite
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The file to write; there must be none yet.", completion: .file())
    var file: String

    func run() async throws {
        let context = try await common.context()
        let home = try await MerchantHome(context)
        try RoleCopies.checkFile("merchant", home.values.text("store"))
        guard let store = home.store as? SQLiteChannelStore else { throw Refusal(.internal) }
        let copy = try await store.copy(to: file, at: CommandContext.clock())
        RoleCopies.show(
            copy, at: file, secret: context.places.file(.merchant, MerchantHome.keyFile), context)
    }
}

/// `toll merchant restore`: goes on with an older copy, knowing what that costs.
struct MerchantRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Go on with an older copy of the channels, if there is no newer one.",
        discussion: """
            Look for the newest copy first, with its -wal file: what an older one lacks is lost here, \
            though not at payers and brokers. With a FILE, it is put in place; without one, the copy \
            that lies in the place already is taken up.

            EXAMPLES
              toll merchant restore /backup/channels-2026-11-22.sqlite
              toll merchant restore
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "What toll merchant backup wrote.", completion: .file())
    var file: String?

    func run() async throws {
        let context = try await common.context()
        let configuration = try context.merchantConfiguration()
        try RoleCopies.checkFile("merchant", configuration.values.text("store"))
        let key = try SigningKey(
            seed: HomeKey.read(context.places.file(.merchant, MerchantHome.keyFile)))
        let path = context.places.file(.merchant, MerchantHome.storeFile)
        let adopted = try await RoleCopies.restore(file, at: path) { isKnown in
            let store = try SQLiteChannelStore(path: path, merchant: key.publicKey)
            return try await store.adopt(isKnown: isKnown)
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
}
