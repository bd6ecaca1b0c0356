public import TollBroker

/// What a test changes on the way from a store to an auditor: another value, or nil to leave it out.
public protocol LedgerStoreTap {
    var link: (LedgerLink) -> LedgerLink? { get }
    var account: (LedgerAccount) -> LedgerAccount? { get }
    var commitment: (LedgerCommitment) -> LedgerCommitment? { get }
    var settlement: (LedgerSettlement) -> LedgerSettlement? { get }
}

extension MemoryLedgerStore {
    /// Shows the books to an auditor as ``audit(_:)`` does, changed by `tap`.
    public func show(_ auditor: LedgerAuditor, through tap: some LedgerStoreTap) -> LedgerAuditor {
        let tables = copy
        var auditor = auditor
        for link in tables.links.compactMap(tap.link) { auditor.see(link) }
        for account in tables.accounts.values.compactMap(tap.account) { auditor.see(account) }
        for row in tables.commitments.values.compactMap(tap.commitment) { auditor.see(row) }
        for key in tables.settlementOrder {
            if let record = tables.settlements[key].flatMap(tap.settlement) { auditor.see(record) }
        }
        return auditor
    }
}
