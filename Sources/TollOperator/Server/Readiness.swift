private import Synchronization

/// Whether a service can take work: what it depends on, asked when somebody wants to know, and
/// whether it is about to stop.
///
/// ```swift
/// let readiness = Readiness([
///     ReadinessCheck("store") { await probe() ? nil : "storage-failed" }
/// ])
/// readiness.drain()
/// ```
public final class Readiness: Sendable {
    /// What came of the checks.
    public struct Report: Sendable, Equatable {
        /// One check's outcome.
        public struct Finding: Sendable, Equatable {
            /// The check.
            public let name: String
            /// What is wrong, as a short code; nil if nothing is.
            public let fault: String?
            /// Whether the service takes no work while it is so.
            public let isFatal: Bool
        }

        /// Whether work should come here.
        public let isReady: Bool
        /// Each check's outcome.
        public let findings: [Finding]
    }

    private let checks: [ReadinessCheck]
    private let timeLimit: Duration
    private let draining = Atomic(false)

    /// A service with these checks, each of which may take so long.
    public init(_ checks: [ReadinessCheck], timeLimit: Duration = .seconds(5)) {
        self.checks = checks
        self.timeLimit = timeLimit
    }

    /// From now on no more work should come: the service is about to stop.
    public func drain() { draining.store(true, ordering: .relaxed) }

    /// Asks every check, side by side.
    public func report() async -> Report {
        let isDraining = draining.load(ordering: .relaxed)
        var findings = [
            Report.Finding(
                name: "draining", fault: isDraining ? "draining" : nil, isFatal: true)
        ]
        let asked = await withTaskGroup(of: (Int, String?).self) { group in
            for (place, check) in checks.enumerated() {
                group.addTask { [timeLimit] in (place, await check.fault(within: timeLimit)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (place, check) in checks.enumerated() {
            findings.append(
                .init(name: check.name, fault: asked[place] ?? nil, isFatal: check.isFatal))
        }
        return Report(
            isReady: findings.allSatisfy { $0.fault == nil || !$0.isFatal }, findings: findings)
    }
}

/// One thing that a service depends on.
public struct ReadinessCheck: Sendable {
    /// Its name, for a person.
    public let name: String
    /// Whether the service takes no work while it fails.
    public let isFatal: Bool
    private let look: @Sendable () async -> String?

    /// A check that answers nil, or a short code of what is wrong. It runs beside others of its
    /// kind, and must end when it is cancelled.
    public init(
        _ name: String, isFatal: Bool = true, look: @escaping @Sendable () async -> String?
    ) {
        self.name = name
        self.isFatal = isFatal
        self.look = look
    }

    fileprivate func fault(within time: Duration) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await look() }
            group.addTask {
                try? await Task.sleep(for: time)
                return "timed-out"
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
