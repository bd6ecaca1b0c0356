import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A private PostgreSQL in a folder of its own, which listens on a Unix socket there and nowhere else.
///
/// A small shell holds it: it stops the server and removes the folder when its input ends, which it
/// does when this process ends, however it ends.
public final class PrivateServer: Sendable {
    /// The server of most tests: it does not wait for the disk.
    public static let shared = Result { try PrivateServer(isDurable: false) }

    public let folder: String
    private let process: Process
    /// Where the shell is told what to do. Closed when the process ends, and in no child of it.
    private let commands: FileHandle
    private let answers: FileHandle

    /// Starts a server: a new one, or a standby of another. `settings` are lines of its configuration.
    public init(isDurable: Bool, settings: [String] = [], copyOf primary: PrivateServer? = nil)
        throws
    {
        let tools = try PostgresTools.find()
        folder = "/tmp/toll-pg-\(UInt32.random(in: 0 ..< .max))"
        let lines = [
            "listen_addresses = ''", "unix_socket_directories = '\(folder)'",
            "max_connections = 400", "shared_buffers = 16MB", "dynamic_shared_memory_type = mmap",
            "deadlock_timeout = 50ms",
            "fsync = \(isDurable ? "on" : "off")", "log_min_messages = fatal",
        ]
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw ServerFailure("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        commands = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        let output = Pipe()
        answers = output.fileHandleForReading
        process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", Self.script, "toll-test-server", folder, tools.folder, tools.user,
            (lines + settings).joined(separator: "\n"), primary?.folder ?? "",
        ]
        process.standardInput = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        process.standardOutput = output
        try process.run()
        try expectReady()
    }

    /// The first argument is the folder; then the tools' folder, the user to run as, the settings, and
    /// the folder of the server to copy.
    private static let script = """
        trap '' INT TERM HUP
        folder=$1 tools=$2 user=$3 settings=$4 primary=$5
        as() { if [ -n "$user" ]; then setpriv --reuid="$user" --regid="$user" --clear-groups "$@"; \
        else "$@"; fi; }
        control() { as "$tools/pg_ctl" -D "$folder/data" -l "$folder/log" -s "$@" >/dev/null 2>&1; }
        finish() { control -m immediate stop; rm -rf "$folder"; }
        mkdir -m 700 "$folder" && cd "$folder" || exit 1
        [ -z "$user" ] || chown "$user" "$folder"
        if [ -n "$primary" ]; then
            as "$tools/pg_basebackup" -D data -h "$primary" -U toll -c fast -R >made 2>&1
        else
            as "$tools/initdb" -D data -U toll -A trust -E UTF8 --no-locale -N >made 2>&1
            printf 'local all guarded scram-sha-256\\nlocal all all trust\\n%s\\n' \
                'local replication all trust' >data/pg_hba.conf
        fi || { cat made; rm -rf "$folder"; exit 1; }
        printf '%s\\n' "$settings" >>data/postgresql.conf
        control -w start || { cat log; finish; exit 1; }
        echo ready
        while read -r order; do
            case $order in
            stop) control -m fast stop ;;
            crash) control -m immediate stop ;;
            start) control -w start ;;
            promote) control -w promote ;;
            reload) control reload ;;
            esac
            echo ready
        done
        finish
        """

    /// Has the shell run `stop`, `crash`, `start` or `promote`, and waits until it has.
    public func order(_ order: String) throws {
        try commands.write(contentsOf: Data((order + "\n").utf8))
        try expectReady()
    }

    /// Stops the server and removes its folder.
    public func end() {
        try? commands.close()
        process.waitUntilExit()
    }

    private func expectReady() throws {
        var text = ""
        while !text.hasSuffix("ready\n") {
            let data = answers.availableData
            guard !data.isEmpty else { throw ServerFailure("PostgreSQL did not start: \(text)") }
            text += String(decoding: data, as: UTF8.self)
        }
    }

    /// The connection string of a database.
    public func uri(_ database: String, user: String = "toll", _ more: String = "") -> String {
        let host = folder.replacing("/", with: "%2F")
        return "postgres://\(user)@/\(database)?host=\(host)\(more)"
    }
}
