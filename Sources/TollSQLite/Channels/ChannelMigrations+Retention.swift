internal import GRDB
internal import PayWord

extension ChannelMigrations {
    /// What stays of a channel that goes, and what proves a settlement.
    static func addRetention(_ database: Database) throws {
        try database.execute(
            sql: """
                -- A channel that goes is looked for here; without it each would cost a whole scan.
                CREATE INDEX batch_claims_by_channel ON batch_claims (channel);

                -- The broker's whole answer: settlement, certificates and leaves.
                CREATE TABLE answers (
                    batch INTEGER PRIMARY KEY REFERENCES batches (number),
                    answer BLOB NOT NULL
                ) STRICT;

                -- position: -1 for a batch that was refused as a whole. It refers to no channel,
                -- since it outlives them.
                CREATE TABLE refusals (
                    batch INTEGER NOT NULL REFERENCES batches (number),
                    position INTEGER NOT NULL CHECK (position >= -1),
                    channel BLOB CHECK (length(channel) = 16),
                    reason INTEGER NOT NULL,
                    expected INTEGER NOT NULL CHECK (expected >= 0),
                    refused_at INTEGER NOT NULL,
                    final INTEGER NOT NULL CHECK (final IN (0, 1)),
                    PRIMARY KEY (batch, position)
                ) STRICT, WITHOUT ROWID;

                -- No commitment with one of these ids, or payer and nonce, is opened again.
                CREATE TABLE purged_channels (
                    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                    payer BLOB NOT NULL CHECK (length(payer) = 32),
                    nonce BLOB NOT NULL CHECK (length(nonce) = 16),
                    UNIQUE (payer, nonce)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE purged_totals (
                    asset_code TEXT NOT NULL,
                    asset_scale INTEGER NOT NULL,
                    channels INTEGER NOT NULL CHECK (channels >= 0),
                    payments INTEGER NOT NULL CHECK (payments >= 0),
                    accepted INTEGER NOT NULL,
                    spent INTEGER NOT NULL CHECK (spent BETWEEN 0 AND accepted),
                    due INTEGER NOT NULL,
                    settled INTEGER NOT NULL CHECK (settled BETWEEN 0 AND due),
                    PRIMARY KEY (asset_code, asset_scale)
                ) STRICT, WITHOUT ROWID;
                """)
        // What was refused before is filed too.
        let again = Reason.allCases.filter(\.isRetryable).map { "\($0.rawValue)" }
        try database.execute(
            sql: """
                INSERT INTO refusals (batch, position, channel, reason, expected, refused_at, final)
                SELECT batch, position, channel, result, batch_claims.expected, settled_at,
                    result NOT IN (\(again.joined(separator: ", ")))
                FROM batch_claims JOIN settlements USING (batch) WHERE result <> 0
                """)
    }
}
