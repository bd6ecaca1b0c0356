public import PayWord

extension Broker {
    /// Checks the whole ledger, all of one moment, while the broker runs or stands still.
    ///
    /// ```swift
    /// let report = try await broker.checkLedger()
    /// for fault in report.faults { print(fault) }
    /// ```
    /// - Throws: `storage-failed`. What does not hold is in the report.
    public func checkLedger() async throws(Refusal) -> LedgerReport {
        try await store.audit(LedgerAuditor(root: root)).finished()
    }
}
