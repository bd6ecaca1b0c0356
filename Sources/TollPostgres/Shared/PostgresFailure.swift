internal import PayWord

/// What went wrong between this program and the server.
struct PostgresFailure: Error {
    /// The five characters by which the server classifies it; empty if it comes from libpq.
    let state: String
    /// The server's own line, which names no values, or libpq's.
    let message: String
    /// Whether the connection is gone.
    var isLost = false
    /// Whether the change that was asked for may have been kept all the same.
    var isUnknown = false

    /// A connection that ended, or that said nothing for too long.
    static func lost(_ message: String) -> PostgresFailure {
        PostgresFailure(state: "", message: message, isLost: true)
    }

    /// The server ended this transaction in favour of another: it can be run again.
    var isConflict: Bool { state == "40001" || state == "40P01" }

    /// A row with this key is there already (PostgreSQL, appendix A, class 23).
    var isUniqueViolation: Bool { state == "23505" }

    /// Whether the server will serve no one on this connection, or this one cannot be used.
    var endsConnection: Bool {
        switch state {
        // Shut down, crashed, starting up; read only, so no longer the primary; a prepared statement
        // that is gone, or that the schema has outgrown.
        case "57P01", "57P02", "57P03", "57P05", "25006", "26000", "0A000": true
        default: isLost || state.hasPrefix("08")
        }
    }

    /// Nothing of the transaction was kept, and another connection may have better luck.
    var canMove: Bool { endsConnection && !isUnknown }

    var refusal: Refusal {
        // A sum that does not fit is the protocol's own reason.
        if state == "22003" { return Refusal(.amountOverflow) }
        var detail = "PostgreSQL: \(message)"
        if !state.isEmpty { detail += " (\(state))" }
        if let hint { detail += ": \(hint)" }
        if isUnknown { detail += "; it is not known whether the change was kept: read again" }
        return Refusal(.storageFailed, detail)
    }

    /// What a person can do about it.
    private var hint: String? {
        switch state {
        case "28P01", "28000": "check the user and the password, and the server's pg_hba.conf"
        case "3D000": "create the database, or name another in the connection string"
        case "42P01", "42703", "3F000", "42P06":
            "the tables are missing or of another version: run the migration"
        case "42501": "grant the user its rights on the toll_ tables"
        case "53100": "the server's disk is full: payments go on once there is room"
        case "53300":
            "the server has no connection left: lower `connections` or raise "
                + "max_connections"
        case "53200": "the server is out of memory"
        case "57014": "a statement took too long: look for locks and a slow disk"
        case "55P03": "another transaction held a lock for too long"
        case "25006": "this server is a standby: name the primary, or both in the connection string"
        case "25P03": "this program stalled inside a transaction"
        case "57P01", "57P02", "57P03":
            "the server restarts, or has ended the connection: it is tried again by itself"
        case "26000": "prepared statements are gone: connect without a pooler, or pool by session"
        case "40001", "40P01": "too many transactions want the same rows"
        case "XX001", "XX002": "the database is damaged: restore a copy"
        default: nil
        }
    }
}

/// Runs work and turns what the engine throws into a refusal; one that the work itself throws passes
/// through.
func storageRefusal(_ error: any Error) -> Refusal {
    if let refusal = error as? Refusal { return refusal }
    if let failure = error as? PostgresFailure { return failure.refusal }
    return Refusal(.storageFailed, "the store failed: \(type(of: error))")
}
