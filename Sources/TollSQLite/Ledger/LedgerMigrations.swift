internal import GRDB

/// The schema of a broker's database. A migration is never changed once it was released.
///
/// Assets are text such as `EUR/6`, times are seconds since 1970, paywords and keys are bytes. The
/// checks repeat what `TollBroker` decides, so that no fault above can write what must not be.
enum LedgerMigrations {
    /// `TCBL`: kept in the file's header.
    static let applicationID: Int32 = 0x5443_424c

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("ledger-1") { database in
            try database.execute(sql: ledger)
            try database.execute(sql: commitments)
            try database.execute(sql: parties)
            try database.execute(sql: answers)
        }
        migrator.registerHeight()
        migrator.registerEpoch()
        migrator.registerTakenUp()
        return migrator
    }

    private static let ledger = """
        CREATE TABLE ledger_accounts (
            number INTEGER PRIMARY KEY,
            owner INTEGER NOT NULL CHECK (owner BETWEEN 1 AND 3),
            party BLOB NOT NULL CHECK (length(party) = 32),
            purpose INTEGER NOT NULL CHECK (purpose BETWEEN 1 AND 6),
            asset TEXT NOT NULL,
            balance INTEGER NOT NULL,
            floor INTEGER NOT NULL CHECK (floor <= 0),
            UNIQUE (owner, party, purpose, asset),
            CHECK (balance >= floor)
        ) STRICT;
        CREATE TABLE ledger_transactions (
            sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
            kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 8),
            at INTEGER NOT NULL,
            subject BLOB NOT NULL CHECK (length(subject) <= 64),
            previous BLOB NOT NULL UNIQUE CHECK (length(previous) = 32),
            hash BLOB NOT NULL CHECK (length(hash) = 32)
        ) STRICT;
        CREATE TABLE ledger_entries (
            sequence INTEGER NOT NULL REFERENCES ledger_transactions (sequence),
            account INTEGER NOT NULL REFERENCES ledger_accounts (number),
            amount INTEGER NOT NULL CHECK (amount <> 0),
            PRIMARY KEY (sequence, account)
        ) STRICT, WITHOUT ROWID;
        """

    /// What changes with every redemption is a narrow table of its own, so that a batch of many
    /// commitments touches few pages.
    private static let commitments = """
        CREATE TABLE ledger_commitments (
            id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            encoding_digest BLOB NOT NULL CHECK (length(encoding_digest) = 32),
            account BLOB NOT NULL CHECK (length(account) = 32),
            payer BLOB NOT NULL CHECK (length(payer) = 32),
            merchant BLOB NOT NULL CHECK (length(merchant) = 32),
            asset TEXT NOT NULL,
            nonce BLOB NOT NULL CHECK (length(nonce) = 16),
            funding INTEGER NOT NULL CHECK (funding IN (1, 2)),
            worth INTEGER NOT NULL CHECK (worth > 0),
            guarantee INTEGER NOT NULL CHECK (guarantee >= 0),
            expires_at INTEGER NOT NULL,
            redeem_by INTEGER NOT NULL CHECK (redeem_by >= expires_at),
            chains BLOB NOT NULL
                CHECK (length(chains) BETWEEN 28 AND 224 AND length(chains) % 28 = 0),
            UNIQUE (payer, nonce)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ledger_commitments_by_account ON ledger_commitments (account, asset, id);
        CREATE TABLE ledger_commitment_states (
            id BLOB NOT NULL PRIMARY KEY REFERENCES ledger_commitments (id),
            redeem_by INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
            locked INTEGER NOT NULL CHECK (locked >= 0 AND (state < 3 OR locked = 0)),
            redeemed INTEGER NOT NULL CHECK (redeemed >= 0),
            positions BLOB NOT NULL CHECK (length(positions) % 36 = 0),
            final BLOB CHECK (final IS NULL OR length(final) * 9 = length(positions))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ledger_commitment_states_unreleased
            ON ledger_commitment_states (redeem_by, id) WHERE state < 3;
        CREATE TABLE ledger_documents (
            id BLOB NOT NULL PRIMARY KEY REFERENCES ledger_commitments (id),
            commitment BLOB NOT NULL,
            answer BLOB NOT NULL,
            note BLOB CHECK (note IS NULL OR length(note) <= 512)
        ) STRICT, WITHOUT ROWID;
        """

    private static let parties = """
        CREATE TABLE ledger_enrolments (
            number INTEGER PRIMARY KEY,
            role INTEGER NOT NULL CHECK (role IN (1, 2)),
            subject BLOB NOT NULL CHECK (length(subject) = 32),
            asset TEXT NOT NULL,
            display_name TEXT CHECK (display_name IS NULL OR role = 2),
            enrolled_at INTEGER NOT NULL,
            answer BLOB NOT NULL,
            renew_at INTEGER,
            fee_share INTEGER NOT NULL CHECK (fee_share BETWEEN 0 AND 10000),
            fee_fixed INTEGER NOT NULL CHECK (fee_fixed >= 0),
            credit_limit INTEGER CHECK (credit_limit >= 0),
            credit_per_commitment INTEGER CHECK (credit_per_commitment >= 0),
            credit_guarantee INTEGER CHECK (credit_guarantee >= 0),
            UNIQUE (role, subject, asset),
            CHECK ((credit_limit IS NULL) = (credit_per_commitment IS NULL)
                AND (credit_limit IS NULL) = (credit_guarantee IS NULL))
        ) STRICT;
        CREATE TABLE ledger_certificates (
            account BLOB NOT NULL CHECK (length(account) = 32),
            subject BLOB NOT NULL CHECK (length(subject) = 32),
            asset TEXT NOT NULL,
            answer BLOB NOT NULL,
            credit_limit INTEGER NOT NULL CHECK (credit_limit >= 0),
            credit_per_commitment INTEGER NOT NULL CHECK (credit_per_commitment >= 0),
            credit_guarantee INTEGER NOT NULL CHECK (credit_guarantee >= 0),
            not_after INTEGER NOT NULL,
            renew_at INTEGER NOT NULL,
            PRIMARY KEY (account, subject, asset)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE ledger_guarantees (
            account BLOB NOT NULL CHECK (length(account) = 32),
            merchant BLOB NOT NULL CHECK (length(merchant) = 32),
            asset TEXT NOT NULL,
            used INTEGER NOT NULL CHECK (used >= 0),
            PRIMARY KEY (account, merchant, asset)
        ) STRICT, WITHOUT ROWID;
        """

    private static let answers = """
        CREATE TABLE ledger_settlements (
            number INTEGER PRIMARY KEY,
            merchant BLOB NOT NULL CHECK (length(merchant) = 32),
            batch BLOB NOT NULL CHECK (length(batch) = 16),
            redemption_digest BLOB NOT NULL CHECK (length(redemption_digest) = 32),
            settlement BLOB NOT NULL UNIQUE CHECK (length(settlement) = 16),
            asset TEXT NOT NULL,
            gross INTEGER NOT NULL CHECK (gross >= 0),
            fee INTEGER NOT NULL CHECK (fee BETWEEN 0 AND gross),
            settled_at INTEGER NOT NULL,
            answer BLOB NOT NULL,
            UNIQUE (merchant, batch)
        ) STRICT;
        CREATE TABLE ledger_movements (
            number INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
            scope BLOB NOT NULL CHECK (length(scope) = 32),
            reference BLOB NOT NULL CHECK (length(reference) BETWEEN 1 AND 128),
            owner INTEGER NOT NULL CHECK (owner BETWEEN 1 AND 3),
            party BLOB NOT NULL CHECK (length(party) = 32),
            asset TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0),
            memo TEXT,
            at INTEGER NOT NULL,
            UNIQUE (kind, scope, reference)
        ) STRICT;
        CREATE INDEX ledger_movements_by_party
            ON ledger_movements (kind, party, asset, at);
        CREATE TABLE ledger_outages (
            began INTEGER NOT NULL,
            ended INTEGER NOT NULL CHECK (ended > began)
        ) STRICT;
        CREATE INDEX ledger_outages_by_end ON ledger_outages (ended);
        CREATE TABLE ledger_beats (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            at INTEGER NOT NULL
        ) STRICT;
        """
}
