internal import CLibPQ
internal import PayWord

/// A connection to the server, used by one thread alone, which it makes wait.
///
/// Statements go out in libpq's pipeline mode: any number of them, then one wait for all answers.
/// Each text is prepared once, on the way of its first use.
final class PostgresConnection {
    let handle: OpaquePointer
    let options: PostgresOptions
    let string: ConnectionString
    /// The names of the statements that the server has prepared, by their texts.
    var prepared: [String: String] = [:]
    /// How many names were given.
    var names = 0
    /// How often statements were sent.
    var rounds = 0
    /// What the server says beside its answers.
    let notices = Notices()
    /// When it was last known to work.
    var checkedAt = ContinuousClock.now

    /// Connects, and sets what every session here needs.
    /// - Throws: ``PostgresFailure``; `storage-failed` for a server that may lose what it acknowledged.
    init(_ string: ConnectionString, _ options: PostgresOptions) throws {
        self.string = string
        self.options = options
        handle = try Self.connect(string, options)
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context else { return }
                Unmanaged<Notices>.fromOpaque(context).takeUnretainedValue().note(result)
            }, Unmanaged.passUnretained(notices).toOpaque())
        try prepareSession()
    }

    deinit { PQfinish(handle) }

    private static func connect(
        _ string: ConnectionString, _ options: PostgresOptions
    ) throws -> OpaquePointer {
        let seconds = max(2, options.connectTimeout.components.seconds)
        // What stands before the string is a default, which the string may replace.
        let parameters: [(String, String)] = [
            ("connect_timeout", "\(seconds)"), ("application_name", "tollchain"),
            ("target_session_attrs", "read-write"), ("keepalives", "1"),
            ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"), ("dbname", string.text), ("client_encoding", "UTF8"),
        ]
        let connected = withCStrings(parameters.map(\.0)) { keywords in
            withCStrings(parameters.map(\.1)) { values in
                PQconnectdbParams(keywords, values, 1)
            }
        }
        guard let connected else { throw PostgresFailure.lost("libpq is out of memory") }
        guard PQstatus(connected) == CONNECTION_OK else {
            defer { PQfinish(connected) }
            throw failure(of: connected, string)
        }
        return connected
    }

    /// What libpq says of a connection that could not be made. It knows the server's words and not
    /// its classification, so what is said in full is told apart by the words of English servers.
    private static func failure(
        of handle: OpaquePointer, _ string: ConnectionString
    ) -> PostgresFailure {
        let message = string.cleared(String(cString: PQerrorMessage(handle)))
        let words = [
            ("password authentication failed", "28P01"), ("no password supplied", "28P01"),
            ("pg_hba.conf", "28000"), ("too many", "53300"), ("session is read-only", "25006"),
            ("in hot standby mode", "25006"), ("the database system is", "57P03"),
        ]
        var state = words.first { message.contains($0.0) }?.1 ?? ""
        if state.isEmpty, message.contains("database"), message.contains("does not exist") {
            state = "3D000"
        }
        return PostgresFailure(state: state, message: message, isLost: true)
    }

    // MARK: Sessions

    /// Time-outs, and plans that never change: what payments run walks primary keys, so the planner
    /// is kept from scanning tables that it believes to be small. Reports allow it again.
    private func prepareSession() throws {
        let settings: [(String, String)] = [
            ("statement_timeout", milliseconds(options.statementTimeout)),
            ("lock_timeout", milliseconds(options.lockTimeout)),
            ("idle_in_transaction_session_timeout", milliseconds(options.idleTransactionTimeout)),
            ("default_transaction_isolation", "read committed"), ("jit", "off"),
            ("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"), ("enable_mergejoin", "off"), ("enable_bitmapscan", "off"),
            ("enable_material", "off"), ("enable_memoize", "off"),
        ]
        let sets = settings.map { "SET \($0.0) = '\($0.1)'" }.joined(separator: "; ")
        _ = try execute(sets)
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            throw PostgresFailure.lost(lastMessage)
        }
        if options.durability == .required { try checkDurability() }
    }

    private func checkDurability() throws {
        let rows = try run(
            [
                PostgresStatement(
                    """
                    SELECT current_setting('synchronous_commit') IN ('off', 'local'),
                        current_setting('fsync') <> 'on',
                        current_setting('full_page_writes') <> 'on'
                    """)
            ], mayCommit: false)
        guard let row = rows.first?.first else { throw PostgresFailure.lost("no settings came") }
        let faults = [
            try row.boolean(0) ? "synchronous_commit = on" : nil,
            try row.boolean(1) ? "fsync = on" : nil,
            try row.boolean(2) ? "full_page_writes = on" : nil,
        ].compactMap(\.self)
        guard faults.isEmpty else {
            throw Refusal(
                .storageFailed,
                "PostgreSQL may lose what it has acknowledged: set "
                    + faults.joined(separator: ", ") + " for this user and database")
        }
    }

    /// Runs a text without parameters, before the pipeline begins.
    private func execute(_ text: String) throws -> PostgresRows {
        guard let result = PQexec(handle, text) else { throw PostgresFailure.lost(lastMessage) }
        let rows = PostgresRows(result)
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return rows
        default: throw failure(result)
        }
    }

    private func milliseconds(_ duration: Duration) -> String {
        "\(duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)ms"
    }

    // MARK: What goes wrong

    var lastMessage: String { string.cleared(String(cString: PQerrorMessage(handle))) }

    /// An error of the server, by its primary message, which names no values of rows.
    func failure(_ result: OpaquePointer) -> PostgresFailure {
        let message = Self.field(result, PostgresField.message) ?? lastMessage
        return PostgresFailure(
            state: Self.field(result, PostgresField.state) ?? "",
            message: string.cleared(message), isLost: PQstatus(handle) != CONNECTION_OK)
    }

    static func field(_ result: OpaquePointer, _ code: Int32) -> String? {
        PQresultErrorField(result, code).map { String(cString: $0) }
    }
}

/// The letters by which the protocol names what is said of an error.
enum PostgresField {
    static let state = Int32(UInt8(ascii: "C"))
    static let message = Int32(UInt8(ascii: "M"))
    static let routine = Int32(UInt8(ascii: "R"))
}

/// Warnings that came with an answer. A server that was told to stop waiting for its standby says so
/// in a warning alone, and reports the commit as done.
final class Notices {
    private(set) var doubt: String?

    func clear() { doubt = nil }

    func note(_ result: OpaquePointer?) {
        guard let result, let state = PostgresConnection.field(result, PostgresField.state) else {
            return
        }
        // That of a shutdown, and that of the wait for a standby, which is told apart from what a
        // trigger may say by the place in the server that it comes from.
        let routine = PostgresConnection.field(result, PostgresField.routine)
        guard state.hasPrefix("57P") || routine == "SyncRepWaitForLSN" else { return }
        doubt = PostgresConnection.field(result, PostgresField.message)
    }
}

/// Shows strings to C as an array that ends with NULL.
private func withCStrings<Value>(
    _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Value
) -> Value {
    var bytes: [CChar] = []
    let starts = strings.map { string in
        defer { bytes.append(contentsOf: string.utf8CString) }
        return bytes.count
    }
    return bytes.withUnsafeBufferPointer { bytes in
        body(starts.map { start in bytes.baseAddress.map { $0 + start } } + [nil])
    }
}
