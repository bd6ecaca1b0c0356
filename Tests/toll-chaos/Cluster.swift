import Foundation
import PrivatePostgres
import Synchronization

/// A PostgreSQL of the harness's own with a synchronous standby, and the way to it: two links, of
/// which programs are told, each to the folder of one server's socket.
final class Cluster: Sendable {
    private let folder: String
    private struct State {
        /// The one that takes writes, and the one that follows it.
        var primary: PrivateServer
        var standby: PrivateServer?
        var primaryLink = "one"
        /// Servers whose turn is over.
        var retired: [PrivateServer] = []
    }
    private let state: Mutex<State>

    /// Starts a primary, and a standby if one is wanted.
    init(folder: String, hasStandby: Bool) throws {
        self.folder = folder
        let primary = try PrivateServer(isDurable: true)
        state = Mutex(State(primary: primary))
        try link("one", to: primary)
        try link("two", to: primary)
        if hasStandby { try addStandby() }
    }

    /// What programs are told: whichever of the two takes writes.
    var address: String {
        let places = ["one", "two"].map { "\(folder)/\($0)" }.joined(separator: ",")
        return "postgres://toll@/postgres?host=\(places.replacing("/", with: "%2F"))"
            + "&target_session_attrs=read-write"
    }

    /// Stops the primary as an operator would, and starts it again.
    func restart() throws { try state.withLock { try $0.primary.orders(["stop", "start"]) } }

    /// Kills all of the primary's processes at once, and starts it again.
    func crash() throws { try state.withLock { try $0.primary.orders(["crash", "start"]) } }

    /// Kills the primary for good, and has the standby take its place.
    func promote() throws {
        try state.withLock { state in
            guard let standby = state.standby else { throw ServerFailure("there is no standby") }
            try state.primary.order("crash")
            // Nobody follows the new one yet: commits must not wait.
            try standby.order("promote")
            try PostgresReader(standby.uri("postgres"))
                .run("ALTER SYSTEM RESET synchronous_standby_names")
            try standby.order("reload")
            state.retired.append(state.primary)
            (state.primary, state.standby) = (standby, nil)
            state.primaryLink = state.primaryLink == "one" ? "two" : "one"
        }
    }

    /// Has a new server follow the primary, which from then on waits for it with each commit.
    func addStandby() throws {
        let (primary, place, retired) = state.withLock { state in
            defer { state.retired = [] }
            return (
                state.primary, state.primaryLink == "one" ? "two" : "one", state.retired
            )
        }
        for server in retired { server.end() }
        let standby = try PrivateServer(isDurable: true, copyOf: primary)
        try link(place, to: standby)
        let admin = try PostgresReader(primary.uri("postgres"))
        try admin.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try primary.order("reload")
        try Self.awaitStandby(of: admin)
        state.withLock { $0.standby = standby }
    }

    /// Returns when all that was committed before commits began to wait is on the standby, too.
    private static func awaitStandby(of admin: PostgresReader) throws {
        var reached = ""
        try admin.rows("SELECT pg_current_wal_lsn()") { reached = $0.text(0) }
        for _ in 0..<3000 {
            let count = try admin.integer(
                """
                SELECT count(*) FROM pg_stat_replication
                WHERE sync_state = 'sync' AND flush_lsn >= '\(reached)'
                """)
            if count ?? 0 > 0 { return }
            usleep(10_000)
        }
        throw ServerFailure("the standby does not follow")
    }

    func end() {
        let servers = state.withLock { [$0.primary, $0.standby].compactMap(\.self) + $0.retired }
        for server in servers { server.end() }
    }

    private func link(_ name: String, to server: PrivateServer) throws {
        let path = "\(folder)/\(name)"
        unlink(path)
        guard symlink(server.folder, path) == 0 else { throw ServerFailure("no link \(path)") }
    }
}

extension PrivateServer {
    fileprivate func orders(_ orders: [String]) throws {
        for order in orders { try self.order(order) }
    }
}
