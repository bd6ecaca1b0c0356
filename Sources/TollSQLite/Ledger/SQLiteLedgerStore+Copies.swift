public import PayWord

extension SQLiteLedgerStore {
    /// Copies the books while they are written to: what was answered when it begins is in the copy. The
    /// copy is marked as one, and is not written to before ``adopt(isKnown:at:)``.
    /// - Parameters:
    ///   - path: a file that is not there yet.
    ///   - time: the present time.
    /// - Returns: how much is in it.
    /// - Throws: `storage-failed`.
    public func copy(to path: String, at time: Timestamp) async throws(Refusal) -> DatabaseCopy {
        try await database.copy(to: path, at: time)
    }

    /// Puts a copy in the place of the books, where none are. It is not taken up with that.
    /// - Parameters:
    ///   - backup: what ``copy(to:at:)`` wrote, or another copy with its log. It is not changed.
    ///   - path: where the books belong.
    /// - Throws: `storage-failed` for what is no whole copy of a ledger, or where there is a file
    ///   already.
    public static func place(_ backup: String, at path: String) throws(Refusal) {
        let copy = PlacedCopy(path: path, applicationID: LedgerMigrations.applicationID)
        try copy.place(backup) { _ in }
    }

    /// Takes up an older copy, for which ``staleness`` has a reason, as the books from now on. Open the
    /// store anew afterwards.
    /// - Parameters:
    ///   - isKnown: whether its owner says that it is a copy, even if nothing in it does.
    ///   - time: the present time.
    /// - Returns: what was taken up.
    /// - Throws: `storage-failed` where nothing says that it is a copy; `busy` while it is served.
    public func adopt(
        isKnown: Bool = false, at time: Timestamp
    ) async throws(Refusal) -> AdoptedCopy {
        try await database.adopt(isKnown: isKnown, at: time)
    }

    /// Whether the books were an older copy that was taken up; nil if they never were.
    /// - Throws: `storage-failed`.
    public func takenUp() async throws(Refusal) -> TakenUp? { try await database.takenUp() }
}
