internal import GRDB
internal import PayWord
internal import TollBroker

/// Reads commitments with their states, of which a redemption has thousands, by the places of their
/// columns.
struct CommitmentRows {
    /// In the order of ``columns``.
    private enum Column: Int32 {
        case id, digest, encodingDigest, account, payer, merchant, asset, nonce, funding, worth
        case guarantee, expiresAt, redeemBy, chains, state, locked, redeemed, positions, final
    }

    private static let columns = """
        c.id, c.digest, c.encoding_digest, c.account, c.payer, c.merchant, c.asset, c.nonce,
        c.funding, c.worth, c.guarantee, c.expires_at, c.redeem_by, c.chains,
        s.state, s.locked, s.redeemed, s.positions, s.final
        """
    static let tables = "ledger_commitments c JOIN ledger_commitment_states s ON s.id = c.id"
    static let query = "SELECT \(columns) FROM \(tables)"

    /// The asset that was read last, with its text: most rows of a query have the same.
    private var asset: (text: [UInt8], value: Asset)?

    mutating func commitment(_ row: RowColumns) throws(Refusal) -> LedgerCommitment {
        let terms = LedgerCommitment.Terms(
            digest: try row.fixed(Column.digest.rawValue),
            encodingDigest: try row.fixed(Column.encodingDigest.rawValue),
            account: try row.fixed(Column.account.rawValue),
            payer: try row.fixed(Column.payer.rawValue),
            merchant: try row.fixed(Column.merchant.rawValue), asset: try asset(row),
            nonce: try row.fixed(Column.nonce.rawValue),
            funding: try row.choice(Column.funding.rawValue),
            worth: try row.amount(Column.worth.rawValue),
            guarantee: try row.amount(Column.guarantee.rawValue),
            expiresAt: try row.time(Column.expiresAt.rawValue),
            redeemBy: try row.time(Column.redeemBy.rawValue))
        guard let fixed = row.bytes(Column.chains.rawValue),
            let positions = row.bytes(Column.positions.rawValue),
            let chains = try LedgerChainColumns.chains(fixed, positions)
        else { throw row.damaged(Column.chains.rawValue) }
        return LedgerCommitment(
            id: try row.fixed(Column.id.rawValue), terms: terms, chains: chains,
            state: try row.choice(Column.state.rawValue),
            locked: try row.amount(Column.locked.rawValue),
            redeemed: try row.amount(Column.redeemed.rawValue),
            final: row.bytes(Column.final.rawValue).map(LedgerChainColumns.indexes))
    }

    private mutating func asset(_ row: RowColumns) throws(Refusal) -> Asset {
        guard let bytes = row.bytes(Column.asset.rawValue) else {
            throw row.damaged(Column.asset.rawValue)
        }
        if let asset, asset.text.elementsEqual(bytes) { return asset.value }
        guard let value = LedgerColumn.asset(String(decoding: bytes, as: UTF8.self)) else {
            throw row.damaged(Column.asset.rawValue)
        }
        asset = (Array(bytes), value)
        return value
    }
}

/// Reads the states alone of commitments that were read before: a narrow table, and nothing is made
/// of a row that has not moved.
struct CommitmentStates {
    static let query = """
        SELECT state, locked, redeemed, positions, final FROM ledger_commitment_states WHERE id = ?
        """

    /// The commitment as it stands; nil if it stands as it did.
    static func moved(
        _ known: LedgerCommitment, _ row: RowColumns
    ) throws(Refusal) -> LedgerCommitment? {
        let state: CommitmentEntry.State = try row.choice(0)
        let locked = try row.amount(1)
        let redeemed = try row.amount(2)
        guard let positions = row.bytes(3) else { throw row.damaged(3) }
        let final = row.bytes(4).map(LedgerChainColumns.indexes)
        if state == known.state, locked == known.locked, redeemed == known.redeemed,
            final == known.final, LedgerChainColumns.positions(of: known.chains, are: positions)
        {
            return nil
        }
        guard let chains = LedgerChainColumns.chains(known.chains, at: positions) else {
            throw row.damaged(3)
        }
        return known.moved(
            to: chains, state: state, locked: locked, redeemed: redeemed, final: final)
    }
}
