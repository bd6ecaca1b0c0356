public import PayWord

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// Secrets in files that only their owner can read: 32 bytes, as they are.
///
/// ```swift
/// try SecretFile.create("wallet.key", secret.bytes)       // never over another file
/// let secret = try WalletSecret(SecretFile.read("wallet.key"))
/// ```
public enum SecretFile {
    /// The length of every secret that a file may hold.
    public static let byteCount = 32

    /// Makes the file with mode 600 and writes the secret; it is on disk when this returns.
    ///
    /// A file that is there already is never touched: a secret that is overwritten is money that is
    /// gone. If writing fails, the new file is removed.
    /// - Throws: `storage-failed`, naming the file and what is wrong; `malformed` for another length.
    public static func create(_ path: String, _ secret: SecretBytes) throws(Refusal) {
        guard secret.count == byteCount else {
            throw Refusal(.malformed, "a key file holds \(byteCount) bytes, not \(secret.count)")
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw failure(path, errno == EEXIST ? "exists already" : systemError())
        }
        // A umask may have taken bits away, none may have added any; the mode is set all the same.
        let isWritten =
            fchmod(descriptor, 0o600) == 0 && write(secret, to: descriptor)
            && fsync(descriptor) == 0
        let problem = isWritten ? nil : systemError()
        close(descriptor)
        if let problem {
            unlink(path)
            throw failure(path, problem)
        }
        try synchronizeFolder(of: path)
    }

    /// The secret in the file.
    ///
    /// - Throws: `storage-failed` if the file cannot be read, is no plain file, or may be read or
    ///   written by others than its owner, with the command that mends it; `malformed` if it does
    ///   not have 32 bytes.
    public static func read(_ path: String) throws(Refusal) -> SecretBytes {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, systemError()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, systemError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure(path, "is no plain file") }
        guard status.st_mode & 0o077 == 0 else {
            throw failure(
                path, "may be read or written by others: run `chmod 600 \(quoted(path))`")
        }
        guard status.st_size == byteCount else {
            throw Refusal(
                .malformed, "‘\(path)’ has \(status.st_size) bytes; a key file has \(byteCount)")
        }
        var isComplete = false
        let secret = SecretBytes(count: byteCount) { memory in
            isComplete = fill(memory, from: descriptor)
        }
        guard isComplete else { throw failure(path, "ended early") }
        return secret
    }

    private static func write(_ secret: SecretBytes, to descriptor: Int32) -> Bool {
        secret.withBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                #if canImport(Glibc)
                    let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                    let count = Musl.write(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Darwin)
                    let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
                #endif
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    private static func fill(
        _ memory: UnsafeMutableRawBufferPointer, from descriptor: Int32
    ) -> Bool {
        var done = 0
        while done < memory.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
            #if canImport(Glibc)
                let count = Glibc.read(descriptor, rest.baseAddress, rest.count)
            #elseif canImport(Musl)
                let count = Musl.read(descriptor, rest.baseAddress, rest.count)
            #elseif canImport(Darwin)
                let count = Darwin.read(descriptor, rest.baseAddress, rest.count)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// A new file's name is on disk only when its folder is.
    private static func synchronizeFolder(of path: String) throws(Refusal) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, systemError()) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder, systemError()) }
    }

    private static func failure(_ path: String, _ problem: String) -> Refusal {
        Refusal(.storageFailed, "‘\(path)’ \(problem)")
    }

    private static func systemError() -> String { String(cString: strerror(errno)) }

    /// The path as one word of a shell.
    private static func quoted(_ path: String) -> String {
        "'"
            + path.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
