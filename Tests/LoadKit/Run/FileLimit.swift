#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many files a process may have open, and so how many connections.
package enum FileLimit {
    #if canImport(Glibc)
        private static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let openFiles = RLIMIT_NOFILE
    #endif

    /// What a merchant and a generator need beside their connections.
    private static let others: UInt64 = 256
    /// Ports of one address from which another can be reached, less some that others use.
    private static let ports: UInt64 = 24_000

    /// Raises the limit of this process and its children as far as it may, and says how many
    /// connections that leaves.
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(openFiles, &limit) == 0 else { return 512 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(openFiles, &limit)
        guard getrlimit(openFiles, &limit) == 0 else { return 512 }
        let files = UInt64(clamping: limit.rlim_cur)
        return Int(min(files > 2 * others ? files - others : others, ports))
    }
}
