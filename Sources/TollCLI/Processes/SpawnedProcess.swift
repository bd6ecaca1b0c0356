internal import PayWord

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A process by `posix_spawn`, with exactly the three standard descriptors of its own.
///
/// Foundation's `Process` lets children that start at the same moment inherit one another's pipes,
/// so that the end of one is not seen before the end of another. Here nothing can be inherited: the
/// child opens all three files itself, its output being a named pipe.
struct SpawnedProcess: Sendable {
    let processID: Int32
    private let output: Int32

    /// Starts a program. `outputFile` must not be there; it is a pipe for as long as this takes. With
    /// a group of its own, a signal to the group reaches what the program starts, too.
    init(
        path: String, arguments: [String], environment: [String], inputFile: String,
        outputFile: String, errorFile: String, ownGroup: Bool
    ) throws(Refusal) {
        let reading = try Self.makePipe(outputFile)
        defer { unlink(outputFile) }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if ownGroup { posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP)) }
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, inputFile, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputFile, O_WRONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, STDERR_FILENO, errorFile, O_WRONLY | O_APPEND, 0)
        var child = pid_t(0)
        let code = Self.withCStrings(arguments) { arguments in
            Self.withCStrings(environment) { environment in
                posix_spawn(&child, path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else {
            close(reading)
            throw Refusal(
                .storageFailed, "‘\(path)’ cannot be started: \(String(cString: strerror(code)))")
        }
        // The child has opened its end before `posix_spawn` returns, so that from here on a read
        // may wait, and an end of file is the child's end.
        _ = fcntl(reading, F_SETFL, fcntl(reading, F_GETFL) & ~O_NONBLOCK)
        processID = child
        output = reading
    }

    /// Reads the output to its end, on the caller's own thread.
    func follow(_ take: ([UInt8]) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(output, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            take(Array(buffer[..<count]))
        }
        close(output)
    }

    /// Waits for the end.
    /// - Returns: the exit status, or 128 and the signal.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private static func makePipe(_ path: String) throws(Refusal) -> Int32 {
        guard mkfifo(path, 0o600) == 0 else {
            throw Refusal(.storageFailed, "no pipe: \(String(cString: strerror(errno)))")
        }
        // Without waiting for the other end, which the child opens.
        let reading = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard reading >= 0 else {
            unlink(path)
            throw Refusal(.storageFailed, "no pipe: \(String(cString: strerror(errno)))")
        }
        return reading
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
