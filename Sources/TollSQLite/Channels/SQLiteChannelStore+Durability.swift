internal import GRDB
public import PayWord

extension SQLiteChannelStore {
    /// Whether what a call acknowledged survives a loss of power, as the engine itself says: a
    /// write-ahead log that is flushed at each commit.
    /// - Throws: `storage-failed`.
    public func isDurable() async throws(Refusal) -> Bool {
        try await storing {
            try await pool.write { database in
                let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
                let level = try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? 0
                // 2 is FULL, 3 is EXTRA.
                return journal?.lowercased() == "wal" && level >= 2
            }
        }
    }
}
