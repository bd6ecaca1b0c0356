internal import PayWord
internal import TollMerchant

/// The statements behind the verbs of a channel store, inside their caller's transaction. Rows are
/// locked in the order of the channels' ids.
struct ChannelBooks {
    let transaction: PostgresTransaction
    let merchant: PublicKey
    var me: PostgresValue { .fixed(merchant) }

    static let channelQuery = """
        SELECT \(ChannelRecord.columns) FROM \(ChannelRecord.tables)
        WHERE c.merchant = $1 AND c.channel = $2
        """

    // MARK: Opening

    /// Takes the nonce for a channel.
    /// - Returns: the channel, if it is here already.
    /// - Throws: `duplicate-commitment` if another commitment has the nonce; `channel-closed` if the
    ///   channel was purged.
    func take(nonceOf terms: ChannelTerms) throws -> ChannelRecord? {
        let look = PostgresStatement(Self.channelQuery, [me, .fixed(terms.id)])
        let nonce = PostgresStatement(
            """
            INSERT INTO toll_nonces (merchant, payer, nonce, channel) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """, [me, .fixed(terms.payer), .fixed(terms.nonce), .fixed(terms.id)])
        let answers = try transaction.rows([look, nonce])
        if let row = answers[0].first { return try ChannelRecord(row) }
        guard answers[1].changed == 0 else { return nil }
        // Another instance may have opened it between the two statements.
        if let row = try transaction.rows([look])[0].first { return try ChannelRecord(row) }
        guard try !wasPurged(terms) else {
            throw Refusal(.channelClosed, "channel \(terms.id) ended and was purged")
        }
        throw Refusal(.duplicateCommitment, "a channel \(terms.id) cannot be opened")
    }

