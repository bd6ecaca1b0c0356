internal import GRDB

/// The wallet's schema: each migration is named, and never changes once it is released.
enum WalletMigrations {
    /// What marks a file as a wallet's: ‘TCwa’.
    static let applicationID: Int32 = 0x5443_7761

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 channels, journal and budgets") { database in
            try database.execute(sql: first)
        }
        migrator.registerMigration("2 channels that copies share") { database in
            try database.execute(
                sql: "ALTER TABLE channels ADD COLUMN is_shared INTEGER NOT NULL DEFAULT 0")
        }
        migrator.registerMigration("3 payments by reference") { database in
            try database.execute(
                sql: """
                    CREATE INDEX payments_by_reference ON payments (reference)
                        WHERE reference IS NOT NULL AND state <> 3
                    """)
        }
        return migrator
    }

    /// Amounts and indexes are integers, keys and objects are blobs, times are seconds since 1970.
    private static let first = """
        CREATE TABLE channels (
            id BLOB PRIMARY KEY NOT NULL,
            commitment BLOB NOT NULL,
            merchant BLOB NOT NULL,
            generation INTEGER NOT NULL,
            address TEXT NOT NULL,
            mode INTEGER NOT NULL,
            salt BLOB,
            offer BLOB,
            reference BLOB UNIQUE,
            request BLOB,
            funding BLOB NOT NULL,
            stage INTEGER NOT NULL,
            version INTEGER NOT NULL,
            spent INTEGER NOT NULL CHECK (spent >= 0),
            charged INTEGER NOT NULL CHECK (charged >= 0),
            payments INTEGER NOT NULL,
            is_complete INTEGER NOT NULL,
            dispute TEXT,
            close BLOB,
            is_close_delivered INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE chains (
            channel BLOB NOT NULL REFERENCES channels (id),
            ordinal INTEGER NOT NULL CHECK (ordinal BETWEEN 0 AND 7),
            denomination INTEGER NOT NULL,
            length INTEGER NOT NULL,
            revealed INTEGER NOT NULL CHECK (revealed BETWEEN 0 AND length),
            accepted INTEGER NOT NULL CHECK (accepted BETWEEN 0 AND length),
            PRIMARY KEY (channel, ordinal)
        ) STRICT, WITHOUT ROWID;

        -- The journal. A row is written before the first payword of its payment is shown.
        CREATE TABLE payments (
            sequence INTEGER PRIMARY KEY,
            channel BLOB NOT NULL REFERENCES channels (id),
            number INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            total INTEGER NOT NULL,
            marks BLOB NOT NULL,
            reference BLOB,
            memo TEXT,
            resource TEXT,
            at INTEGER NOT NULL,
            state INTEGER NOT NULL,
            reason INTEGER,
            UNIQUE (channel, number)
        ) STRICT;

        -- State 1 is pending, 3 is refused.
        CREATE INDEX payments_pending ON payments (channel, number) WHERE state = 1;
        CREATE UNIQUE INDEX payments_reference ON payments (channel, reference)
            WHERE reference IS NOT NULL AND state <> 3;

        -- What was revealed to a merchant on a day, for the budgets.
        CREATE TABLE spendings (
            asset TEXT NOT NULL,
            day INTEGER NOT NULL,
            merchant BLOB NOT NULL,
            amount INTEGER NOT NULL CHECK (amount >= 0),
            PRIMARY KEY (asset, day, merchant)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX spendings_merchant ON spendings (asset, merchant);

        CREATE TABLE receipts (
            sequence INTEGER PRIMARY KEY,
            channel BLOB NOT NULL REFERENCES channels (id),
            receipt BLOB NOT NULL UNIQUE
        ) STRICT;
        CREATE INDEX receipts_channel ON receipts (channel);

        CREATE TABLE payer_keys (
            broker BLOB NOT NULL,
            merchant BLOB NOT NULL,
            generation INTEGER NOT NULL,
            PRIMARY KEY (broker, merchant)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE brokers (
            broker BLOB NOT NULL,
            asset TEXT NOT NULL,
            address TEXT NOT NULL,
            account BLOB NOT NULL,
            PRIMARY KEY (broker, asset)
        ) STRICT, WITHOUT ROWID;
        """
}
