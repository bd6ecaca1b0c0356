internal import PayWord
internal import TollBroker

/// Reads commitments with their states, of which a redemption has thousands.
struct CommitmentRows {
    static let columns = """
        c.commitment, c.digest, c.encoding_digest, c.account, c.payer, c.merchant, c.asset, c.nonce,
        c.funding, c.worth, c.guarantee, c.expires_at, c.redeem_by, c.chains,
        s.state, s.locked, s.redeemed, s.positions, s.final
        """
    static let tables = """
        toll_ledger_commitments c
        JOIN toll_ledger_states s ON s.broker = c.broker AND s.commitment = c.commitment
        """

    /// The asset that was read last, with its text: most rows of a query have the same.
    private var asset: (text: [UInt8], value: Asset)?

    mutating func commitment(_ row: PostgresRow) throws -> LedgerCommitment {
        let terms = LedgerCommitment.Terms(
            digest: try row.fixed(1), encodingDigest: try row.fixed(2), account: try row.fixed(3),
            payer: try row.fixed(4), merchant: try row.fixed(5), asset: try asset(row),
            nonce: try row.fixed(7), funding: try row.choice(8), worth: try row.amount(9),
            guarantee: try row.amount(10), expiresAt: try row.time(11),
            redeemBy: try row.time(12))
        let chains: [LedgerChain]? = try row.withBytes(13) { fixed in
            try row.withBytes(17) { positions in
                guard let fixed, let positions else { return nil }
                return try LedgerChainColumns.chains(fixed, positions)
            }
        }
        guard let chains else { throw row.damaged(13) }
        return LedgerCommitment(
            id: try row.fixed(0), terms: terms, chains: chains, state: try row.choice(14),
            locked: try row.amount(15), redeemed: try row.amount(16),
            final: row.optionalBytes(18).map { LedgerChainColumns.indexes($0) })
    }

    private mutating func asset(_ row: PostgresRow) throws(Refusal) -> Asset {
        if let asset, row.withBytes(6, { $0.map(asset.text.elementsEqual) ?? false }) {
            return asset.value
        }
        let value = try row.asset(6)
        asset = (try row.bytes(6), value)
        return value
    }

    // MARK: States alone

    static let stateColumns = "commitment, state, locked, redeemed, positions, final"

    /// A commitment that was read before, as it stands by a row of ``stateColumns``.
    static func moved(
        _ known: LedgerCommitment, _ row: PostgresRow
    ) throws(Refusal) -> LedgerCommitment {
        let chains = row.withBytes(4) { positions in
            positions.flatMap { LedgerChainColumns.chains(known.chains, at: $0) }
        }
        guard let chains else { throw row.damaged(4) }
        return known.moved(
            to: chains, state: try row.choice(1), locked: try row.amount(2),
            redeemed: try row.amount(3),
            final: row.optionalBytes(5).map { LedgerChainColumns.indexes($0) })
    }
}

extension LedgerAccount {
    static let columns = "owner, party, purpose, asset, balance, floor"

    init(_ row: PostgresRow) throws(Refusal) {
        self.init(
            id: try LedgerAccountID(row, from: 0), balance: try row.integer(4),
            floor: try row.integer(5))
    }
}

extension LedgerAccountID {
    /// Reads owner, party, purpose and asset from a place on.
    init(_ row: PostgresRow, from place: Int32) throws(Refusal) {
        self.init(
            try row.choice(place), try row.fixed(place + 1), try row.choice(place + 2),
            try row.asset(place + 3))
    }
}

extension CreditTerms {
    /// Reads limit, limit per commitment and guarantee from a place on; nil where there are none.
    init?(_ row: PostgresRow, from place: Int32) throws(Refusal) {
        guard let limit = try row.optionalAmount(place) else { return nil }
        self.init(
            limit: limit, limitPerCommitment: try row.amount(place + 1),
            guarantee: try row.amount(place + 2))
    }
}

extension EnrolmentRecord {
    static let columns = """
        role, subject, asset, display_name, enrolled_at, answer, renew_at, fee_share, fee_fixed,
        credit_limit, credit_per_commitment, credit_guarantee
        """

    init(_ row: PostgresRow) throws(Refusal) {
        guard let share = BasisPoints(try row.unsigned(7)) else { throw row.damaged(7) }
        self.init(
            key: EnrolmentKey(
                role: try row.choice(0), subject: try row.fixed(1), asset: try row.asset(2)),
            displayName: row.optionalWords(3), enrolledAt: try row.time(4),
            answer: try row.bytes(5), renewAt: try row.optionalTime(6),
            fee: Fee(share: share, fixed: try row.amount(8)),
            credit: try CreditTerms(row, from: 9))
    }
}

extension CertificateRecord {
    static let columns = """
        account, subject, asset, answer, credit_limit, credit_per_commitment, credit_guarantee,
        not_after, renew_at
        """

    init(_ row: PostgresRow) throws(Refusal) {
        guard let terms = try CreditTerms(row, from: 4) else { throw row.damaged(4) }
        self.init(
            key: CertificateKey(
                account: try row.fixed(0), subject: try row.fixed(1), asset: try row.asset(2)),
            answer: try row.bytes(3), terms: terms, notAfter: try row.time(7),
            renewAt: try row.time(8))
    }
}

extension LedgerSettlement {
    static let columns =
        "merchant, batch, redemption_digest, settlement, asset, gross, fee, settled_at, answer"

    init(_ row: PostgresRow) throws(Refusal) {
        self.init(
            key: BatchKey(merchant: try row.fixed(0), batchID: try row.fixed(1)),
            redemptionDigest: try row.fixed(2), settlementID: try row.fixed(3),
            asset: try row.asset(4), gross: try row.amount(5), fee: try row.amount(6),
            settledAt: try row.time(7), answer: try row.bytes(8))
    }
}

extension MovementRecord {
    static let columns = "kind, scope, reference, owner, party, asset, amount, memo, at"

    init(_ row: PostgresRow) throws(Refusal) {
        self.init(
            key: MovementKey(
                kind: try row.choice(0), scope: try row.fixed(1), reference: try row.bytes(2)),
            owner: try row.choice(3), party: try row.fixed(4), asset: try row.asset(5),
            amount: try row.amount(6), memo: row.optionalWords(7), at: try row.time(8))
    }
}
