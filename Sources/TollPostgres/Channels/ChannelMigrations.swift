/// The tables of merchants. Each key begins with the merchant, and holds the channel where there is
/// one, so that rows can be spread by either; nothing refers from one table to another, and nothing
/// counts over all rows.
enum ChannelMigrations {
    static func all(_ partitioning: PostgresPartitioning) -> [PostgresMigration] {
        [
            PostgresMigration(
                version: 1, name: "channels and redemption",
                statements: channels.flatMap { $0.statements(partitioning) } + redemption),
            PostgresMigration(version: 2, name: "retention", statements: retention),
        ]
    }

    /// What grows with the channels. What changes with every payment stands in one short row of
    /// `toll_channels`, of which no column but the key is indexed and which leaves room on its page:
    /// so the new version of a row is written beside the old one, and no index is touched.
    private static let channels = [
        ChannelTable(
            name: "toll_commitments", isPerChannel: true,
            columns: """
                merchant bytea NOT NULL CHECK (octet_length(merchant) = 32),
                channel bytea NOT NULL CHECK (octet_length(channel) = 16),
                payer bytea NOT NULL CHECK (octet_length(payer) = 32),
                broker bytea NOT NULL CHECK (octet_length(broker) = 32),
                nonce bytea NOT NULL CHECK (octet_length(nonce) = 16),
                asset text COLLATE "C" NOT NULL,
                funding bigint NOT NULL CHECK (funding IN (1, 2, 3)),
                worth bigint NOT NULL CHECK (worth >= 0),
                opened_at bigint NOT NULL,
                expires_at bigint NOT NULL,
                redeem_by bigint NOT NULL,
                object bytea NOT NULL,
                PRIMARY KEY (merchant, channel)
                """,
            indexes: [
                "CREATE INDEX toll_commitments_by_payer ON toll_commitments (merchant, payer)",
                "CREATE INDEX toll_commitments_by_broker ON toll_commitments (merchant, broker)",
            ]),
        // chains: for each, denomination (8 bytes), length, accepted, claimed, settled and final index
        // (4 each), accepted payword (32); all big-endian. due, claimed and settled are what these
        // come to. version rises by one with every change.
        ChannelTable(
            name: "toll_channels", isPerChannel: true,
            columns: """
                merchant bytea NOT NULL,
                channel bytea NOT NULL,
                chains bytea NOT NULL CHECK (octet_length(chains) % 60 = 0),
                accepted bigint NOT NULL,
                spent bigint NOT NULL CHECK (spent >= 0 AND spent <= accepted),
                payments bigint NOT NULL CHECK (payments >= 0),
                due bigint NOT NULL CHECK (due >= 0),
                claimed bigint NOT NULL CHECK (claimed >= 0 AND claimed <= due),
                settled bigint NOT NULL CHECK (settled >= 0 AND settled <= claimed),
                closed_at bigint,
                refused_reason bigint,
                version bigint NOT NULL CHECK (version >= 0),
                PRIMARY KEY (merchant, channel)
                """, storage: "fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05"),
        ChannelTable(
            name: "toll_charges", isPerChannel: true,
            columns: """
                merchant bytea NOT NULL,
                channel bytea NOT NULL,
                kind smallint NOT NULL CHECK (kind IN (1, 2)),
                reference bytea NOT NULL
                    CHECK (octet_length(reference) >= 1 AND octet_length(reference) <= 64),
                amount bigint NOT NULL CHECK (amount >= 0),
                PRIMARY KEY (merchant, channel, kind, reference)
                """),
        ChannelTable(
            name: "toll_closes", isPerChannel: true,
            columns: """
                merchant bytea NOT NULL,
                channel bytea NOT NULL,
                object bytea NOT NULL,
                delivered boolean NOT NULL DEFAULT FALSE,
                PRIMARY KEY (merchant, channel)
                """,
            indexes: [
                """
                CREATE INDEX toll_closes_undelivered ON toll_closes (merchant, channel)
                WHERE NOT delivered
                """
            ]),
        // Which commitment has a payer's nonce: a table of its own, since its key has no channel.
        ChannelTable(
            name: "toll_nonces", isPerChannel: false,
            columns: """
                merchant bytea NOT NULL,
                payer bytea NOT NULL,
                nonce bytea NOT NULL,
                channel bytea NOT NULL,
                PRIMARY KEY (merchant, payer, nonce)
                """),
    ]

