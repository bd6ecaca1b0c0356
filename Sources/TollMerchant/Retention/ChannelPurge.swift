public import PayWord

/// Lets go of channels that are over, page by page: each page is a transaction of its own, so payments
/// wait for none of it longer than for that, and a run that is cut short is taken up by the next.
///
/// ```swift
/// let purge = ChannelPurge(store: store, rule: PurgeRule(olderThan: 90 * .day, at: now))
/// let totals = try await purge.run()
/// ```
public struct ChannelPurge: Sendable {
    /// How many channels go in one transaction.
    static let pageMaximum = 256

    private let store: any ChannelStore
    private let rule: PurgeRule

    /// A purge of a store by a rule.
    public init(store: any ChannelStore, rule: PurgeRule) {
        self.store = store
        self.rule = rule
    }

    /// What would go now, by asset. Changes nothing.
    /// - Throws: what the store throws; `amount-overflow`.
    public func look() async throws(Refusal) -> [Asset: PurgedTotals] {
        try await eachPage { (page) throws(Refusal) in page }
    }

    /// Lets them go.
    /// - Returns: what went, by asset.
    /// - Throws: what the store throws, after some pages may have gone.
    public func run() async throws(Refusal) -> [Asset: PurgedTotals] {
        try await eachPage { [store, rule] (page) async throws(Refusal) in
            try await store.purge(page.map(\.terms.id), by: rule)
        }
    }

    private func eachPage(
        _ body: ([ChannelRecord]) async throws(Refusal) -> [ChannelRecord]
    ) async throws(Refusal) -> [Asset: PurgedTotals] {
        var totals: [Asset: PurgedTotals] = [:]
        var last: CommitmentID?
        while !Task.isCancelled {
            let page = try await store.purgeable(by: rule, after: last, limit: Self.pageMaximum)
            guard let end = page.last else { break }
            for channel in try await body(page) {
                try totals[channel.terms.asset, default: PurgedTotals()].add(channel.state)
            }
            last = end.terms.id
        }
        return totals
    }
}
