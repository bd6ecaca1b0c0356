internal import PayWord
internal import TollMerchant

extension ChannelState {
    /// The columns of `toll_channels`, in the order in which they are read.
    static let columns =
        "c.channel, c.chains, c.accepted, c.spent, c.payments, c.closed_at, c.refused_reason, "
        + "c.version"

    init(_ row: PostgresRow) throws {
        self.init(
            id: try row.fixed(0), chains: try row.withBytes(1) { try ChainsColumn.chains($0) },
            accepted: try row.amount(2), spent: try row.amount(3), payments: try row.unsigned(4),
            closedAt: try row.optionalTime(5),
            refusedReasonNumber: try row.optionalInteger(6).map { UInt64(bitPattern: $0) },
            version: try row.unsigned(7))
    }
}

extension ChannelRecord {
    /// The columns of both tables.
    static let columns =
        ChannelState.columns
        + ", m.payer, m.broker, m.nonce, m.asset, m.funding, m.worth, m.opened_at, m.expires_at, "
        + "m.redeem_by, m.object"

    /// Both tables, joined.
    static let tables = """
        toll_channels c JOIN toll_commitments m ON m.merchant = c.merchant AND m.channel = c.channel
        """

    init(_ row: PostgresRow) throws {
        self.init(
            terms: ChannelTerms(
                id: try row.fixed(0), payer: try row.fixed(8), broker: try row.fixed(9),
                nonce: try row.fixed(10), asset: try row.asset(11), funding: try row.choice(12),
                worth: try row.amount(13), openedAt: try row.time(14),
                expiresAt: try row.time(15), redeemBy: try row.time(16),
                commitment: try row.bytes(17)),
            state: try ChannelState(row))
    }
}

extension SettlementRecord {
    static let columns = """
        batch, settlement, broker, asset, settled_at, expected, gross, fee, net, claims_accepted,
        claims_refused, paywords_redeemed, object
        """

    init(_ row: PostgresRow) throws {
        self.init(
            batchID: try row.fixed(0), settlementID: try row.fixed(1), broker: try row.fixed(2),
            asset: try row.asset(3), settledAt: try row.time(4), expected: try row.amount(5),
            gross: try row.amount(6), fee: try row.amount(7), net: try row.amount(8),
            claimsAccepted: try row.unsigned(9), claimsRefused: try row.unsigned(10),
            paywordsRedeemed: try row.unsigned(11), settlement: try row.bytes(12))
    }
}

extension ClaimResult {
    /// 0 for a settled claim, else the reason's number.
    var column: Int64 {
        switch self {
        case .settled: 0
        case .refusedForNow(let reason), .refusedForGood(let reason): Int64(bitPattern: reason)
        }
    }
}