    private static let redemption = [
        // A row for each merchant, and in `toll_limits` one for each party whose exposure is limited:
        // what transactions lock that must follow one another.
        """
        CREATE TABLE toll_merchants (
            merchant bytea NOT NULL PRIMARY KEY CHECK (octet_length(merchant) = 32),
            batches bigint NOT NULL)
        """,
        """
        CREATE TABLE toll_limits (
            merchant bytea NOT NULL, party bytea NOT NULL, PRIMARY KEY (merchant, party))
        """,
        // redemption: until it is answered.
        """
        CREATE TABLE toll_batches (
            merchant bytea NOT NULL,
            batch bytea NOT NULL CHECK (octet_length(batch) = 16),
            number bigint NOT NULL,
            broker bytea NOT NULL CHECK (octet_length(broker) = 32),
            asset text COLLATE "C" NOT NULL,
            created_at bigint NOT NULL,
            redemption bytea,
            abandoned_reason bigint,
            PRIMARY KEY (merchant, batch),
            UNIQUE (merchant, number))
        """,
        """
        CREATE INDEX toll_batches_unanswered ON toll_batches (merchant, broker, number)
        WHERE redemption IS NOT NULL
        """,
        // result: null until it is answered, 0 settled, else the reason's number.
        """
        CREATE TABLE toll_batch_claims (
            merchant bytea NOT NULL,
            batch bytea NOT NULL,
            position bigint NOT NULL,
            channel bytea NOT NULL,
            indexes bytea NOT NULL CHECK (octet_length(indexes) % 4 = 0),
            expected bigint NOT NULL CHECK (expected >= 0),
            result bigint,
            PRIMARY KEY (merchant, batch, position))
        """,
        """
        CREATE TABLE toll_settlements (
            merchant bytea NOT NULL,
            batch bytea NOT NULL,
            number bigint NOT NULL,
            settlement bytea NOT NULL CHECK (octet_length(settlement) = 16),
            broker bytea NOT NULL,
            asset text COLLATE "C" NOT NULL,
            settled_at bigint NOT NULL,
            expected bigint NOT NULL,
            gross bigint NOT NULL,
            fee bigint NOT NULL,
            net bigint NOT NULL CHECK (gross = fee + net),
            claims_accepted bigint NOT NULL,
            claims_refused bigint NOT NULL,
            paywords_redeemed bigint NOT NULL,
            object bytea NOT NULL,
            PRIMARY KEY (merchant, batch),
            UNIQUE (merchant, number))
        """,
        // Answers that a broker must be held to: they count other amounts than were claimed.
        """
        CREATE TABLE toll_kept_answers (
            merchant bytea NOT NULL,
            batch bytea NOT NULL,
            redemption bytea NOT NULL,
            answer bytea NOT NULL,
            PRIMARY KEY (merchant, batch))
        """,
        """
        CREATE TABLE toll_debt_payments (
            merchant bytea NOT NULL,
            reference bytea NOT NULL,
            payer bytea NOT NULL CHECK (octet_length(payer) = 32),
            asset text COLLATE "C" NOT NULL,
            amount bigint NOT NULL CHECK (amount >= 0),
            paid_at bigint NOT NULL,
            PRIMARY KEY (merchant, reference))
        """,
        "CREATE INDEX toll_debt_payments_by_payer ON toll_debt_payments (merchant, payer)",
    ]
}

/// A table that may be partitioned.
private struct ChannelTable {
    let name: String
    /// Whether its key has the channel in it.
    let isPerChannel: Bool
    let columns: String
    var indexes: [String] = []
    /// Settings, which a partitioned table has in its parts.
    var storage: String?

    func statements(_ partitioning: PostgresPartitioning) -> [String] {
        let settings = storage.map { " WITH (\($0))" } ?? ""
        switch partitioning {
        case .none:
            return ["CREATE TABLE \(name) (\(columns))\(settings)"] + indexes
        case .byMerchant(let count):
            return parts(by: "merchant", count, settings) + indexes
        case .byChannel(let count):
            return parts(by: isPerChannel ? "channel" : "payer", count, settings) + indexes
        }
    }

    private func parts(by column: String, _ count: Int, _ settings: String) -> [String] {
        let whole = "CREATE TABLE \(name) (\(columns)) PARTITION BY HASH (\(column))"
        let parts = (0..<count).map { number in
            """
            CREATE TABLE \(name)_\(number) PARTITION OF \(name)
            FOR VALUES WITH (MODULUS \(count), REMAINDER \(number))\(settings)
            """
        }
        return [whole] + parts
    }
}
