/// The tables of brokers. Each key begins with the broker. The checks repeat what `TollBroker` decides,
/// so that no fault above can write what must not be.
enum LedgerMigrations {
    static let all = [
        PostgresMigration(
            version: 1, name: "ledger", statements: ledger + commitments + parties + answers)
    ]

    private static let ledger = [
        // The row that every transaction locks which writes: the end of the chain of transactions, how
        // often was written, and how far each list is numbered.
        """
        CREATE TABLE toll_ledgers (
            broker bytea NOT NULL PRIMARY KEY CHECK (octet_length(broker) = 32),
            sequence bigint NOT NULL CHECK (sequence >= 0),
            hash bytea NOT NULL CHECK (octet_length(hash) = 32),
            changes bigint NOT NULL,
            enrolments bigint NOT NULL,
            settlements bigint NOT NULL,
            movements bigint NOT NULL,
            outages bigint NOT NULL,
            beat bigint)
        """,
        """
        CREATE TABLE toll_ledger_accounts (
            broker bytea NOT NULL,
            owner bigint NOT NULL CHECK (owner BETWEEN 1 AND 3),
            party bytea NOT NULL CHECK (octet_length(party) = 32),
            purpose bigint NOT NULL CHECK (purpose BETWEEN 1 AND 6),
            asset text COLLATE "C" NOT NULL,
            balance bigint NOT NULL,
            floor bigint NOT NULL CHECK (floor <= 0),
            CHECK (balance >= floor),
            PRIMARY KEY (broker, owner, party, purpose, asset)) WITH (fillfactor = 70)
        """,
        """
        CREATE TABLE toll_ledger_transactions (
            broker bytea NOT NULL,
            sequence bigint NOT NULL CHECK (sequence > 0),
            kind bigint NOT NULL CHECK (kind BETWEEN 1 AND 8),
            at bigint NOT NULL,
            subject bytea NOT NULL CHECK (octet_length(subject) <= 64),
            previous bytea NOT NULL CHECK (octet_length(previous) = 32),
            hash bytea NOT NULL CHECK (octet_length(hash) = 32),
            PRIMARY KEY (broker, sequence))
        """,
        """
        CREATE TABLE toll_ledger_entries (
            broker bytea NOT NULL,
            sequence bigint NOT NULL,
            owner bigint NOT NULL,
            party bytea NOT NULL,
            purpose bigint NOT NULL,
            asset text COLLATE "C" NOT NULL,
            amount bigint NOT NULL CHECK (amount <> 0),
            PRIMARY KEY (broker, sequence, owner, party, purpose, asset))
        """,
    ]

    /// What changes with every redemption is a narrow table of its own, so that a batch of many
    /// commitments touches few pages.
    private static let commitments = [
        """
        CREATE TABLE toll_ledger_commitments (
            broker bytea NOT NULL,
            commitment bytea NOT NULL CHECK (octet_length(commitment) = 16),
            digest bytea NOT NULL CHECK (octet_length(digest) = 32),
            encoding_digest bytea NOT NULL CHECK (octet_length(encoding_digest) = 32),
            account bytea NOT NULL CHECK (octet_length(account) = 32),
            payer bytea NOT NULL CHECK (octet_length(payer) = 32),
            merchant bytea NOT NULL CHECK (octet_length(merchant) = 32),
            asset text COLLATE "C" NOT NULL,
            nonce bytea NOT NULL CHECK (octet_length(nonce) = 16),
            funding bigint NOT NULL CHECK (funding IN (1, 2)),
            worth bigint NOT NULL CHECK (worth > 0),
            guarantee bigint NOT NULL CHECK (guarantee >= 0),
            expires_at bigint NOT NULL,
            redeem_by bigint NOT NULL CHECK (redeem_by >= expires_at),
            chains bytea NOT NULL
                CHECK (octet_length(chains) BETWEEN 28 AND 224 AND octet_length(chains) % 28 = 0),
            PRIMARY KEY (broker, commitment),
            UNIQUE (broker, payer, nonce))
        """,
        """
        CREATE INDEX toll_ledger_commitments_by_account
        ON toll_ledger_commitments (broker, account, asset, commitment)
        """,
        """
        CREATE TABLE toll_ledger_states (
            broker bytea NOT NULL,
            commitment bytea NOT NULL,
            redeem_by bigint NOT NULL,
            state bigint NOT NULL CHECK (state BETWEEN 1 AND 3),
            locked bigint NOT NULL CHECK (locked >= 0 AND (state < 3 OR locked = 0)),
            redeemed bigint NOT NULL CHECK (redeemed >= 0),
            positions bytea NOT NULL CHECK (octet_length(positions) % 36 = 0),
            final bytea CHECK (final IS NULL OR octet_length(final) * 9 = octet_length(positions)),
            PRIMARY KEY (broker, commitment)) WITH (fillfactor = 60)
        """,
        """
        CREATE INDEX toll_ledger_states_unreleased
        ON toll_ledger_states (broker, redeem_by, commitment) WHERE state < 3
        """,
        """
        CREATE TABLE toll_ledger_documents (
            broker bytea NOT NULL,
            commitment bytea NOT NULL,
            object bytea NOT NULL,
            answer bytea NOT NULL,
            note bytea CHECK (note IS NULL OR octet_length(note) <= 512),
            PRIMARY KEY (broker, commitment))
        """,
    ]

