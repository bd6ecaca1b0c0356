public import Foundation
internal import Synchronization

/// A program that runs as a process of its own, for the demo and for tests.
///
/// Its standard output is read line by line as it comes; its standard error goes to a file.
///
/// ```swift
/// let server = try ChildProcess(executable, ["broker", "serve"])
/// let line = try await server.line { $0.contains("listening") }
/// await server.kill()
/// ```
public final class ChildProcess: Sendable {
    /// A process that ended where it should have gone on, or with another status than expected.
    public struct Ended: Error, CustomStringConvertible {
        /// What was run.
        public let name: String
        /// The exit status, or 128 and the signal.
        public let status: Int32
        /// What it wrote on its standard error.
        public let errors: String
        /// `NAME ended with STATUS: …`, with what it wrote on its standard error.
        public var description: String { "\(name) ended with \(status): \(errors)" }

        /// An end of a process.
        public init(name: String, status: Int32, errors: String) {
            self.name = name
            self.status = status
            self.errors = errors
        }
    }

    /// What a process that ran to its end has left.
    public struct Outcome: Sendable {
        /// Its standard output.
        public let output: String
        /// Its standard error.
        public let errors: String
        /// The exit status, or 128 and the signal.
        public let status: Int32
    }

    /// What was run, for messages.
    public let name: String
    /// The process's number.
    public let processID: Int32
    /// Whether it leads a group of processes, which is ended with it.
    private let leadsGroup: Bool
    private let errorFile: URL
    /// Guards what the thread that follows the process and its callers share.
    private let state = Mutex(State())

    private struct State {
        var lines: [String] = []
        var partial: [UInt8] = []
        /// The exit status, once the process has ended and all of its output is here.
        var status: Int32?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: the program's file.
    ///   - arguments: what it is called with.
    ///   - environment: variables that it has beside this process's own.
    ///   - input: what it reads on standard input; nothing, unless given.
    ///   - leadsGroup: whether what it starts itself is to end with it. A group of its own is not
    ///     interrupted from the terminal: then whoever started it must end it.
    /// - Throws: `storage-failed` if it cannot be started.
    public init(
        _ executable: URL, _ arguments: [String], environment: [String: String] = [:],
        input: [UInt8] = [], leadsGroup: Bool = false
    ) throws {
        self.leadsGroup = leadsGroup
        name = ([executable.lastPathComponent] + arguments.prefix(2)).joined(separator: " ")
        let folder = FileManager.default.temporaryDirectory
        let mark = UUID().uuidString
        errorFile = folder.appendingPathComponent("toll-\(mark).err")
        let inputFile = folder.appendingPathComponent("toll-\(mark).in")
        try Data().write(to: errorFile)
        try Data(input).write(to: inputFile)
        defer { try? FileManager.default.removeItem(at: inputFile) }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let spawned = try SpawnedProcess(
            path: executable.path, arguments: [executable.path] + arguments,
            environment: variables.map { "\($0)=\($1)" }, inputFile: inputFile.path,
            outputFile: folder.appendingPathComponent("toll-\(mark).out").path,
            errorFile: errorFile.path, ownGroup: leadsGroup)
        processID = spawned.processID
        Thread.detachNewThread { [weak self] in
            spawned.follow { bytes in self?.take(bytes) }
            let status = spawned.wait()
            self?.end(status)
        }
    }

    deinit { try? FileManager.default.removeItem(at: errorFile) }

    private func take(_ bytes: [UInt8]) {
        wake { state in
            state.partial += bytes
            while let end = state.partial.firstIndex(of: 0x0a) {
                state.lines.append(String(decoding: state.partial[..<end], as: UTF8.self))
                state.partial.removeSubrange(...end)
            }
        }
    }

    private func end(_ status: Int32) {
        wake { state in
            if !state.partial.isEmpty {
                state.lines.append(String(decoding: state.partial, as: UTF8.self))
                state.partial = []
            }
            state.status = status
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { state.withLock { $0.status == nil } }
    /// The whole lines of standard output so far.
    public var lines: [String] { state.withLock { $0.lines } }
    /// The last of what it wrote on its standard error.
    public var errors: String {
        guard let file = try? FileHandle(forReadingFrom: errorFile),
            let end = try? file.seekToEnd()
        else { return "" }
        // However much it wrote, no more than the end of it is read.
        let start = end - min(end, UInt64(Self.errorBytesMaximum))
        try? file.seek(toOffset: start)
        let data = (try? file.read(upToCount: Self.errorBytesMaximum)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    private static let errorBytesMaximum = 4096

    /// Waits for a line that `matches`, from the first on.
    ///
    /// - Parameter matches: whether a line is the one.
    /// - Returns: the first line that is.
    /// - Throws: ``Ended`` if the process ends before there is one.
    public func line(where matches: @Sendable (String) -> Bool) async throws -> String {
        while true {
            let (found, status) = state.withLock {
                ($0.lines.first(where: matches), $0.status)
            }
            if let found { return found }
            if let status { throw Ended(name: name, status: status, errors: errors) }
            await changeUnless { state in
                state.lines.contains(where: matches) || state.status != nil
            }
        }
    }

    /// Waits for one line by its number, from 0: for following all of them.
    ///
    /// - Parameter number: which line.
    /// - Returns: the line, or nil if the process ended before it wrote so many.
    public func line(_ number: Int) async -> String? {
        while true {
            let (line, isAtEnd) = state.withLock {
                ($0.lines.count > number ? $0.lines[number] : nil, $0.status != nil)
            }
            if line != nil || isAtEnd { return line }
            await changeUnless { $0.lines.count > number || $0.status != nil }
        }
    }

    /// Waits for the end; the exit status, or 128 and the signal.
    public func ended() async -> Int32 {
        while true {
            if let status = state.withLock({ $0.status }) { return status }
            await changeUnless { $0.status != nil }
        }
    }

    private func changeUnless(_ holds: @Sendable (State) -> Bool) async {
        await withCheckedContinuation { waiter in
            let already = state.withLock { state in
                if holds(state) { return true }
                state.waiters.append(waiter)
                return false
            }
            if already { waiter.resume() }
        }
    }

    /// Sends SIGKILL, to the group that it leads if it leads one, and waits for the end.
    public func kill() async {
        _ = Foundation.kill(leadsGroup ? -processID : processID, SIGKILL)
        _ = await ended()
    }

    /// Sends SIGTERM.
    public func terminate() { _ = Foundation.kill(processID, SIGTERM) }

    /// Asks it to read its configuration again.
    public func reload() { _ = Foundation.kill(processID, SIGHUP) }

    /// Waits for the end and for the last of the output.
    public func outcome() async -> Outcome {
        let status = await ended()
        return Outcome(output: lines.joined(separator: "\n"), errors: errors, status: status)
    }
}
