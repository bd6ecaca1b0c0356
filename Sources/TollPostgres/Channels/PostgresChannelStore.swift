public import Logging
public import PayWord
public import TollMerchant

/// A merchant's channels in PostgreSQL.
///
/// Each verb is one transaction, on disk when it returns; one that throws has changed nothing, but
/// for one case: a connection that is lost while the server commits leaves it open, and the refusal
/// says so. Any number of instances may serve one merchant from one database: the version of a
/// channel decides between them, and nothing is locked longer than a transaction lasts.
///
/// ```swift
/// try await PostgresSchema(uri: uri).migrate(.merchant)
/// let store = try await PostgresChannelStore(uri: uri, merchant: key.publicKey)
/// let balance = try await store.balance(of: euro)
/// ```
public final class PostgresChannelStore: ChannelStore {
    let pool: PostgresPool
    let merchant: PublicKey
    let caution = ReferenceCaution()

    /// Connects to a merchant's channels. One database may hold those of many merchants.
    /// - Parameters:
    ///   - uri: where the database is, as libpq reads it.
    ///   - merchant: whose channels are kept and seen.
    ///   - options: connections and time-outs.
    ///   - log: where lost connections are noted; secrets are not.
    /// - Throws: `storage-failed` if the server cannot be reached, may lose what it acknowledges, or
    ///   has tables of another version; see ``PostgresSchema``.
    public init(
        uri: String, merchant: PublicKey, options: PostgresOptions = PostgresOptions(),
        log: Logger = Logger(label: "tollchain.postgres")
    ) async throws(Refusal) {
        self.merchant = merchant
        pool = PostgresPool(
            try ConnectionString(uri), options, connections: options.connections, log: log)
        try await PostgresSchema(pool).check(.merchant)
        // The row that transactions lock which must follow one another.
        try await pool.write { [merchant] transaction in
            transaction.later(
                """
                INSERT INTO toll_merchants (merchant, batches) VALUES ($1, 0)
                ON CONFLICT DO NOTHING
                """, [.fixed(merchant)])
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (ChannelBooks) throws -> Value
    ) async throws(Refusal) -> Value {
        try await pool.write { [merchant] in
            try body(ChannelBooks(transaction: $0, merchant: merchant))
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (ChannelBooks) throws -> Value
    ) async throws(Refusal) -> Value {
        try await pool.read { [merchant] in
            try body(ChannelBooks(transaction: $0, merchant: merchant))
        }
    }

    // MARK: Channels

    /// Takes the payer's nonce, adds up the exposure, and inserts, in one transaction: two openings at
    /// once cannot share a nonce, nor both slip under a limit. Exposure is summed only where there is
    /// a limit, and then openings of the same payer or broker follow one another. A channel that is
    /// here already is returned as it stands.
    /// - Throws: `duplicate-commitment`, `limit-exceeded`, `storage-failed`.
    public func open(
        _ channel: ChannelRecord, limits: ExposureLimits, at time: Timestamp
    ) async throws(Refusal) -> ChannelRecord {
        try await write { books in
            let terms = channel.terms
            if let present = try books.take(nonceOf: terms) { return present }
            try books.lock(limits, terms)
            try limits.check(
                adding: terms.worth, in: terms.asset,
                payer: limits.perPayer == nil ? .zero : books.exposure(payerOf: terms, time),
                broker: limits.perBroker == nil ? .zero : books.exposure(brokerOf: terms, time))
            try books.insert(channel)
            return channel
        }
    }

    /// One row, found by its key.
    /// - Throws: `storage-failed`.
    public func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord? {
        try await pool.rows(ChannelBooks.channelQuery, [.fixed(merchant), .fixed(id)]) {
            try ChannelRecord($0)
        }.first
    }

    /// A page of at most `limit` rows by their key: the id of the last one leads to the next page.
    /// - Throws: `storage-failed`.
    public func channels(
        after id: CommitmentID?, limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await channels("", [], after: id, limit)
    }

    /// Channels that fit a condition, in the order of their ids. Its parameters count from 4.
    func channels(
        _ condition: String, _ values: [PostgresValue], after id: CommitmentID?, _ limit: Int
    ) async throws(Refusal) -> [ChannelRecord] {
        try await pool.rows(
            """
            SELECT \(ChannelRecord.columns) FROM \(ChannelRecord.tables)
            WHERE c.merchant = $1 AND c.channel > $2\(condition) ORDER BY c.channel LIMIT $3
            """,
            [.fixed(merchant), .bytes(id?.bytes ?? []), .integer(Int64(clamping: limit))] + values
        ) { try ChannelRecord($0) }
    }

    /// Adds up every channel of the asset, row by row and page by page, in one snapshot: the figures
    /// are those of one moment, and the time grows with the number of channels.
    /// - Throws: `amount-overflow` if a total does not fit; `storage-failed`.
    public func balance(of asset: Asset) async throws(Refusal) -> MerchantBalance {
        try await read { books in
            var balance = MerchantBalance()
            var last: CommitmentID?
            repeat {
                let page = try books.states(in: asset, after: last, 4096)
                for state in page { try balance.add(state) }
                last = page.last?.id
            } while last != nil
            try balance.add(short: books.short(in: asset))
            try balance.add(books.purgedTotals(in: asset))
            return balance
        }
    }
}
