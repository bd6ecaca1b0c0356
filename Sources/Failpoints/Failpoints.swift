private import Synchronization

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// Kills this process at a chosen failpoint, so that tests can show what survives.
///
/// `TOLLCHAIN_FAILPOINT=merchant-after-commit:37` sends SIGKILL to the process itself when that
/// point is reached for the 37th time. A program reads it once, at its top, and hands the value down.
///
/// ```swift
/// let failpoints = Failpoints(environment: ProcessInfo.processInfo.environment)
/// failpoints.reach(.merchantAfterCommit)
/// ```
public final class Failpoints: Sendable {
    /// The variable that names a failpoint and a count.
    public static let environmentVariable = "TOLLCHAIN_FAILPOINT"

    /// Failpoints of which none is set.
    public static let none = Failpoints(environment: [:])

    private let armed: Failpoint?
    /// How often the armed point is still to be reached; guarded, since any task may reach it.
    private let remaining: Mutex<Int>

    /// The failpoint that the environment names, in a debug build.
    public init(environment: [String: String]) {
        let parts = (environment[Self.environmentVariable] ?? "").split(separator: ":")
        armed = parts.first.flatMap { Failpoint(rawValue: String($0)) }
        remaining = Mutex(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }

    /// Marks a place. If it is the armed one and its count is used up, the process dies here.
    @inlinable
    public func reach(_ point: Failpoint) {
        #if DEBUG
            strike(point)
        #endif
    }

    @usableFromInline
    func strike(_ point: Failpoint) {
        guard point == armed else { return }
        let isLast = remaining.withLock { count in
            count -= 1
            return count == 0
        }
        if isLast { kill(getpid(), SIGKILL) }
    }
}
