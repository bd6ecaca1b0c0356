import ArgumentParser
import PayWord
import TollCLI
import TollPostgres

/// `toll merchant migrate`: the tables of a merchant.
struct MerchantMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the tables in PostgreSQL up to date.",
        discussion: """
            Programs that start check the tables and never change them. Run this once before the \
            first instance of a new version starts; it is safe to run it twice, or at once from two \
            machines. --store names another user who may make tables, where the serving one may not.

            EXAMPLES
              toll merchant migrate
              toll merchant migrate --store postgres://toll_owner@db/toll?sslmode=verify-full
              toll merchant migrate --partition-by channel:64
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var target: MigrationTarget

    @Option(
        help: ArgumentHelp(
            "Lay new tables out in parts: merchant:16 for many merchants in one database, "
                + "channel:64 for very many channels.",
            valueName: "column:parts"))
    var partitionBy: String?

    func run() async throws {
        let context = try await common.context()
        let stored =
            target.store == nil
            ? try context.merchantConfiguration().values.text("store") : nil
        try await target.migrate(.merchant, stored, try layout(), context)
    }

    private func layout() throws(CommandError) -> PostgresPartitioning {
        guard let partitionBy else { return .none }
        let parts = partitionBy.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, let count = Int(parts[1]),
            1...PostgresPartitioning.countMaximum ~= count
        {
            switch parts[0] {
            case "merchant": return .byMerchant(count)
            case "channel": return .byChannel(count)
            default: break
            }
        }
        throw .usage(
            "‘\(partitionBy)’ is no layout",
            hint: "write merchant:N or channel:N, with N from 1 to "
                + "\(PostgresPartitioning.countMaximum)")
    }
}

/// `toll broker migrate`: the tables of a broker.
struct BrokerMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the tables in PostgreSQL up to date.",
        discussion: """
            EXAMPLES
              toll broker migrate
              toll broker migrate --store postgres://toll_owner@db/toll?sslmode=verify-full
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var target: MigrationTarget

    func run() async throws {
        let context = try await common.context()
        let stored: String? =
            target.store == nil
            ? try JSONFile.read(
                BrokerSettings.self, from: context.places.file(.broker, BrokerSettings.fileName)
            ).store : nil
        try await target.migrate(.broker, stored, .none, context)
    }
}

/// `toll wallet migrate`: the tables of a wallet.
struct WalletMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the tables in PostgreSQL up to date.",
        discussion: """
            EXAMPLES
              toll wallet migrate
              toll wallet migrate --store postgres://toll_owner@/toll
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var target: MigrationTarget

    func run() async throws {
        let context = try await common.context()
        let stored: String? =
            target.store == nil
            ? try JSONFile.read(
                WalletSettings.self, from: context.places.file(.wallet, WalletSettings.fileName)
            ).store : nil
        try await target.migrate(.wallet, stored, .none, context)
    }
}

/// Which database is migrated, and what is shown of it.
struct MigrationTarget: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database, as its owner: postgres://OWNER@HOST/DATABASE; else the settings' own.",
            valueName: "uri"))
    var store: String?

    fileprivate func migrate(
        _ role: PostgresRole, _ stored: String?, _ layout: PostgresPartitioning,
        _ context: CommandContext
    ) async throws {
        guard let database = try StoreText.checked(store ?? stored, context),
            let address = DatabaseAddress(database)
        else {
            throw CommandError.usage(
                "this \(role) keeps its books in a file, which needs no migration",
                hint: "give --store URI to migrate a database")
        }
        let schema = try PostgresSchema(uri: database, log: context.logger("toll.store"))
        let names: [String]
        do throws(Refusal) {
            names = try await schema.migrate(role, partitioning: layout)
        } catch {
            throw StoreText.failure(error, of: database)
        }
        var facts = Facts()
        facts.add("Database", .text(address.place))
        facts.add("Migrations run", .count(names.count))
        facts.add("Names", .optional(names.isEmpty ? nil : names.joined(separator: ", ")))
        context.output.show(facts)
    }
}
