internal import PayWord
internal import TollBroker

/// The broker's own row: the end of the chain of transactions, how often was written, and how far each
/// list is numbered. Whoever writes locks it first, so decisions of one broker follow one another.
struct LedgerHead {
    var sequence: UInt64
    var hash: Digest
    var changes: UInt64
    var enrolments: Int64
    var settlements: Int64
    var movements: Int64
    var outages: Int64
    var beat: Timestamp?

    private static let columns =
        "sequence, hash, changes, enrolments, settlements, movements, outages, beat"

    /// The statement that reads it.
    static func statement(of broker: PublicKey, isLocking: Bool) -> PostgresStatement {
        PostgresStatement(
            "SELECT \(columns) FROM toll_ledgers WHERE broker = $1\(isLocking ? " FOR UPDATE" : "")",
            [.fixed(broker)])
    }

    init(_ rows: PostgresRows) throws {
        guard let row = rows.first else {
            throw Refusal(.storageFailed, "the broker's own row is missing")
        }
        sequence = try row.unsigned(0)
        hash = try row.fixed(1)
        changes = try row.unsigned(2)
        enrolments = try row.integer(3)
        settlements = try row.integer(4)
        movements = try row.integer(5)
        outages = try row.integer(6)
        beat = try row.optionalTime(7)
    }

    /// Writes it with the next round.
    func write(_ transaction: PostgresTransaction, _ broker: PublicKey) throws {
        transaction.later(
            """
            UPDATE toll_ledgers SET sequence = $2, hash = $3, changes = $4, enrolments = $5,
                settlements = $6, movements = $7, outages = $8, beat = $9
            WHERE broker = $1
            """,
            [
                .fixed(broker), try .count(sequence), .fixed(hash), try .count(changes),
                .integer(enrolments), .integer(settlements), .integer(movements),
                .integer(outages), .time(beat),
            ])
    }

    /// Makes the row of a broker that has none.
    static func create(_ transaction: PostgresTransaction, _ broker: PublicKey) {
        transaction.later(
            """
            INSERT INTO toll_ledgers (broker, sequence, hash, changes, enrolments, settlements,
                movements, outages)
            VALUES ($1, 0, $2, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING
            """, [.fixed(broker), .fixed(LedgerLink.origin)])
    }
}
