import ArgumentParser

/// What the harness does to the parties.
enum Fault: String, CaseIterable, ExpressibleByArgument {
    /// SIGKILL.
    case kill
    /// SIGSTOP, and after a while SIGCONT.
    case stop
    /// All connections of a proxy are reset, some in the middle of a message.
    case cut
    /// What goes through a proxy is late.
    case delay
    /// Writing fails: the disk is full.
    case disk
    /// Flushing fails, and what was to be flushed is lost.
    case fsync
    /// Flushing takes long.
    case slow
    /// SIGKILL, and all that was not flushed is gone.
    case power
    /// The time of day jumps.
    case clock
    /// A second program redeems beside the one that serves, and a copy of a wallet pays beside it.
    case race
    /// An older copy of the merchant's database is put in its place.
    case restore

    /// PostgreSQL is stopped, or killed, and started again.
    case restart
    /// PostgreSQL's primary is killed, and its synchronous standby takes its place.
    case promote

    /// What can be done to parties whose merchant keeps its books there.
    static func all(in store: Store) -> [Fault] {
        switch store {
        case .sqlite: allCases.filter { ![.restart, .promote].contains($0) }
        case .postgres: allCases.filter { $0 != .restore }
        }
    }

    /// How often it is drawn, beside the others.
    var weight: Int {
        switch self {
        case .kill: 8
        case .power: 2
        default: 1
        }
    }
}

/// Where the merchant keeps its books.
enum Store: String, CaseIterable, ExpressibleByArgument {
    case sqlite, postgres
}

/// Who plays a part.
enum Role: String, CaseIterable {
    case broker, merchant, payer
}
