internal import PayWord

extension ChannelMigrations {
    /// What stays of a channel that goes, and what proves a settlement. A channel that went is known by
    /// its row in `toll_nonces`, which stays.
    static var retention: [String] {
        let again = Reason.allCases.filter(\.isRetryable).map { "\($0.rawValue)" }
        return [
            // A channel that goes is looked for here; without it each would cost a whole scan.
            """
            CREATE INDEX toll_batch_claims_by_channel ON toll_batch_claims (merchant, channel)
            """,
            // The broker's whole answer: settlement, certificates and leaves.
            """
            CREATE TABLE toll_answers (
                merchant bytea NOT NULL,
                batch bytea NOT NULL,
                answer bytea NOT NULL,
                PRIMARY KEY (merchant, batch))
            """,
            // position: -1 for a batch that was refused as a whole.
            """
            CREATE TABLE toll_refusals (
                merchant bytea NOT NULL,
                number bigint NOT NULL,
                position bigint NOT NULL CHECK (position >= -1),
                batch bytea NOT NULL CHECK (octet_length(batch) = 16),
                channel bytea CHECK (octet_length(channel) = 16),
                broker bytea NOT NULL,
                asset text COLLATE "C" NOT NULL,
                reason bigint NOT NULL,
                expected bigint NOT NULL CHECK (expected >= 0),
                refused_at bigint NOT NULL,
                final boolean NOT NULL,
                PRIMARY KEY (merchant, number, position))
            """,
            """
            CREATE TABLE toll_purged_totals (
                merchant bytea NOT NULL,
                asset text COLLATE "C" NOT NULL,
                channels bigint NOT NULL CHECK (channels >= 0),
                payments bigint NOT NULL CHECK (payments >= 0),
                accepted bigint NOT NULL,
                spent bigint NOT NULL CHECK (spent >= 0 AND spent <= accepted),
                due bigint NOT NULL,
                settled bigint NOT NULL CHECK (settled >= 0 AND settled <= due),
                PRIMARY KEY (merchant, asset))
            """,
            // What was refused before is filed too.
            """
            INSERT INTO toll_refusals (merchant, number, position, batch, channel, broker, asset,
                reason, expected, refused_at, final)
            SELECT c.merchant, s.number, c.position, c.batch, c.channel, s.broker, s.asset,
                c.result, c.expected, s.settled_at, c.result NOT IN (\(again.joined(separator: ", ")))
            FROM toll_batch_claims c
            JOIN toll_settlements s ON s.merchant = c.merchant AND s.batch = c.batch
            WHERE c.result <> 0
            """,
        ]
    }
}
