public import PayWord

extension SQLiteChannelStore {
    /// Copies the channels while they are paid on: what was acknowledged when it begins is in the copy.
    /// The copy is marked as one, and is not written to before ``adopt()``.
    /// - Parameters:
    ///   - path: a file that is not there yet.
    ///   - time: the present time.
    /// - Returns: how much is in it.
    /// - Throws: `storage-failed`.
    public func copy(to path: String, at time: Timestamp) async throws(Refusal) -> DatabaseCopy {
        try await database.copy(to: path, at: time)
    }

    /// Takes up an older copy, for which ``staleness`` has a reason, as the channels from now on. Open
    /// the store anew afterwards.
    /// - Parameter isKnown: whether its owner says that it is a copy, even if nothing in it does.
    /// - Returns: what was taken up.
    /// - Throws: `storage-failed` where nothing says that it is a copy; `busy` while it is served.
    public func adopt(isKnown: Bool = false) async throws(Refusal) -> AdoptedCopy {
        try await database.adopt(isKnown: isKnown)
    }
}
