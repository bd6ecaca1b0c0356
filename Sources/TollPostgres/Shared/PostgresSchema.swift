public import Logging
public import PayWord

/// Whose tables.
public enum PostgresRole: String, Sendable, CaseIterable {
    /// A merchant's channels.
    case merchant
    /// A wallet.
    case wallet
    /// A broker's books.
    case broker
}

/// How the tables that grow with a merchant's channels are laid out. The column is part of each
/// table's key, so a later move to Citus, which distributes by the same column, changes no statement.
public enum PostgresPartitioning: Sendable, Equatable {
    /// Plain tables.
    case none
    /// By hash of the merchant, in so many parts: for many merchants in one database.
    case byMerchant(Int)
    /// By hash of the channel, in so many parts: for one merchant with very many channels.
    case byChannel(Int)

    /// The most parts: each costs every statement a little.
    public static let countMaximum = 256

    var text: String {
        switch self {
        case .none: "plain"
        case .byMerchant(let count): "merchant/\(count)"
        case .byChannel(let count): "channel/\(count)"
        }
    }
}

/// The tables of a role in a PostgreSQL database: what a command such as `toll merchant migrate`
/// calls. Stores make no tables; they look at the version and refuse to start on another.
///
/// ```swift
/// let schema = try PostgresSchema(uri: "postgres://toll@/toll")
/// try await schema.migrate(.merchant)
/// ```
public struct PostgresSchema: Sendable {
    private let pool: PostgresPool

    /// The tables in the database of a connection string. Nothing is connected yet.
    /// - Throws: `storage-failed` for a string that cannot be read.
    public init(
        uri: String, options: PostgresOptions = PostgresOptions(),
        log: Logger = Logger(label: "tollchain.postgres")
    ) throws(Refusal) {
        pool = PostgresPool(try ConnectionString(uri), options, connections: 1, log: log)
    }

    init(_ pool: PostgresPool) { self.pool = pool }

    /// Brings a role's tables up to date, all of it or nothing. Doing so again does nothing, and
    /// programs that do so at once wait for each other.
    /// - Parameters:
    ///   - role: whose tables.
    ///   - partitioning: how tables are laid out that are made now.
    /// - Returns: the names of the migrations that were run.
    /// - Throws: `storage-failed` for tables of a newer version, or that are laid out in another way.
    @discardableResult
    public func migrate(
        _ role: PostgresRole, partitioning: PostgresPartitioning = .none
    ) async throws(Refusal) -> [String] {
        switch partitioning {
        case .none: break
        case .byMerchant(let count), .byChannel(let count):
            guard role == .merchant, 1...PostgresPartitioning.countMaximum ~= count else {
                throw Refusal(
                    .storageFailed,
                    """
                    a merchant's tables are partitioned, and no others, in at most \
                    \(PostgresPartitioning.countMaximum) parts
                    """)
            }
        }
        return try await pool.write { transaction in
            let present = try prepare(transaction, role)
            if let layout = present.layout, partitioning != .none, layout != partitioning.text {
                throw Refusal(
                    .storageFailed,
                    "the tables are laid out as ‘\(layout)’ already: move their rows by hand")
            }
            let missing = role.migrations(partitioning).filter { $0.version > present.version }
            for migration in missing {
                for statement in migration.statements { transaction.later(statement) }
                transaction.later(
                    "INSERT INTO toll_schema (role, version, name, layout) VALUES ($1, $2, $3, $4)",
                    [
                        .text(role.rawValue), .integer(migration.version), .text(migration.name),
                        .text(present.layout ?? partitioning.text),
                    ])
            }
            return missing.map(\.name)
        }
    }

    /// Waits for other migrations, and reads how far the tables are.
    private func prepare(
        _ transaction: PostgresTransaction, _ role: PostgresRole
    ) throws -> (version: Int64, layout: String?) {
        transaction.later("SET LOCAL lock_timeout = 0")
        transaction.later("SET LOCAL statement_timeout = 0")
        // `toll`: a lock that the transaction's end gives back.
        transaction.later("SELECT pg_advisory_xact_lock(1953459308)")
        transaction.later(
            """
            CREATE TABLE IF NOT EXISTS toll_schema (
                role text COLLATE "C" NOT NULL, version bigint NOT NULL, name text NOT NULL,
                layout text NOT NULL, applied timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (role, version))
            """)
        let rows = try transaction.rows(Self.query, [.text(role.rawValue)])
        guard let row = rows.first else { return (0, nil) }
        let version = try row.integer(0)
        try Self.checkNotNewer(version, role)
        return (version, row.optionalWords(1))
    }

    /// Whether a role's tables are missing, or older than this program wants them.
    /// - Throws: `storage-failed`, also for tables of a newer version.
    public func needsMigration(_ role: PostgresRole) async throws(Refusal) -> Bool {
        try await version(role) < role.latest
    }

    /// How far the tables are; 0 where there are none.
    private func version(_ role: PostgresRole) async throws(Refusal) -> Int64 {
        let version: Int64 = try await pool.run { connection in
            do throws(any Error) {
                let rows = try connection.rows(Self.query, [.text(role.rawValue)])
                return try rows.first?.integer(0) ?? 0
            } catch let failure as PostgresFailure where failure.state == "42P01" {
                return 0
            }
        }
        try Self.checkNotNewer(version, role)
        return version
    }

    /// Checks that a role's tables are those of this program.
    /// - Throws: `storage-failed` with what to do.
    public func check(_ role: PostgresRole) async throws(Refusal) {
        let version = try await version(role)
        guard version == role.latest else {
            throw Refusal(
                .storageFailed,
                version == 0
                    ? "the database has no tables of a \(role) yet: run the migration"
                    : "the tables of the \(role) are of version \(version), and this program wants "
                        + "\(role.latest): run the migration")
        }
    }

    private static let query = """
        SELECT version, layout FROM toll_schema WHERE role = $1 ORDER BY version DESC LIMIT 1
        """

    private static func checkNotNewer(
        _ version: Int64, _ role: PostgresRole
    ) throws(Refusal) {
        guard version <= role.latest else {
            throw Refusal(
                .storageFailed,
                """
                the tables of the \(role) are of version \(version), written by a newer program: \
                update this one, which knows \(role.latest)
                """)
        }
    }
}

/// One step from a version of the tables to the next. Never changed once it was released.
struct PostgresMigration {
    let version: Int64
    let name: String
    let statements: [String]
}

extension PostgresRole {
    func migrations(_ partitioning: PostgresPartitioning) -> [PostgresMigration] {
        switch self {
        case .merchant: ChannelMigrations.all(partitioning)
        case .wallet: WalletMigrations.all
        case .broker: LedgerMigrations.all
        }
    }

    var latest: Int64 { migrations(.none).map(\.version).max() ?? 0 }
}
