import ArgumentParser
import PayWord
import TollCLI
import TollPostgres

/// Where a new role keeps its books.
struct StoreOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep the books in this PostgreSQL database, not in a file: "
                + "postgres://USER@HOST/DATABASE. The password goes into ~/.pgpass.",
            valueName: "uri"))
    var store: String?

    /// Makes the role's tables there, if they are not there yet.
    func make(_ role: PostgresRole, _ context: CommandContext) async throws -> String? {
        guard let database = try StoreText.checked(store, context) else { return nil }
        let schema = try PostgresSchema(uri: database, log: context.logger("toll.store"))
        do throws(Refusal) {
            if try await schema.needsMigration(role) { try await schema.migrate(role) }
        } catch {
            throw StoreText.failure(error, of: database)
        }
        return database
    }
}

/// A connection string as a person typed it, or wrote it into a role's settings.
enum StoreText {
    /// Why a database does not serve this program, and what to look at: it is no disk of this machine.
    static func failure(_ refusal: Refusal, of database: String) -> CommandError {
        guard refusal.reason == .storageFailed, let address = DatabaseAddress(database) else {
            return CommandError(refusal)
        }
        return CommandError(
            refusal,
            hint: "is the address right, does the server run there, and does it let this user in? "
                + address.place)
    }

    /// The string, if nothing of it is dangerous; nil for nil.
    static func checked(
        _ text: String?, _ context: CommandContext
    ) throws(CommandError) -> String? {
        guard let text else { return nil }
        guard let address = DatabaseAddress(text) else {
            throw .usage(
                "the store is no PostgreSQL database",
                hint: "write it as postgres://USER@HOST/DATABASE")
        }
        guard !address.hasPassword else {
            throw .usage(
                "a password stands in the store’s address, where others can read it",
                hint: "take it out, and write it into ~/.pgpass or give it in PGPASSWORD")
        }
        if let mode = address.unknownMode {
            throw .usage(
                "there is no sslmode ‘\(mode.prefix(40))’", hint: DatabaseAddress.wantedMode)
        }
        let isOwnNetwork = context.settings.isOn("allowInsecureTransport")
        guard !address.isExposed || isOwnNetwork else {
            throw .usage(
                "the store is another machine, and nobody checks that it is your database",
                hint: "add ?sslmode=verify-full; on a network of yours alone, set "
                    + "TOLL_ALLOW_INSECURE_TRANSPORT=1")
        }
        return text
    }
}
