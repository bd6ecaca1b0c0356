internal import PayWord
internal import TollWallet

/// The statements behind the verbs of a wallet store, inside their caller's transaction.
struct WalletBooks {
    let transaction: PostgresTransaction
    let wallet: Digest
    var me: PostgresValue { .fixed(wallet) }

    /// Inserts a channel.
    /// - Returns: whether it was new, in id and reference.
    func insert(_ channel: ChannelRecord) throws -> Bool {
        let progress = channel.progress
        return try transaction.rows(
            """
            INSERT INTO toll_wallet_channels (wallet, channel, merchant, \(ChannelRecord.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20, $21, $22, $23, $24)
            ON CONFLICT DO NOTHING
            """,
            [
                me, .fixed(channel.id), .fixed(channel.merchant),
                .bytes(channel.commitment.encoded), .integer(Int64(channel.generation)),
                .words(channel.address), .choice(channel.mode), .fixed(channel.salt),
                .bytes(channel.offer?.encoded), .fixed(channel.reference), .bytes(channel.request),
                WalletColumns.list(channel.funding), .choice(channel.stage),
                .words(channel.dispute), .bytes(channel.close),
                .boolean(channel.isCloseDelivered), try .count(progress.version),
                WalletColumns.indexes(progress.revealed),
                WalletColumns.indexes(progress.accepted), .amount(progress.spent),
                .amount(progress.charged), try .count(progress.payments),
                .boolean(progress.isComplete), .boolean(progress.isShared),
            ]
        ).changed == 1
    }

    /// Changes columns of one channel, which must be there. Parameters count from 3.
    func change(_ id: CommitmentID, _ assignments: String, _ values: [PostgresValue]) throws {
        let changed = try transaction.rows(
            "UPDATE toll_wallet_channels SET \(assignments) WHERE wallet = $1 AND channel = $2",
            [me, .fixed(id)] + values
        ).changed
        guard changed == 1 else {
            throw Refusal(.unknownCommitment, "this wallet has no channel \(id)")
        }
    }

    /// Keeps a receipt of a channel that is here.
    func keep(_ receipt: [UInt8], of id: CommitmentID) throws {
        let sequence = try sequences(1)
        let isHere = try transaction.rows(
            """
            WITH here AS (
                SELECT FROM toll_wallet_channels WHERE wallet = $1 AND channel = $2
            ), kept AS (
                INSERT INTO toll_wallet_receipts (wallet, channel, digest, sequence, receipt)
                SELECT $1, $2, $3, $4, $5 FROM here ON CONFLICT DO NOTHING)
            SELECT count(*) FROM here
            """,
            [
                me, .fixed(id), .fixed(SHA256.digest(receipt)), .integer(sequence),
                .bytes(receipt),
            ]
        ).first?.integer(0)
        guard isHere == 1 else {
            throw Refusal(.storageFailed, "a receipt of a channel that is not here")
        }
    }

    /// Takes numbers of the journal, and with them the lock of the wallet.
    /// - Returns: the first of them.
    func sequences(_ count: Int) throws -> Int64 {
        let last = try transaction.rows(Self.taking, [me, .integer(Int64(count))])
        return try (last.first?.integer(0) ?? 0) - Int64(count) + 1
    }

    static let taking = """
        INSERT INTO toll_wallets AS w (wallet, sequence) VALUES ($1, $2)
        ON CONFLICT (wallet) DO UPDATE SET sequence = w.sequence + excluded.sequence
        RETURNING sequence
        """
}
