internal import Metrics

/// What a server counts: how many and how much, never who.
struct ServerMetrics: Sendable {
    private let connections = Gauge(label: "tollchain_peer_connections")
    private let turnedAway = Counter(label: "tollchain_peer_connections_turned_away")
    private let accepted = Counter(label: "tollchain_peer_payments_accepted")
    private let refused = Counter(label: "tollchain_peer_payments_refused")
    private let batches = Recorder(label: "tollchain_peer_payments_per_batch")

    /// How many connections there are now.
    func count(connections count: Int) { connections.record(count) }

    /// A connection was one too many.
    func countTurnedAway() { turnedAway.increment() }

    /// A batch of payments was answered.
    func countBatch(accepted acceptedCount: Int, refused refusedCount: Int) {
        batches.record(acceptedCount + refusedCount)
        accepted.increment(by: acceptedCount)
        refused.increment(by: refusedCount)
    }
}
