internal import Metrics
internal import PayWord

/// What a server counts: how many and how much, never who.
struct ServerMetrics: Sendable {
    private let connections = Gauge(label: "tollchain_peer_connections")
    private let turnedAway = Counter(label: "tollchain_peer_connections_turned_away")
    private let accepted = Counter(label: "tollchain_peer_payments_accepted")
    /// Of every reason from the start, since a rule misses the first step of a figure that appears.
    private let refused = Dictionary(
        uniqueKeysWithValues: Reason.allCases.map { reason in
            (
                reason,
                Counter(
                    label: "tollchain_peer_payments_refused", dimensions: [("reason", reason.code)])
            )
        })
    private let batches = Recorder(label: "tollchain_peer_payments_per_batch")

    /// How many connections there are now.
    func count(connections count: Int) { connections.record(count) }

    /// A connection was one too many.
    func countTurnedAway() { turnedAway.increment() }

    /// A batch of payments was answered.
    func countBatch(accepted acceptedCount: Int, refused reasons: [Reason]) {
        batches.record(acceptedCount + reasons.count)
        accepted.increment(by: acceptedCount)
        for reason in reasons { refused[reason]?.increment() }
    }
}
