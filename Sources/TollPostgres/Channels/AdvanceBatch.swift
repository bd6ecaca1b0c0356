internal import PayWord
internal import TollMerchant

/// Advances of different channels as the columns of one statement.
///
/// The statement compares each channel's version and raises the channel, in the order of their ids,
/// so that two instances that pay on the same channels wait for each other and do not deadlock. A
/// reference comes with a raise of its channel and never without: so whoever finds the version as it
/// was judged knows that no reference was added since, and one look at the references is enough.
///
/// References that were used are seldom sent: a payer that did not hear the answer sends them again.
/// So first none is looked for, and the table's key refuses the whole statement if one is there.
struct AdvanceBatch {
    /// Where the advances stand among those that the caller gave, in the order of the columns.
    private(set) var positions: [Int] = []
    private var channels: PostgresArray
    private var bases: PostgresArray
    private var versions: PostgresArray
    private var chains: PostgresArray
    private var accepted: PostgresArray
    private var spent: PostgresArray
    private var payments: PostgresArray
    private var due: PostgresArray
    /// The references that come with them: of which advance, by its place from 1.
    private var chargeNumbers: PostgresArray
    private var chargeChannels: PostgresArray
    private var references: PostgresArray
    private var amounts: PostgresArray

    /// A batch with room for so many.
    init(_ count: Int) {
        channels = .bytes(count, each: CommitmentID.byteCount)
        (bases, versions) = (.integers(count), .integers(count))
        chains = .bytes(count, each: ChainsColumn.bytesPerChain)
        (accepted, spent) = (.integers(count), .integers(count))
        (payments, due) = (.integers(count), .integers(count))
        (chargeNumbers, amounts) = (.integers(0), .integers(0))
        (chargeChannels, references) = (.bytes(0, each: 0), .bytes(0, each: 0))
    }

    /// Adds the next advance, in the order of the channels' ids.
    mutating func append(_ advance: ChannelAdvance, at position: Int) throws(Refusal) {
        let state = advance.state
        positions.append(position)
        channels.append(state.id)
        bases.append(try signed(advance.base))
        versions.append(try signed(state.version))
        chains.append(byteCount: ChainsColumn.bytesPerChain * state.chains.count) {
            ChainsColumn.encode(state.chains, into: $0)
        }
        accepted.append(state.accepted.signed)
        spent.append(state.spent.signed)
        payments.append(try signed(state.payments))
        due.append(try state.dueWorth.signed)
        for charge in advance.charges {
            chargeNumbers.append(Int64(positions.count))
            chargeChannels.append(state.id)
            references.append(charge.reference)
            amounts.append(charge.amount.signed)
        }
    }

    /// What is done about references that were used before.
    enum UsedReferences {
        /// Their advances are left out.
        case leftOut
        /// The statement fails as a whole, by a unique violation.
        case fail
    }

    /// Whether references come with the advances.
    var hasReferences: Bool { chargeNumbers.count > 0 }

    /// The statement, which gives the places of the advances that were written, from 1.
    func statement(of merchant: PublicKey, used: UsedReferences) -> PostgresStatement {
        var values: [PostgresValue] = [.fixed(merchant)]
        for column in [channels, bases, versions, chains, accepted, spent, payments, due] {
            values.append(.array(column))
        }
        guard hasReferences else { return PostgresStatement(Self.raise, values) }
        for column in [chargeNumbers, chargeChannels, references, amounts] {
            values.append(.array(column))
        }
        return PostgresStatement(
            used == .fail ? Self.raiseAndCharge : Self.raiseAndChargeUnused, values)
    }

    /// The merchant stands among the rows that are joined, behind a fence (`OFFSET 0`), so that the
    /// whole key is the only way into the table, whatever the planner believes of its size.
    private static func raising(_ condition: String) -> String {
        """
        UPDATE toll_channels c SET chains = u.chains, accepted = u.accepted, spent = u.spent,
            payments = u.payments, due = u.due, version = u.version
        FROM (
            SELECT $1 AS merchant, x.* FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
                AS x (channel, base, version, chains, accepted, spent, payments, due, n)
            OFFSET 0) u
        WHERE c.merchant = u.merchant AND c.channel = u.channel AND c.version = u.base\(condition)
        RETURNING u.n
        """
    }

    static let raise = raising("")

    private static let raiseAndCharge = charging(raising(""))

    /// `LIMIT` keeps the planner from reading the table of references by anything but its whole key.
    private static let raiseAndChargeUnused = charging(
        raising(
            """
             AND (u.n IN (
                SELECT x.n FROM unnest($10, $11, $12) AS x (n, channel, reference)
                CROSS JOIN LATERAL (
                    SELECT FROM toll_charges t WHERE t.merchant = $1 AND t.channel = x.channel
                        AND t.kind = 1 AND t.reference = x.reference LIMIT 1) t)) IS NOT TRUE
            """))

    /// `IS TRUE` keeps the planner from joining where a look into a small set is all that is needed.
    private static func charging(_ raise: String) -> String {
        """
        WITH raised AS (
            \(raise)
        ), added AS (
            INSERT INTO toll_charges (merchant, channel, kind, reference, amount)
            SELECT $1, x.channel, 1, x.reference, x.amount
            FROM unnest($10, $11, $12, $13) AS x (n, channel, reference, amount)
            WHERE (x.n IN (SELECT n FROM raised)) IS TRUE
        )
        SELECT n FROM raised
        """
    }
}
