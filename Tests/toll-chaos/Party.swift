import Foundation
import TollCLI

/// A party that is one process at a time, on a disk of its own.
actor Party {
    struct Died: Error, CustomStringConvertible { let description: String }

    nonisolated let role: Role
    nonisolated let name: String
    nonisolated let disk: Disk
    private let executable: URL
    private let arguments: [String]
    /// What its first line must have in it.
    private let mark: String
    private let onLine: @Sendable (String) -> Void
    private var process: ChildProcess?
    /// Whether the harness ended it.
    private var isMeantToRun = false

    init(
        role: Role, name: String, disk: Disk, executable: URL, arguments: [String], mark: String,
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        (self.role, self.name, self.disk) = (role, name, disk)
        (self.executable, self.arguments, self.mark) = (executable, arguments, mark)
        self.onLine = onLine
    }

    /// Starts it, and waits until it is there.
    /// - Returns: the line that says so.
    @discardableResult
    func start(_ more: [String] = []) async throws -> String {
        let process = try launch(more)
        isMeantToRun = true
        return try await process.line { [mark] in $0.contains(mark) }
    }

    /// Starts it, and kills it while it comes up.
    func startAndKill(after time: Duration) async throws {
        let process = try launch([])
        try await Task.sleep(for: time)
        await process.kill()
    }

    private func launch(_ more: [String]) throws -> ChildProcess {
        let process = try ChildProcess(
            executable, arguments + more, environment: disk.environment)
        self.process = process
        Task { [onLine] in
            var number = 0
            while let line = await process.line(number) {
                number += 1
                onLine(line)
            }
        }
        return process
    }

    /// Sends SIGKILL and waits for the end.
    func kill() async {
        isMeantToRun = false
        signal(SIGCONT)
        await process?.kill()
    }

    /// Waits until it ends by itself.
    func ended() async -> (status: Int32, errors: String) {
        isMeantToRun = false
        guard let process else { return (0, "") }
        let outcome = await process.outcome()
        return (outcome.status, outcome.errors)
    }

    func signal(_ number: Int32) {
        guard let process, process.isRunning else { return }
        _ = Foundation.kill(process.processID, number)
    }

    /// Stops it, and returns when none of its threads runs any more.
    func freeze() {
        guard let process, process.isRunning else { return }
        _ = Foundation.kill(process.processID, SIGSTOP)
        // Its end is left for whoever waits for that.
        var report = siginfo_t()
        while waitid(P_PID, id_t(process.processID), &report, WSTOPPED | WEXITED | WNOWAIT) == -1,
            errno == EINTR
        {}
    }

    func thaw() { signal(SIGCONT) }

    /// Why it is not there although it should be; nil while it is.
    var death: String? {
        guard isMeantToRun, let process, !process.isRunning else { return nil }
        return "\(name) ended by itself: \(process.errors.suffix(600))"
    }
}
