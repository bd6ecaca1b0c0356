internal import HTTPTypes
internal import PayWord
internal import Synchronization

/// So many at once and no more: the others are told to come back, not kept waiting.
final class RequestGate: Sendable {
    private let maximum: Int
    /// How many are inside. Guarded, since every request is a task of its own.
    private let inside = Mutex(0)

    init(maximum: Int) { self.maximum = maximum }

    /// Runs `body` if there is a place.
    /// - Throws: a 503 with `busy` and `Retry-After` if there is none.
    func withPlace<Result>(_ body: () async throws -> Result) async throws -> Result {
        let entered = inside.withLock { count in
            guard count < maximum else { return false }
            count += 1
            return true
        }
        guard entered else {
            throw APIFault(
                Refusal(.busy, "\(maximum) redemptions are under way"), bodyWasRead: false,
                headers: [.retryAfter: "1"])
        }
        defer { inside.withLock { $0 -= 1 } }
        return try await body()
    }
}
