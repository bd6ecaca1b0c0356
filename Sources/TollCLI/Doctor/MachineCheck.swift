internal import Foundation
internal import PayWord

/// What of a machine matters to every role: files, disk, limits, clock, dates.
public enum MachineCheck {
    /// Below this, a disk is about to be full.
    static let freeBytesWarning: UInt64 = 1 << 30
    /// Below this, a database may fail at its next checkpoint.
    static let freeBytesFault: UInt64 = 128 << 20
    /// Files beside the connections: database, log, libraries, the operator's address.
    static let spareFiles: UInt64 = 128
    /// How far clocks may be apart, in seconds, by the protocol.
    static let clockDifferenceFault: Int64 = 300
    /// From here on somebody should look after NTP.
    static let clockDifferenceWarning: Int64 = 30
    /// How long before its end a certificate should be renewed.
    static let renewalSeconds: Int64 = 14 * 86_400

    // MARK: Files

    /// A file that only its owner may read, of a known length where it has one.
    public static func secret(_ check: String, _ path: String, bytes: Int? = nil) -> Finding {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            return errno == ENOENT
                ? .fault(
                    check, "‘\(path)’ is missing",
                    fix: "put the copy of it back there: no other one does")
                : .fault(check, "‘\(path)’: \(systemError())", fix: "look who owns its folder")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .fault(
                check, "‘\(path)’ is no plain file", fix: "put the file itself there, no link")
        }
        guard status.st_mode & 0o077 == 0 else {
            return .fault(
                check, "others may read ‘\(path)’",
                fix: "chmod 600 '\(path)'; if others may have read it, its money is at risk")
        }
        if let bytes, status.st_size != bytes {
            return .fault(
                check, "‘\(path)’ has \(status.st_size) bytes, not \(bytes)",
                fix: "put the copy of it back there")
        }
        return owned(check, path, by: status.st_uid)
    }

    /// A folder that only its owner may look into.
    public static func folder(_ check: String, _ path: String) -> Finding {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return .fault(check, "there is no folder ‘\(path)’", fix: "is --home right?")
        }
        guard status.st_mode & 0o077 == 0 else {
            return .fault(
                check, "others may look into ‘\(path)’", fix: "chmod 700 '\(path)'")
        }
        return owned(check, path, by: status.st_uid)
    }

    private static func owned(_ check: String, _ path: String, by owner: uid_t) -> Finding {
        guard owner == geteuid() else {
            return .warning(
                check, "‘\(path)’ belongs to user \(owner), and this is user \(geteuid())",
                fix: "run this as the service's user")
        }
        return .ok(check, "its owner's alone")
    }

    // MARK: Room

    /// How much room the file system of a path has.
    public static func disk(_ check: String, _ path: String) -> Finding {
        guard let facts = try? FileManager.default.attributesOfFileSystem(forPath: path),
            let free = (facts[.systemFreeSize] as? NSNumber)?.uint64Value
        else { return .skipped(check, "the file system does not say") }
        let nodes = (facts[.systemFreeNodes] as? NSNumber)?.uint64Value
        return disk(check, path, freeBytes: free, freeFiles: nodes)
    }

    /// The same, of figures. Some file systems have no count of files, and say 0 of all.
    public static func disk(
        _ check: String, _ path: String, freeBytes: UInt64, freeFiles: UInt64?
    ) -> Finding {
        let size = "\(freeBytes >> 20) MiB are free at ‘\(path)’"
        let fix = "make room, or move the folder: a full disk refuses payments"
        if freeBytes < freeBytesFault { return .fault(check, size, fix: fix) }
        if freeBytes < freeBytesWarning { return .warning(check, size, fix: fix) }
        if let freeFiles, (1..<64).contains(freeFiles) {
            return .fault(check, "\(freeFiles) files can yet be made at ‘\(path)’", fix: fix)
        }
        return .ok(check, size)
    }

    /// How many files this process may have open, against what a service would need. A service's own
    /// limit may differ: systemd sets it in the unit.
    public static func files(_ check: String, connections: UInt64) -> Finding {
        var limit = rlimit()
        guard getrlimit(Self.openFiles, &limit) == 0 else {
            return .skipped(check, systemError())
        }
        return files(check, connections: connections, limit: UInt64(limit.rlim_cur))
    }

    /// The same, of a limit.
    public static func files(_ check: String, connections: UInt64, limit: UInt64) -> Finding {
        let needed = connections + spareFiles
        guard limit < needed else {
            return .ok(check, "\(limit) may be open, \(needed) may be needed")
        }
        return .fault(
            check, "\(limit) files may be open, and \(connections) connections need \(needed)",
            fix: "ulimit -n \(needed), LimitNOFILE=\(needed) in the unit, or lower "
                + "limits.connections")
    }

    #if canImport(Glibc)
        private static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let openFiles = RLIMIT_NOFILE
    #endif

    /// Who runs this.
    public static func user() -> Finding {
        geteuid() == 0
            ? .warning(
                "user", "this is root",
                fix: "give the service a user of its own: a mistake then costs less")
            : .ok("user", "number \(geteuid())")
    }

    // MARK: Time

    /// This clock against another's, in seconds; above 0 this one is ahead.
    public static func clock(_ check: String, ahead: Int64) -> Finding {
        let text = ahead == 0 ? "the same" : "\(abs(ahead)) s \(ahead > 0 ? "ahead" : "behind")"
        let fix = "have both clocks set by NTP: timedatectl set-ntp true"
        if abs(ahead) >= clockDifferenceFault { return .fault(check, text, fix: fix) }
        if abs(ahead) >= clockDifferenceWarning { return .warning(check, text, fix: fix) }
        return .ok(check, text)
    }

    /// The period of a certificate, in seconds since 1970.
    public static func certificate(
        _ check: String, from start: UInt64, to end: UInt64, now: UInt64
    ) -> Finding {
        let left = Int64(clamping: end) - Int64(clamping: now)
        let date = UTCText.text(Timestamp(end))
        if now < start {
            return .fault(
                check, "it holds only from \(UTCText.text(Timestamp(start))) on",
                fix: "is this clock right? else use the certificate before it")
        }
        if left < 0 {
            return .fault(check, "it ended at \(date)", fix: "renew it")
        }
        if left < renewalSeconds {
            return .warning(check, "it ends at \(date)", fix: "renew it now")
        }
        return .ok(check, "until \(date)")
    }

    static func systemError() -> String { String(cString: strerror(errno)) }
}

extension MachineCheck {
    /// Whether there is a folder of that path.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
