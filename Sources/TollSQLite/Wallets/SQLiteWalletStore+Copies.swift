public import PayWord

extension SQLiteWalletStore {
    /// Copies the records while they are written to. An older copy costs history and budgets, and no
    /// money: a merchant that has seen more says so, and the wallet goes on from there.
    /// - Parameter path: a file that is not there yet.
    /// - Returns: how much is in it.
    /// - Throws: `storage-failed`.
    public func copy(to path: String) async throws(Refusal) -> DatabaseCopy {
        DatabaseCopy(
            changes: nil, bytes: try await DatabaseFileCopy.copy(of: pool, to: path) { _ in })
    }
}