    func insert(_ channel: ChannelRecord) throws {
        let (terms, state) = (channel.terms, channel.state)
        transaction.later(
            """
            INSERT INTO toll_commitments (merchant, channel, payer, broker, nonce, asset, funding,
                worth, opened_at, expires_at, redeem_by, object)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            [
                me, .fixed(terms.id), .fixed(terms.payer), .fixed(terms.broker),
                .fixed(terms.nonce), .asset(terms.asset), .choice(terms.funding),
                .amount(terms.worth), .time(terms.openedAt), .time(terms.expiresAt),
                .time(terms.redeemBy), .bytes(terms.commitment),
            ])
        let columns = try StateColumns([state])
        transaction.later(
            """
            INSERT INTO toll_channels (merchant, channel, chains, accepted, spent, payments, due,
                claimed, settled, closed_at, refused_reason, version)
            SELECT $1, u.* FROM unnest(\(StateColumns.places)) AS u
            """, [me] + columns.values)
    }

    // MARK: States

    /// The states of channels, which are locked; in the order of ids, without those that are not here.
    func lockedStates(_ ids: [CommitmentID]) throws -> [CommitmentID: ChannelState] {
        let rows = try transaction.rows(
            """
            SELECT \(ChannelState.columns) FROM unnest($2) AS x (channel)
            CROSS JOIN LATERAL (
                SELECT * FROM toll_channels c WHERE c.merchant = $1 AND c.channel = x.channel
                LIMIT 1 FOR UPDATE) c
            """, [me, .ids(ids.sorted())])
        var states: [CommitmentID: ChannelState] = [:]
        states.reserveCapacity(rows.count)
        try rows.forEach { row in
            let state = try ChannelState(row)
            states[state.id] = state
        }
        return states
    }

    func lockedState(_ id: CommitmentID) throws -> ChannelState {
        guard let state = try lockedStates([id])[id] else { throw Refusal(.unknownCommitment) }
        return state
    }

    /// Writes states that were locked, with the next round.
    func update(_ states: [ChannelState]) throws {
        guard !states.isEmpty else { return }
        transaction.later(
            """
            UPDATE toll_channels c SET chains = u.chains, accepted = u.accepted, spent = u.spent,
                payments = u.payments, due = u.due, claimed = u.claimed, settled = u.settled,
                closed_at = u.closed_at, refused_reason = u.refused_reason, version = u.version
            FROM (
                SELECT $1 AS merchant, x.* FROM unnest(\(StateColumns.places)) AS x (channel, chains,
                    accepted, spent, payments, due, claimed, settled, closed_at, refused_reason,
                    version)
                OFFSET 0) u
            WHERE c.merchant = u.merchant AND c.channel = u.channel
            """, [me] + (try StateColumns(states).values))
    }

    /// A page of states in an asset.
    func states(in asset: Asset, after id: CommitmentID?, _ limit: Int) throws -> [ChannelState] {
        try transaction.rows(
            """
            SELECT \(ChannelState.columns) FROM \(ChannelRecord.tables)
            WHERE c.merchant = $1 AND c.channel > $2 AND m.asset = $3
            ORDER BY c.channel LIMIT $4
            """, [me, .bytes(id?.bytes ?? []), .asset(asset), .integer(Int64(limit))]
        ).map { try ChannelState($0) }
    }

    // MARK: Charges and closes

    func charge(_ kind: Charge.Kind, _ reference: [UInt8], of id: CommitmentID) throws -> Charge? {
        try transaction.rows(
            """
            SELECT amount FROM toll_charges
            WHERE merchant = $1 AND channel = $2 AND kind = $3::bigint AND reference = $4
            """, [me, .fixed(id), .choice(kind), .bytes(reference)]
        ).first.map { Charge(kind: kind, reference: reference, amount: try $0.amount(0)) }
    }

    func insert(_ charge: Charge, of id: CommitmentID) {
        transaction.later(
            """
            INSERT INTO toll_charges (merchant, channel, kind, reference, amount)
            VALUES ($1, $2, $3::bigint, $4, $5)
            """,
            [
                me, .fixed(id), .choice(charge.kind), .bytes(charge.reference),
                .amount(charge.amount),
            ]
        )
    }

    func signedClose(_ id: CommitmentID) throws -> [UInt8]? {
        try transaction.rows(
            "SELECT object FROM toll_closes WHERE merchant = $1 AND channel = $2",
            [me, .fixed(id)]
        ).first.map { try $0.bytes(0) }
    }

    func insert(close: [UInt8], of id: CommitmentID) {
        transaction.later(
            "INSERT INTO toll_closes (merchant, channel, object) VALUES ($1, $2, $3)",
            [me, .fixed(id), .bytes(close)])
    }
}

/// Whole states as the columns of one statement.
struct StateColumns {
    let values: [PostgresValue]
    /// The parameters, from the second on.
    static let places = (2...12).map { "$\($0)" }.joined(separator: ", ")

    init(_ states: [ChannelState]) throws {
        let count = states.count
        var ids = PostgresArray.bytes(count, each: CommitmentID.byteCount)
        var chains = PostgresArray.bytes(count, each: ChainsColumn.bytesPerChain)
        var numbers = [PostgresArray](repeating: .integers(count), count: 9)
        for state in states.sorted(by: { $0.id < $1.id }) {
            ids.append(state.id)
            chains.append(byteCount: ChainsColumn.bytesPerChain * state.chains.count) {
                ChainsColumn.encode(state.chains, into: $0)
            }
            let columns: [Int64?] = [
                state.accepted.signed, state.spent.signed, try signed(state.payments),
                try state.dueWorth.signed, try state.claimedWorth.signed,
                try state.settledWorth.signed,
                state.closedAt.map { Int64(clamping: $0.seconds) },
                state.refusedReasonNumber.map { Int64(bitPattern: $0) },
                try signed(state.version),
            ]
            for (place, column) in columns.enumerated() {
                numbers[place].append(optional: column)
            }
        }
        values = [.array(ids), .array(chains)] + numbers.map { .array($0) }
    }
}
