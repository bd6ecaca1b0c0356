internal import PayWord

/// When a request is sent again: exponential back-off with full jitter.
///
/// Every request of the broker's API is idempotent, and the same bytes are sent again, so a retry is
/// safe whatever became of the try before it.
public struct RetryPolicy: Sendable {
    /// How often a request is sent at most.
    public var attemptsMaximum = 12
    /// The bound of the first delay; each later one doubles it.
    public var firstDelay: Duration = .milliseconds(100)
    /// The bound that no delay grows beyond, unless the broker asks for more.
    public var delayMaximum: Duration = .seconds(5)

    /// The default policy.
    public init() {}

    /// How long to wait after `attempt` tries: a random part of the bound, but never less than the
    /// broker asked for.
    func delay(after attempt: Int, asked: Duration?, random: UInt64) -> Duration {
        let bound = min(delayMaximum, firstDelay * (1 << min(max(attempt - 1, 0), 16)))
        // 53 random bits: every fraction of the bound is a Double exactly.
        let jittered = bound * (Double(random >> 11) / Double(1 << 53))
        return max(jittered, asked ?? .zero)
    }
}

/// Time and chance as a client uses them: values, so that tests wait for nothing.
struct Pacing: Sendable {
    /// The time since any fixed moment.
    var now: @Sendable () -> Duration = BodyReader.monotonic
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    var random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
}
