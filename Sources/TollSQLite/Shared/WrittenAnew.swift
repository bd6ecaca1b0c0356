internal import GRDB

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A file whose bytes are written once more, where they stand, and flushed.
///
/// A system that could not flush a part of a file may call it clean all the same and not write it
/// again, until it is written to (R. Rebello and others, "Can Applications Recover from fsync
/// Failures?", USENIX ATC 2020).
enum WrittenAnew {
    private static let bytesAtOnce = 1 << 20

    /// Writes all of a file anew, if it is there. The caller sees to it that nobody else writes.
    /// - Throws: `SQLITE_IOERR` if it cannot be read or flushed, `SQLITE_FULL` if it cannot be written:
    ///   then it is as it was found.
    static func flush(_ path: String) throws(DatabaseError) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw failure(.SQLITE_FULL, "opened", path) }
            return
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: bytesAtOnce)
        var place: off_t = 0
        while true {
            let count = pread(descriptor, &buffer, buffer.count, place)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(.SQLITE_IOERR, "read", path) }
            guard count > 0 else { break }
            var written = 0
            while written < count {
                let more = buffer.withUnsafeBytes { bytes in
                    pwrite(
                        descriptor, bytes.baseAddress?.advanced(by: written), count - written,
                        place + off_t(written))
                }
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { throw failure(.SQLITE_FULL, "written", path) }
                written += more
            }
            place += off_t(count)
        }
        guard place == 0 || fsync(descriptor) == 0 else {
            throw failure(.SQLITE_IOERR, "flushed", path)
        }
    }

    private static func failure(
        _ code: ResultCode, _ verb: String, _ path: String
    ) -> DatabaseError {
        let cause = String(cString: strerror(errno))
        return DatabaseError(
            resultCode: code, message: "‘\(path)’ cannot be \(verb): \(cause)")
    }
}
