public import Logging
public import PayWord
public import TollWallet

/// A wallet's store in PostgreSQL, durable when each verb returns, but for a connection that is lost
/// while the server commits: then the refusal says that it is not known.
///
/// Programs may share the wallet: they take turns on a channel, and a channel moves by
/// compare-and-raise. The tables show who was paid; the wallet's secret is not in them.
///
/// ```swift
/// try await PostgresSchema(uri: uri).migrate(.wallet)
/// let store = try await PostgresWalletStore(uri: uri, wallet: name)
/// let wallet = Wallet(secret: secret, store: store, clock: clock)
/// ```
public final class PostgresWalletStore: WalletStore {
    let pool: PostgresPool
    let wallet: Digest
    /// Who moves which channel, on a connection of its own.
    let turns: PostgresTurns
    var me: PostgresValue { .fixed(wallet) }

    /// Connects to a wallet. One database may hold many.
    /// - Parameters:
    ///   - uri: where the database is, as libpq reads it.
    ///   - wallet: names the wallet in the database, the same each time. It is no secret, and must not
    ///     tell one: the digest of an account's public key will do.
    ///   - options: connections and time-outs.
    ///   - log: where lost connections are noted; secrets are not.
    /// - Throws: `storage-failed` if the server cannot be reached, may lose what it acknowledges, or
    ///   has tables of another version; see ``PostgresSchema``.
    public init(
        uri: String, wallet: Digest, options: PostgresOptions = PostgresOptions(),
        log: Logger = Logger(label: "tollchain.postgres")
    ) async throws(Refusal) {
        let string = try ConnectionString(uri)
        self.wallet = wallet
        pool = PostgresPool(string, options, connections: options.connections, log: log)
        turns = PostgresTurns(PostgresPool(string, options, connections: 1, log: log))
        try await PostgresSchema(pool).check(.wallet)
        try await pool.write { transaction in
            transaction.later(
                """
                INSERT INTO toll_wallets (wallet, sequence) VALUES ($1, 0) ON CONFLICT DO NOTHING
                """, [.fixed(wallet)])
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (WalletBooks) throws -> Value
    ) async throws(Refusal) -> Value {
        try await pool.write { [wallet] in
            try body(WalletBooks(transaction: $0, wallet: wallet))
        }
    }

    // MARK: Receipts, keys and accounts

    /// Adds the receipt's whole encoding; the same bytes again are passed over.
    /// - Throws: `storage-failed`, also for a channel that is not here.
    public func keep(_ receipt: Verified<Receipt>) async throws(Refusal) {
        try await write { books in
            try books.keep(receipt.encoded, of: receipt.payload.commitmentID)
        }
    }

    /// The whole encodings, in the order in which they were kept.
    /// - Throws: `storage-failed`.
    public func receipts(_ id: CommitmentID) async throws(Refusal) -> [[UInt8]] {
        try await pool.rows(
            """
            SELECT receipt FROM toll_wallet_receipts WHERE wallet = $1 AND channel = $2
            ORDER BY sequence
            """, [me, .fixed(id)]
        ) { try $0.bytes(0) }
    }

    /// Which payer key is in use for the pair: 0 if nothing is kept.
    /// - Throws: `storage-failed`.
    public func generation(
        broker: PublicKey, merchant: PublicKey
    ) async throws(Refusal) -> UInt32 {
        try await pool.rows(
            """
            SELECT generation FROM toll_wallet_keys
            WHERE wallet = $1 AND broker = $2 AND merchant = $3
            """, [me, .fixed(broker), .fixed(merchant)]
        ) { row in
            guard let generation = UInt32(exactly: try row.integer(0)) else {
                throw row.damaged(0)
            }
            return generation
        }.first ?? 0
    }

    /// Keeps the higher of the stored and the given generation, in one statement: two programs that
    /// raise it at once end at the higher one.
    /// - Throws: `storage-failed`.
    public func raiseGeneration(
        broker: PublicKey, merchant: PublicKey, to generation: UInt32
    ) async throws(Refusal) {
        try await write { books in
            books.transaction.later(
                """
                INSERT INTO toll_wallet_keys AS k (wallet, broker, merchant, generation)
                VALUES ($1, $2, $3, $4) ON CONFLICT (wallet, broker, merchant)
                DO UPDATE SET generation = greatest(k.generation, excluded.generation)
                """,
                [books.me, .fixed(broker), .fixed(merchant), .integer(Int64(generation))])
        }
    }

    /// Inserts the account, or writes address and key over those of the same broker and asset.
    /// - Throws: `storage-failed`.
    public func keep(_ account: BrokerAccount) async throws(Refusal) {
        try await write { books in
            books.transaction.later(
                """
                INSERT INTO toll_wallet_brokers (wallet, broker, asset, address, account)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT (wallet, broker, asset)
                DO UPDATE SET address = excluded.address, account = excluded.account
                """,
                [
                    books.me, .fixed(account.broker), .asset(account.asset),
                    .words(account.address), .fixed(account.account),
                ])
        }
    }

    /// Every account, in the order of broker and asset.
    /// - Throws: `storage-failed`.
    public func accounts() async throws(Refusal) -> [BrokerAccount] {
        try await pool.rows(
            """
            SELECT broker, address, asset, account FROM toll_wallet_brokers WHERE wallet = $1
            ORDER BY broker, asset
            """, [me]
        ) { row in
            BrokerAccount(
                broker: try row.fixed(0), address: try row.words(1), asset: try row.asset(2),
                account: try row.fixed(3))
        }
    }
}
