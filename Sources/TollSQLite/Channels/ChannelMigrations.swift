internal import GRDB

/// The schema of a merchant's database. Migrations are never changed, only added.
enum ChannelMigrations {
    /// `TCmt`: the number in the header that marks a merchant's database.
    static let applicationID: Int32 = 0x5443_6d74

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 channels", migrate: createChannels)
        migrator.registerMigration("1 redemption", migrate: createRedemption)
        migrator.registerMigration("2 keeper and answers", migrate: createKeeper)
        migrator.registerHeight()
        migrator.registerMigration("3 versions", migrate: addVersions)
        migrator.registerMigration("4 retention", migrate: addRetention)
        migrator.registerEpoch()
        migrator.registerTakenUp()
        migrator.registerMigration("5 missing credits", migrate: addMissingCredits)
        return migrator
    }

    /// What changes with every payment stands in one short row, `channels`, so that a payment writes
    /// one row; what never changes stands in `commitments`.
    private static func createChannels(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE commitments (
                    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                    payer BLOB NOT NULL CHECK (length(payer) = 32),
                    broker BLOB NOT NULL CHECK (length(broker) = 32),
                    nonce BLOB NOT NULL CHECK (length(nonce) = 16),
                    asset_code TEXT NOT NULL,
                    asset_scale INTEGER NOT NULL,
                    funding INTEGER NOT NULL CHECK (funding IN (1, 2, 3)),
                    worth INTEGER NOT NULL CHECK (worth >= 0),
                    opened_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    redeem_by INTEGER NOT NULL,
                    object BLOB NOT NULL,
                    UNIQUE (payer, nonce)
                ) STRICT, WITHOUT ROWID;

                -- chains: for each, denomination (8 bytes), length, accepted, claimed, settled and
                -- final index (4 each), accepted payword (32); all big-endian. due, claimed and
                -- settled are what these come to.
                CREATE TABLE channels (
                    id BLOB NOT NULL PRIMARY KEY REFERENCES commitments (id),
                    chains BLOB NOT NULL CHECK (length(chains) % 60 = 0),
                    accepted INTEGER NOT NULL,
                    spent INTEGER NOT NULL CHECK (spent BETWEEN 0 AND accepted),
                    payments INTEGER NOT NULL CHECK (payments >= 0),
                    due INTEGER NOT NULL CHECK (due >= 0),
                    claimed INTEGER NOT NULL CHECK (claimed BETWEEN 0 AND due),
                    settled INTEGER NOT NULL CHECK (settled BETWEEN 0 AND claimed),
                    closed_at INTEGER,
                    refused_reason INTEGER
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE charges (
                    channel BLOB NOT NULL REFERENCES channels (id),
                    kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
                    reference BLOB NOT NULL CHECK (length(reference) BETWEEN 1 AND 64),
                    amount INTEGER NOT NULL CHECK (amount >= 0),
                    PRIMARY KEY (channel, kind, reference)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE closes (
                    channel BLOB NOT NULL PRIMARY KEY REFERENCES channels (id),
                    object BLOB NOT NULL,
                    delivered INTEGER NOT NULL DEFAULT 0 CHECK (delivered IN (0, 1))
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX closes_undelivered ON closes (channel) WHERE delivered = 0;
                """)
    }

    private static func addMissingCredits(_ database: Database) throws {
        try database.execute(
            sql: """
                -- What a broker had credited and this copy did not know, when it was taken up.
                CREATE TABLE missing_credits (
                    broker BLOB NOT NULL CHECK (length(broker) = 32),
                    asset_code TEXT NOT NULL,
                    asset_scale INTEGER NOT NULL,
                    amount INTEGER NOT NULL CHECK (amount > 0),
                    noted_at INTEGER NOT NULL,
                    PRIMARY KEY (broker, asset_code, asset_scale)
                ) STRICT, WITHOUT ROWID;
                """)
    }

    private static func addVersions(_ database: Database) throws {
        try database.execute(
            sql: """
                -- Rises by one with every change of the row: a payment is written over the version
                -- that it was judged on, and over no other.
                ALTER TABLE channels ADD COLUMN version INTEGER NOT NULL DEFAULT 0
                    CHECK (version >= 0);
                """)
    }

    private static func createKeeper(_ database: Database) throws {
        try database.execute(
            sql: """
                -- Whose channels these are.
                CREATE TABLE keeper (
                    only INTEGER PRIMARY KEY CHECK (only = 1),
                    merchant BLOB NOT NULL CHECK (length(merchant) = 32)
                ) STRICT;

                -- Answers that a broker must be held to: they count other amounts than were claimed.
                CREATE TABLE kept_answers (
                    batch INTEGER PRIMARY KEY REFERENCES batches (number),
                    redemption BLOB NOT NULL,
                    answer BLOB NOT NULL
                ) STRICT;
                """)
    }

    private static func createRedemption(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE batches (
                    number INTEGER PRIMARY KEY,
                    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
                    broker BLOB NOT NULL CHECK (length(broker) = 32),
                    asset_code TEXT NOT NULL,
                    asset_scale INTEGER NOT NULL,
                    created_at INTEGER NOT NULL,
                    redemption BLOB,  -- until it is answered
                    abandoned_reason INTEGER
                ) STRICT;
                CREATE INDEX batches_unanswered ON batches (broker, number)
                    WHERE redemption IS NOT NULL;

                -- result: null until it is answered, 0 settled, else the reason's number.
                CREATE TABLE batch_claims (
                    batch INTEGER NOT NULL REFERENCES batches (number),
                    position INTEGER NOT NULL,
                    channel BLOB NOT NULL REFERENCES channels (id),
                    indexes BLOB NOT NULL CHECK (length(indexes) % 4 = 0),
                    expected INTEGER NOT NULL CHECK (expected >= 0),
                    result INTEGER,
                    PRIMARY KEY (batch, position)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE settlements (
                    batch INTEGER PRIMARY KEY REFERENCES batches (number),
                    id BLOB NOT NULL CHECK (length(id) = 16),
                    settled_at INTEGER NOT NULL,
                    expected INTEGER NOT NULL,
                    gross INTEGER NOT NULL,
                    fee INTEGER NOT NULL,
                    net INTEGER NOT NULL CHECK (gross = fee + net),
                    claims_accepted INTEGER NOT NULL,
                    claims_refused INTEGER NOT NULL,
                    paywords_redeemed INTEGER NOT NULL,
                    object BLOB NOT NULL
                ) STRICT;

                CREATE TABLE debt_payments (
                    reference BLOB NOT NULL PRIMARY KEY,
                    payer BLOB NOT NULL CHECK (length(payer) = 32),
                    asset_code TEXT NOT NULL,
                    asset_scale INTEGER NOT NULL,
                    amount INTEGER NOT NULL CHECK (amount >= 0),
                    paid_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX debt_payments_by_payer ON debt_payments (payer);
                """)
    }
}
