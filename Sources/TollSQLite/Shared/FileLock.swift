internal import PayWord
private import Synchronization

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A file of locks, which the kernel takes back when their holder ends, however it ends.
///
/// Each place in the file is a lock of its own, held by one taker at a time, in one process or in
/// many. The file holds nothing and is never removed, because a lock
/// on a file that is gone excludes nobody.
final class FileLock: Sendable {
    private let descriptor: Int32
    /// What was taken through this value: to the kernel, all that it does is one holder's.
    private let taken = Mutex<Set<UInt64>>([])

    /// Opens or makes the file.
    /// - Throws: `storage-failed`.
    init(_ path: String) throws(Refusal) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Refusal(
                .storageFailed, "‘\(path)’ cannot be opened: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        // A process that is being started has the descriptor for a moment, and would have the locks.
        taken.withLock { taken in
            for place in taken { _ = set(place, F_UNLCK) }
        }
        close(descriptor)
    }

    /// Takes the lock of a place, if nobody else has it.
    func take(_ place: UInt64) throws(Refusal) -> Bool {
        try taken.withLock { (taken) throws(Refusal) in
            guard !taken.contains(place) else { return false }
            if set(place, F_WRLCK) { return taken.insert(place).inserted }
            guard errno == EAGAIN || errno == EACCES || errno == EINTR else {
                throw Refusal(
                    .storageFailed, "a lock cannot be taken: \(String(cString: strerror(errno)))")
            }
            return false
        }
    }

    /// Gives the lock of a place back.
    func release(_ place: UInt64) {
        taken.withLock { taken in
            taken.remove(place)
            _ = set(place, F_UNLCK)
        }
    }

    private func set(_ place: UInt64, _ kind: Int32) -> Bool {
        var range = flock()
        range.l_type = Int16(kind)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = off_t(place & 0x3fff_ffff_ffff_ffff)
        range.l_len = 1
        return fcntl(descriptor, Self.setOpenFileLock, &range) == 0
    }

    /// `F_OFD_SETLK`: a lock of the open file and not of the process, so that closing the same file
    /// elsewhere in the process does not give it back. Not every C library's header shows it.
    #if canImport(Darwin)
        private static let setOpenFileLock: Int32 = 90
    #else
        private static let setOpenFileLock: Int32 = 37
    #endif
}
