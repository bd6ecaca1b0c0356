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
        let home = try await MerchantHome(context, writing: true)
        try RoleCopies.checkFile("merchant", home.values.text("store"))
        guard let store = home.store as? SQLiteChannelStore else { throw Refusal(.internal) }
        let copy = try await RoleCopies.make(file) { () throws(Refusal) in
            try await store.copy(to: file, at: CommandContext.clock())
        }
        RoleCopies.show(
            copy, at: file, secret: context.places.file(.merchant, MerchantHome.keyFile), context)
    }
}
