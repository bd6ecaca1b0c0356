internal import PayWord
internal import TollMerchant

/// What payers may come to owe, and what they owe: sums over channels, as
/// `ChannelRecord.exposure(at:)` defines them. A sum that does not fit is `amount-overflow`.
extension ChannelBooks {
    /// Locks what has a limit, so that openings that count towards the same limit follow one another.
    func lock(_ limits: ExposureLimits, _ terms: ChannelTerms) throws {
        let parties = [
            limits.perPayer == nil ? nil : terms.payer,
            limits.perBroker == nil ? nil : terms.broker,
        ]
        try lock(parties.compactMap(\.self))
    }

    func lock(_ parties: [PublicKey]) throws {
        guard !parties.isEmpty else { return }
        try transaction.rows(
            """
            INSERT INTO toll_limits (merchant, party) SELECT $1, party FROM unnest($2) AS x (party)
            ON CONFLICT (merchant, party) DO UPDATE SET party = excluded.party
            """, [me, .ids(Set(parties).sorted())])
    }

    func exposure(payerOf terms: ChannelTerms, _ time: Timestamp) throws -> Amount {
        let exposed = try exposure("payer", terms.payer, terms, time)
        guard terms.funding == .twoParty else { return exposed }
        return exposed.subtractingOrZero(try paid(by: terms.payer, in: terms.asset))
    }

    func exposure(brokerOf terms: ChannelTerms, _ time: Timestamp) throws -> Amount {
        try exposure("broker", terms.broker, terms, time)
    }

    private func exposure(
        _ column: String, _ party: PublicKey, _ terms: ChannelTerms, _ time: Timestamp
    ) throws -> Amount {
        // The kept settlements of two-party channels are debts, so they stay exposed.
        let settled = terms.funding == .twoParty ? "0" : "c.settled"
        return try sum(
            """
            SELECT coalesce(sum(
                CASE WHEN c.closed_at IS NULL AND m.expires_at >= $2 THEN m.worth ELSE c.due END
                - \(settled)), 0)::bigint
            FROM \(ChannelRecord.tables)
            WHERE m.merchant = $1 AND m.\(column) = $3 AND m.funding = $4 AND m.asset = $5
            """,
            [me, .time(time), .fixed(party), .choice(terms.funding), .asset(terms.asset)])
    }

    func paid(by payer: PublicKey, in asset: Asset) throws -> Amount {
        try sum(
            """
            SELECT coalesce(sum(amount), 0)::bigint FROM toll_debt_payments
            WHERE merchant = $1 AND payer = $2 AND asset = $3
            """, [me, .fixed(payer), .asset(asset)])
    }

    /// By how much settlements in an asset came short of what was due.
    func short(in asset: Asset) throws -> Amount {
        try sum(
            """
            SELECT coalesce(sum(expected - gross), 0)::bigint FROM toll_settlements
            WHERE merchant = $1 AND asset = $2 AND expected > gross
            """, [me, .asset(asset)])
    }

    /// What payers of two-party channels owe, in the order of their keys; `condition` tells which
    /// payers, by parameter 3.
    func debts(
        in asset: Asset, _ condition: String, _ payer: PostgresValue, _ limit: Int
    ) throws -> [PayerDebt] {
        try transaction.rows(
            """
            SELECT d.payer, d.settled, coalesce((
                SELECT sum(p.amount) FROM toll_debt_payments p
                WHERE p.merchant = $1 AND p.payer = d.payer AND p.asset = $2), 0)::bigint
            FROM (
                SELECT m.payer, sum(c.settled)::bigint AS settled FROM \(ChannelRecord.tables)
                WHERE m.merchant = $1 AND m.asset = $2 AND m.funding = 3 AND m.payer \(condition) $3
                GROUP BY m.payer ORDER BY m.payer LIMIT $4) d
            ORDER BY d.payer
            """, [me, .asset(asset), payer, .integer(Int64(clamping: limit))]
        ).map { row in
            PayerDebt(
                payer: try row.fixed(0), settled: try row.amount(1), paid: try row.amount(2))
        }
    }

    private func sum(_ text: String, _ values: [PostgresValue]) throws -> Amount {
        try transaction.rows(text, values).first?.amount(0) ?? .zero
    }
}
