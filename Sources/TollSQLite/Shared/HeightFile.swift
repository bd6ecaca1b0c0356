private import Synchronization

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// How many changes a database has seen, in a small file beside it.
///
/// The file is written after the commit that it counts, so it may lag behind the database and is
/// never ahead of it: a database with a lower count is an older copy, or one that lost its
/// write-ahead log. It is not flushed; after a loss of power it may tell less, and never a falsehood.
final class HeightFile: Sendable {
    /// Its path.
    let path: String
    /// The highest count that was written here; guards the order of writes.
    private let written: Mutex<UInt64>

    /// The file beside the database at `path`.
    init(besides path: String) {
        self.path = path + "-height"
        written = Mutex(0)
    }

    /// What the file says.
    enum Reading: Equatable {
        /// There is no file, or one to which nothing was written before the power went.
        case none
        case count(UInt64)
        /// Something is there that cannot be read, or is no count: what it said is lost.
        case damaged
    }

    func read() -> Reading {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? .none : .damaged }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: Self.byteCount + 1)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { return .damaged }
        // A file system may keep the length of a file that was not flushed, and none of its bytes.
        guard buffer[..<count].contains(where: { $0 != 0 }) else { return .none }
        let digits = buffer.prefix(Self.byteCount - 1)
        guard count == Self.byteCount, buffer[count - 1] == 0x0a,
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let height = UInt64(String(decoding: digits, as: UTF8.self))
        else { return .damaged }
        return .count(height)
    }

    /// Writes a count, unless a higher one was written here. That it fails costs no more than that
    /// an older copy may go unnoticed.
    func raise(to height: UInt64) {
        written.withLock { written in
            guard height > written else { return }
            let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { return }
            defer { close(descriptor) }
            let digits = String(height)
            let text = String(repeating: "0", count: Self.byteCount - 1 - digits.count) + digits
            let bytes = Array((text + "\n").utf8)
            if pwrite(descriptor, bytes, bytes.count, 0) == bytes.count { written = height }
        }
    }

    /// Twenty digits and a newline: always as long, so that a write replaces all of it.
    private static let byteCount = 21
}
