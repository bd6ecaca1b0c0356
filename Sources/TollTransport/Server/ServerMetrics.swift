internal import Metrics
internal import PayWord

/// What a server counts: how many and how much, never who.
struct ServerMetrics: Sendable {
    private let connections = Gauge(label: "tollchain_peer_connections")
    private let turnedAway = Counter(label: "tollchain_peer_connections_turned_away")
    private let accepted = Counter(label: "tollchain_peer_payments_accepted")
    private let batches = Recorder(label: "tollchain_peer_payments_per_batch")

    /// How many connections there are now.
    func count(connections count: Int) { connections.record(count) }

    /// A connection was one too many.
    func countTurnedAway() { turnedAway.increment() }

    /// A batch of payments was answered.
    func countBatch(accepted acceptedCount: Int, refused: [Reason]) {
        batches.record(acceptedCount + refused.count)
        accepted.increment(by: acceptedCount)
        // Reasons are a registry's, so their number is bounded; a refusal is the exception, and may
        // cost a look-up.
        for reason in refused {
            Counter(
                label: "tollchain_peer_payments_refused", dimensions: [("reason", reason.code)]
            ).increment()
        }
    }
}
