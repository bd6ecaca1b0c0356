/// What a wallet's database says, read with SQL alone.
struct WalletBooks {
    struct Channel {
        var isReady = false
        var dispute: String?
        var revealed: [UInt32] = []
        /// All but the refused ones.
        var payments: Int64 = 0
        var amount: Int64 = 0
        var acknowledged: Int64 = 0
        var acknowledgedAmount: Int64 = 0
        /// Whether every payment bears a reference.
        var hasReferences = true
        var pending: Int64 = 0
        /// Refused because it was not known what became of it.
        var refused: Int64 = 0
    }

    var channels: [String: Channel] = [:]
    let reader: any RowReader

    init(folder: String) throws {
        reader = try SQLiteReader("\(folder)/wallet/wallet.sqlite")
        try reader.rows("SELECT id, stage, dispute FROM channels") { row in
            channels[row.hex(0)] = Channel(
                isReady: row.integer(1) == 2, dispute: row.isNull(2) ? nil : row.text(2))
        }
        try reader.rows("SELECT channel, revealed FROM chains ORDER BY channel, ordinal") { row in
            channels[row.hex(0)]?.revealed.append(UInt32(clamping: row.integer(1)))
        }
        try reader.rows(
            """
            SELECT channel, sum(state <> 3), sum(CASE WHEN state <> 3 THEN amount ELSE 0 END),
                sum(state = 2), sum(CASE WHEN state = 2 THEN amount ELSE 0 END),
                sum(reference IS NULL), sum(state = 1), sum(state = 3)
            FROM payments GROUP BY channel
            """
        ) { row in
            var channel = channels[row.hex(0)] ?? Channel()
            (channel.payments, channel.amount) = (row.integer(1), row.integer(2))
            (channel.acknowledged, channel.acknowledgedAmount) = (row.integer(3), row.integer(4))
            (channel.hasReferences, channel.pending) = (row.integer(5) == 0, row.integer(6))
            channel.refused = row.integer(7)
            channels[row.hex(0)] = channel
        }
    }
}

/// What a broker's database says, read with SQL alone.
struct BrokerBooks {
    /// What each commitment has redeemed.
    var redeemed: [String: Int64] = [:]
    /// Each batch's gross amount.
    var settlements: [String: Int64] = [:]
    var gross: Int64 = 0
    var net: Int64 = 0
    var earned: Int64 = 0
    var sum: Int64 = 0
    var unbalanced: Int64 = 0
    var wrongAccounts: Int64 = 0
    let reader: any RowReader

    init(folder: String) throws {
        reader = try SQLiteReader("\(folder)/broker/ledger.sqlite")
        try reader.rows("SELECT id, redeemed FROM ledger_commitment_states") {
            redeemed[$0.hex(0)] = $0.integer(1)
        }
        try reader.rows("SELECT batch, gross FROM ledger_settlements") {
            settlements[$0.hex(0)] = $0.integer(1)
        }
        gross = try reader.integer("SELECT sum(gross) FROM ledger_settlements") ?? 0
        net = try reader.integer("SELECT sum(gross - fee) FROM ledger_settlements") ?? 0
        earned =
            try reader.integer(
                "SELECT sum(balance) FROM ledger_accounts WHERE owner = 3 AND purpose = 1") ?? 0
        sum = try reader.integer("SELECT sum(balance) FROM ledger_accounts") ?? 0
        unbalanced =
            try reader.integer(
                """
                SELECT count(*) FROM (SELECT 1 FROM ledger_entries GROUP BY sequence
                    HAVING sum(amount) <> 0)
                """) ?? 0
        wrongAccounts =
            try reader.integer(
                """
                SELECT count(*) FROM ledger_accounts AS a WHERE balance <> coalesce(
                    (SELECT sum(amount) FROM ledger_entries WHERE account = a.number), 0)
                """) ?? 0
    }

    /// The signed answers that came after so many.
    func answers(after count: Int) throws -> [[UInt8]] {
        var answers: [[UInt8]] = []
        try reader.rows(
            "SELECT answer FROM ledger_settlements ORDER BY number LIMIT -1 OFFSET \(count)"
        ) { answers.append($0.bytes(0)) }
        return answers
    }
}
