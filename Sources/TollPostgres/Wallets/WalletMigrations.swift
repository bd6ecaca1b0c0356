/// The tables of wallets. Each key begins with the wallet.
enum WalletMigrations {
    static let all = [
        PostgresMigration(
            version: 1, name: "channels, journal and budgets", statements: channels + journal + kept
        )
    ]

    private static let channels = [
        // The row that every transaction locks which moves a channel: budgets count over all of them.
        // sequence numbers the lines of the journal and the receipts.
        """
        CREATE TABLE toll_wallets (
            wallet bytea NOT NULL PRIMARY KEY CHECK (octet_length(wallet) = 32),
            sequence bigint NOT NULL)
        """,
        // revealed and accepted: an index a chain, 4 bytes each, big-endian.
        """
        CREATE TABLE toll_wallet_channels (
            wallet bytea NOT NULL,
            channel bytea NOT NULL CHECK (octet_length(channel) = 16),
            commitment bytea NOT NULL,
            merchant bytea NOT NULL,
            generation bigint NOT NULL,
            address bytea NOT NULL,
            mode bigint NOT NULL,
            salt bytea,
            offer bytea,
            reference bytea,
            request bytea,
            funding bytea NOT NULL,
            stage bigint NOT NULL,
            version bigint NOT NULL,
            revealed bytea NOT NULL CHECK (octet_length(revealed) % 4 = 0),
            accepted bytea NOT NULL CHECK (octet_length(accepted) = octet_length(revealed)),
            spent bigint NOT NULL CHECK (spent >= 0),
            charged bigint NOT NULL CHECK (charged >= 0),
            payments bigint NOT NULL,
            is_complete boolean NOT NULL,
            is_shared boolean NOT NULL,
            dispute bytea,
            close bytea,
            is_close_delivered boolean NOT NULL,
            PRIMARY KEY (wallet, channel))
        """,
        """
        CREATE UNIQUE INDEX toll_wallet_channels_by_reference
        ON toll_wallet_channels (wallet, reference) WHERE reference IS NOT NULL
        """,
    ]

    private static let journal = [
        // A row is written before the first payword of its payment is shown. State 1 is pending, 3 is
        // refused.
        """
        CREATE TABLE toll_wallet_payments (
            wallet bytea NOT NULL,
            channel bytea NOT NULL,
            number bigint NOT NULL,
            sequence bigint NOT NULL,
            merchant bytea NOT NULL,
            amount bigint NOT NULL,
            total bigint NOT NULL,
            marks bytea NOT NULL,
            reference bytea,
            memo bytea,
            resource bytea,
            at bigint NOT NULL,
            state bigint NOT NULL,
            reason bigint,
            PRIMARY KEY (wallet, channel, number))
        """,
        "CREATE UNIQUE INDEX toll_wallet_payments_in_order ON toll_wallet_payments (wallet, sequence)",
        """
        CREATE INDEX toll_wallet_payments_pending ON toll_wallet_payments (wallet, channel, number)
        WHERE state = 1
        """,
        """
        CREATE UNIQUE INDEX toll_wallet_payments_by_reference
        ON toll_wallet_payments (wallet, merchant, reference)
        WHERE reference IS NOT NULL AND state <> 3
        """,
        // What was revealed to a merchant on a day, for the budgets.
        """
        CREATE TABLE toll_wallet_spendings (
            wallet bytea NOT NULL,
            asset text COLLATE "C" NOT NULL,
            day bigint NOT NULL,
            merchant bytea NOT NULL,
            amount bigint NOT NULL CHECK (amount >= 0),
            PRIMARY KEY (wallet, asset, day, merchant))
        """,
        """
        CREATE INDEX toll_wallet_spendings_by_merchant
        ON toll_wallet_spendings (wallet, asset, merchant)
        """,
    ]

    private static let kept = [
        """
        CREATE TABLE toll_wallet_receipts (
            wallet bytea NOT NULL,
            channel bytea NOT NULL,
            digest bytea NOT NULL CHECK (octet_length(digest) = 32),
            sequence bigint NOT NULL,
            receipt bytea NOT NULL,
            PRIMARY KEY (wallet, channel, digest))
        """,
        """
        CREATE TABLE toll_wallet_keys (
            wallet bytea NOT NULL,
            broker bytea NOT NULL,
            merchant bytea NOT NULL,
            generation bigint NOT NULL,
            PRIMARY KEY (wallet, broker, merchant))
        """,
        """
        CREATE TABLE toll_wallet_brokers (
            wallet bytea NOT NULL,
            broker bytea NOT NULL,
            asset text COLLATE "C" NOT NULL,
            address bytea NOT NULL,
            account bytea NOT NULL,
            PRIMARY KEY (wallet, broker, asset))
        """,
    ]
}
