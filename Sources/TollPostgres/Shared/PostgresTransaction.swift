internal import PayWord

/// A transaction under way. Statements whose answers nobody needs in between are kept back, and go
/// out with the next one, the last of them together with the commit.
final class PostgresTransaction {
    /// What a transaction sees.
    enum Kind: String {
        /// Every statement sees what is committed before it: for what locks the rows that it changes.
        case writing = "BEGIN ISOLATION LEVEL READ COMMITTED"
        /// All statements see one moment; it cannot write.
        case snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    }

    private let connection: PostgresConnection
    private let kind: Kind
    private var waiting: [PostgresStatement]
    private var hasBegun = false

    init(_ connection: PostgresConnection, _ kind: Kind) {
        self.connection = connection
        self.kind = kind
        waiting = [PostgresStatement(kind.rawValue)]
    }

    /// Runs a statement and waits for its rows.
    @discardableResult
    func rows(_ text: String, _ values: [PostgresValue] = []) throws -> PostgresRows {
        guard let rows = try rows([PostgresStatement(text, values)]).last else {
            throw PostgresFailure.lost("an answer is missing")
        }
        return rows
    }

    /// Runs several statements in one round, and waits for the rows of each.
    func rows(_ statements: [PostgresStatement]) throws -> [PostgresRows] {
        let before = waiting.count
        let all = waiting + statements
        waiting = []
        hasBegun = true
        return Array(try connection.run(all, mayCommit: false).dropFirst(before))
    }

    /// Runs a statement with the next round: an error of it is thrown there.
    func later(_ text: String, _ values: [PostgresValue] = []) {
        waiting.append(PostgresStatement(text, values))
    }

    /// Commits, if anything was done.
    func commit() throws {
        guard hasBegun || waiting.count > 1 else { return }
        // What the server has hung up on before it was told to commit is not kept.
        guard !hasBegun || connection.isOpen else {
            throw PostgresFailure.lost("closed by the server")
        }
        let all = waiting + [PostgresStatement("COMMIT")]
        waiting = []
        _ = try connection.run(all, mayCommit: kind == .writing)
    }
}

extension PostgresConnection {
    /// Runs a transaction and commits it; one whose body throws is undone.
    func transaction<Value>(
        _ kind: PostgresTransaction.Kind, _ body: (PostgresTransaction) throws -> Value
    ) throws -> Value {
        let transaction = PostgresTransaction(self, kind)
        let value = try body(transaction)
        try transaction.commit()
        return value
    }

    /// Runs one statement, a transaction of its own.
    func rows(
        _ text: String, _ values: [PostgresValue] = [], mayCommit: Bool = false
    ) throws -> PostgresRows {
        guard
            let rows = try run([PostgresStatement(text, values)], mayCommit: mayCommit).last
        else { throw PostgresFailure.lost("an answer is missing") }
        return rows
    }

    /// Leaves a transaction that was not committed.
    /// - Returns: whether the connection can be used again.
    func leaveTransaction() -> Bool {
        guard isOpen else { return false }
        guard isInTransaction else { return true }
        return (try? run([PostgresStatement("ROLLBACK")], mayCommit: false)) != nil
            && !isInTransaction
    }
}
