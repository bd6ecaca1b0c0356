internal import Foundation
internal import GRDB
public import PayWord
public import TollMerchant

/// A merchant's channels in one SQLite file.
///
/// Each verb is one transaction, on disk when it returns; one that throws has changed nothing.
/// Several processes may use one file: a transaction that writes waits for the one before it, and
/// reads the rows that it decides on after that. Verbs that read see the channels of one moment,
/// and wait for nobody.
///
/// ```swift
/// let store = try SQLiteChannelStore(path: "merchant.sqlite", merchant: key.publicKey)
/// let balance = try await store.balance(of: asset)
/// ```
public final class SQLiteChannelStore: ChannelStore {
    let database: GuardedDatabase
    var pool: DatabasePool { database.pool }

    /// Opens or creates a merchant's database.
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - merchant: whose channels it keeps. The first to open it is remembered.
    /// - Throws: `wrong-merchant` if it keeps another merchant's channels; `storage-failed`: see
    ///   ``SQLiteFile``.
    public init(path: String, merchant: PublicKey) throws(Refusal) {
        database = try GuardedDatabase(
            path: path, applicationID: ChannelMigrations.applicationID,
            migrator: ChannelMigrations.migrator)
        let pool = database.pool
        let keeper = try storing { try pool.write { try $0.keeper(orElse: merchant) } }
        guard keeper == merchant else {
            throw Refusal(
                .wrongMerchant,
                """
                ‘\(path)’ keeps the channels of \(keeper), and the key is that of \(merchant): put \
                the key back that its payers committed to, or use another folder
                """)
        }
    }

    /// Why nothing may be written: the file is an older copy of the channels, or lost its
    /// write-ahead log. Nil while all is well. It can be read.
    public var staleness: Refusal? { database.staleness }

    /// Makes this process the one that serves the channels, until it ends, however it ends.
    /// - Throws: `busy` while another process does; `storage-failed` for ``staleness``.
    public func takeServingLock() throws(Refusal) { try database.takeServingLock() }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await database.write(body)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        try await database.read(body)
    }

    // MARK: Channels

    /// Looks for the channel and for its payer's nonce, adds up the exposure, and inserts, in one
    /// transaction: two openings at once cannot share a nonce, nor both slip under a limit.
    /// Exposure is summed only where there is a limit. A channel that is here already is returned
    /// as it stands.
    /// - Throws: `duplicate-commitment`, `limit-exceeded`, `storage-failed`.
    public func open(
        _ channel: ChannelRecord, limits: ExposureLimits, at time: Timestamp
    ) async throws(Refusal) -> ChannelRecord {
        try await write { database in
            let terms = channel.terms
            if let present = try database.channel(terms.id) { return present }
            guard try !database.wasPurged(terms.id) else {
                throw Refusal(.channelClosed, "channel \(terms.id) ended and was purged")
            }
            let isRepeated =
                try Bool.fetchOne(
                    database.cachedStatement(
                        sql: """
                            SELECT EXISTS (
                                SELECT 1 FROM commitments WHERE payer = ?1 AND nonce = ?2)
                            OR EXISTS (
                                SELECT 1 FROM purged_channels WHERE payer = ?1 AND nonce = ?2)
                            """),
                    arguments: [terms.payer.data, terms.nonce.data]) ?? false
            guard !isRepeated else {
                throw Refusal(.duplicateCommitment, "a channel \(terms.id) cannot be opened")
            }
            try limits.check(
                adding: terms.worth, in: terms.asset,
                payer: limits.perPayer == nil ? .zero : database.exposure(payerOf: terms, time),
                broker: limits.perBroker == nil ? .zero : database.exposure(brokerOf: terms, time))
            try database.insert(channel)
            return channel
        }
    }

    /// One row, found by its key.
    /// - Throws: `storage-failed`.
    public func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord? {
        try await read { try $0.channel(id) }
    }

    /// A page of at most `limit` rows by their key: the id of the last one leads to the next page.
    /// - Throws: `storage-failed`.
    public func channels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await read { try $0.channels(where: "TRUE", [], after: id, limit) }
    }

    /// Adds up every channel of the asset, row by row, in one snapshot: the figures are those of
    /// one moment, and the time grows with the number of channels.
    /// - Throws: `amount-overflow` if a total does not fit; `storage-failed`.
    public func balance(of asset: Asset) async throws(Refusal) -> MerchantBalance {
        try await read { database in
            var balance = MerchantBalance()
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT \(ChannelState.columns) FROM \(ChannelRecord.tables)
                    WHERE asset_code = ? AND asset_scale = ?
                    """, arguments: [asset.code, Int64(asset.scale)])
            while let row = try rows.next() { try balance.add(try ChannelState(row)) }
            try balance.add(short: database.short(in: asset))
            try balance.add(database.purgedTotals(in: asset))
            return balance
        }
    }

    // MARK: Payments

    /// Writes each channel over the version that its payments were judged on, all in one transaction
    /// with one wait for the disk: the more payments gather, the less each costs. A channel that
    /// stands elsewhere is read, and leaves the others alone.
    /// - Throws: `storage-failed`; then nothing of the batch was written.
    public func advance(
        _ advances: [ChannelAdvance]
    ) async throws(Refusal) -> [AdvanceOutcome] {
        try await write { database in
            var outcomes: [AdvanceOutcome] = []
            outcomes.reserveCapacity(advances.count)
            let writer = try AdvanceWriter(database)
            for advance in advances { outcomes.append(try writer.write(advance)) }
            return outcomes
        }
    }

    /// Lowers what is spent and writes the reference in the same transaction, so that a refund sent
    /// again changes nothing and is answered with the channel as it stands.
    /// - Throws: `unknown-commitment`; `reference-conflict` for another amount; `channel-closed`,
    ///   `insufficient-funds` or `already-settled` of the state; `storage-failed`.
    public func refund(
        _ id: CommitmentID, amount: Amount, reference: [UInt8]?, at time: Timestamp
    ) async throws(Refusal) -> ChannelState {
        try await write { database in
            var state = try database.existingState(id)
            if let reference {
                if let charge = try database.charge(.refund, reference, of: id) {
                    try charge.checkSame(amount)
                    return state
                }
                try database.insert(
                    Charge(kind: .refund, reference: reference, amount: amount), of: id)
            }
            try state.refund(amount)
            try database.update(state)
            return state
        }
    }

    /// Compares the stored state with `expected`, and writes the close and the closed state in the
    /// same transaction, so no payment is counted between the two. The first close wins.
    /// - Throws: `unknown-commitment`; `internal` for indexes that do not fit; `storage-failed`.
    public func close(
        _ id: CommitmentID, from expected: ChannelState, at final: [ChainIndex],
        signed close: Verified<Close>
    ) async throws(Refusal) -> (state: ChannelState, close: [UInt8]?) {
        try await write { database in
            var state = try database.existingState(id)
            if let present = try database.signedClose(id) { return (state, present) }
            guard state == expected else { return (state, nil) }
            try state.close(at: final, close.payload.createdAt)
            try database.update(state)
            try database.execute(
                sql: "INSERT INTO closes (channel, object) VALUES (?, ?)",
                arguments: [id.data, Data(close.encoded)])
            return (state, close.encoded)
        }
    }

    /// The close's whole encoding, as it was written when the channel closed.
    /// - Throws: `storage-failed`.
    public func signedClose(_ id: CommitmentID) async throws(Refusal) -> [UInt8]? {
        try await read { try $0.signedClose(id) }
    }
}
