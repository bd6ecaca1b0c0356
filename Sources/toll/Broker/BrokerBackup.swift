import ArgumentParser
import PayWord
import TollCLI
import TollSQLite

/// `toll broker backup`: a copy of the books while the broker serves.
struct BrokerBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the ledger into a file, while the broker serves.",
        discussion: """
            What was answered when it begins is in the copy. The copy knows that it is one, and is not \
            served by mistake. Books in PostgreSQL are backed up with the server's own tools.

            EXAMPLES
              toll broker backup /backup/ledger-$(date +%F).sqlite
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The file to write; there must be none yet.", completion: .file())
    var file: String

    func run() async throws {
        let context = try await common.context()
        let home = try await BrokerHome(context, writing: true)
        try RoleCopies.checkFile("broker", home.settings.store)
        guard let store = home.store as? SQLiteLedgerStore else { throw Refusal(.internal) }
        let copy = try await RoleCopies.make(file) { () throws(Refusal) in
            try await store.copy(to: file, at: CommandContext.clock())
        }
        RoleCopies.show(
            copy, at: file, secret: context.places.file(.broker, BrokerHome.signingKeyFile),
            context)
    }
}

/// `toll broker restore`: goes on with an older copy, once it was compared.
struct BrokerRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Go on with an older copy of the ledger, if there is no newer one.",
        discussion: """
            What an older ledger forgot, it pays twice: settlements, payouts and deposits made since. \
            Compare every merchant's latest signed settlement and the bank's account with it first, \
            while it can be read and not written; then say so with --compared.

            EXAMPLES
              toll broker restore /backup/ledger-2026-11-22.sqlite --compared
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "What toll broker backup wrote.", completion: .file())
    var file: String?

    @Flag(help: "You have compared it with what merchants and the bank hold.")
    var compared = false

    func run() async throws {
        let context = try await common.context()
        let path = context.places.file(.broker, BrokerHome.storeFile)
        guard context.places.has(.broker, BrokerSettings.fileName) else {
            throw CommandError(
                code: "not-found",
                detail: "there is no broker in ‘\(context.places.folder(.broker))’",
                hint: "put its folder back first: its keys and broker.json", exitCode: .unknown)
        }
        let settings: BrokerSettings = try JSONFile.read(
            BrokerSettings.self, from: context.places.file(.broker, BrokerSettings.fileName))
        try RoleCopies.checkFile("broker", settings.store)
        guard compared else {
            throw CommandError.needsConfirmation(
                "what an older ledger forgot, it pays twice",
                hint:
                    "compare every merchant's latest settlement, each payout and each deposit with "
                    + "the copy, then run this with --compared")
        }
        let adopted = try await RoleCopies.restore(file, at: path) { (file) throws(Refusal) in
            try SQLiteLedgerStore.place(file, at: path)
        } adopt: { isKnown in
            try await SQLiteLedgerStore(path: path).adopt(
                isKnown: isKnown, at: CommandContext.clock())
        }
        RoleCopies.show(adopted, at: path, context)
        context.output.say(
            "next: toll broker ledger check, then book by hand what was made since the copy")
    }
}