    private static let parties = [
        """
        CREATE TABLE toll_ledger_enrolments (
            broker bytea NOT NULL,
            role bigint NOT NULL CHECK (role IN (1, 2)),
            subject bytea NOT NULL CHECK (octet_length(subject) = 32),
            asset text COLLATE "C" NOT NULL,
            number bigint NOT NULL,
            display_name bytea CHECK (display_name IS NULL OR role = 2),
            enrolled_at bigint NOT NULL,
            answer bytea NOT NULL,
            renew_at bigint,
            fee_share bigint NOT NULL CHECK (fee_share BETWEEN 0 AND 10000),
            fee_fixed bigint NOT NULL CHECK (fee_fixed >= 0),
            credit_limit bigint CHECK (credit_limit >= 0),
            credit_per_commitment bigint CHECK (credit_per_commitment >= 0),
            credit_guarantee bigint CHECK (credit_guarantee >= 0),
            PRIMARY KEY (broker, role, subject, asset),
            UNIQUE (broker, number),
            CHECK ((credit_limit IS NULL) = (credit_per_commitment IS NULL)
                AND (credit_limit IS NULL) = (credit_guarantee IS NULL)))
        """,
        """
        CREATE TABLE toll_ledger_certificates (
            broker bytea NOT NULL,
            account bytea NOT NULL CHECK (octet_length(account) = 32),
            subject bytea NOT NULL CHECK (octet_length(subject) = 32),
            asset text COLLATE "C" NOT NULL,
            answer bytea NOT NULL,
            credit_limit bigint NOT NULL,
            credit_per_commitment bigint NOT NULL,
            credit_guarantee bigint NOT NULL,
            not_after bigint NOT NULL,
            renew_at bigint NOT NULL,
            PRIMARY KEY (broker, account, subject, asset))
        """,
        """
        CREATE TABLE toll_ledger_guarantees (
            broker bytea NOT NULL,
            account bytea NOT NULL CHECK (octet_length(account) = 32),
            merchant bytea NOT NULL CHECK (octet_length(merchant) = 32),
            asset text COLLATE "C" NOT NULL,
            used bigint NOT NULL CHECK (used >= 0),
            PRIMARY KEY (broker, account, merchant, asset))
        """,
    ]

    private static let answers = [
        """
        CREATE TABLE toll_ledger_settlements (
            broker bytea NOT NULL,
            merchant bytea NOT NULL CHECK (octet_length(merchant) = 32),
            batch bytea NOT NULL CHECK (octet_length(batch) = 16),
            number bigint NOT NULL,
            redemption_digest bytea NOT NULL CHECK (octet_length(redemption_digest) = 32),
            settlement bytea NOT NULL CHECK (octet_length(settlement) = 16),
            asset text COLLATE "C" NOT NULL,
            gross bigint NOT NULL CHECK (gross >= 0),
            fee bigint NOT NULL CHECK (fee BETWEEN 0 AND gross),
            settled_at bigint NOT NULL,
            answer bytea NOT NULL,
            PRIMARY KEY (broker, merchant, batch),
            UNIQUE (broker, settlement),
            UNIQUE (broker, number))
        """,
        """
        CREATE TABLE toll_ledger_movements (
            broker bytea NOT NULL,
            kind bigint NOT NULL CHECK (kind BETWEEN 1 AND 4),
            scope bytea NOT NULL CHECK (octet_length(scope) = 32),
            reference bytea NOT NULL CHECK (octet_length(reference) BETWEEN 1 AND 128),
            number bigint NOT NULL,
            owner bigint NOT NULL CHECK (owner BETWEEN 1 AND 3),
            party bytea NOT NULL CHECK (octet_length(party) = 32),
            asset text COLLATE "C" NOT NULL,
            amount bigint NOT NULL CHECK (amount > 0),
            memo bytea,
            at bigint NOT NULL,
            PRIMARY KEY (broker, kind, scope, reference),
            UNIQUE (broker, number))
        """,
        """
        CREATE INDEX toll_ledger_movements_by_party
        ON toll_ledger_movements (broker, kind, party, asset, at)
        """,
        """
        CREATE TABLE toll_ledger_outages (
            broker bytea NOT NULL,
            number bigint NOT NULL,
            began bigint NOT NULL,
            ended bigint NOT NULL CHECK (ended > began),
            PRIMARY KEY (broker, number))
        """,
        "CREATE INDEX toll_ledger_outages_by_end ON toll_ledger_outages (broker, ended)",
    ]
}
