internal import Foundation
internal import GRDB
internal import PayWord
internal import TollBroker

extension LedgerReader {
    /// The commitments of `ids` that are there. If all are known and none has moved, the result is
    /// the earlier table itself, and not a copy.
    func commitments(
        _ ids: [CommitmentID], earlier: LedgerSnapshot?, version: UInt64
    ) throws -> [CommitmentID: LedgerCommitment] {
        let known = earlier?.commitments ?? [:]
        let others = ids.filter { known.index(forKey: $0) == nil }
        var commitments = known
        if known.count > ids.count - others.count {
            let wanted = Set(ids)
            commitments = known.filter { wanted.contains($0.key) }
        }
        if earlier?.version != version { try readStates(of: known, in: ids, into: &commitments) }
        try read(others, into: &commitments)
        return commitments
    }

    private func readStates(
        of known: [CommitmentID: LedgerCommitment], in ids: [CommitmentID],
        into commitments: inout [CommitmentID: LedgerCommitment]
    ) throws {
        let states = try RowStatement(database, CommitmentStates.query)
        for id in ids {
            guard let before = known[id] else { continue }
            var isThere = false
            try states.forEach(of: id) { row in
                isThere = true
                guard let moved = try CommitmentStates.moved(before, row) else { return }
                commitments[id] = moved
            }
            if !isThere { commitments[id] = nil }
        }
    }

    /// How many ids one run of a statement looks up: fewer, and starting it costs more than looking;
    /// more, and SQLite sorts them for longer.
    private static let chunk = 64

    private func read(
        _ ids: [CommitmentID], into commitments: inout [CommitmentID: LedgerCommitment]
    ) throws {
        // Not even room is made in the earlier table if nothing is added: it would be copied.
        guard !ids.isEmpty else { return }
        commitments.reserveCapacity(commitments.count + ids.count)
        var rows = CommitmentRows()
        let whole = ids.count - ids.count % Self.chunk
        for (range, count) in [(0..<whole, Self.chunk), (whole..<ids.count, 1)]
        where !range.isEmpty {
            let places = repeatElement("?", count: count).joined(separator: ",")
            let statement = try RowStatement(
                database, "\(CommitmentRows.query) WHERE c.id IN (\(places))")
            for start in stride(from: range.lowerBound, to: range.upperBound, by: count) {
                try statement.forEach(of: ids[start..<(start + count)]) { row in
                    let commitment = try rows.commitment(row)
                    commitments[commitment.id] = commitment
                }
            }
        }
    }

    func documents(_ id: CommitmentID) throws -> CommitmentDocuments? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT * FROM ledger_documents WHERE id = ?"),
            arguments: [LedgerColumn.of(id)]
        ).map { row in
            let row = LedgerRow(row)
            return CommitmentDocuments(
                commitment: try row.blob("commitment"), answer: try row.blob("answer"),
                note: row.optionalBlob("note"))
        }
    }

    func holder(of nonce: NonceKey) throws -> CommitmentID? {
        try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT id FROM ledger_commitments WHERE payer = ? AND nonce = ?"),
            arguments: [LedgerColumn.of(nonce.payer), LedgerColumn.of(nonce.nonce)]
        ).map { try LedgerRow($0).bytes("id") }
    }

    func page(_ page: LedgerQuery.CommitmentPage) throws -> [CommitmentRecord] {
        let statement = try RowStatement(
            database,
            """
            \(CommitmentRows.query)
            WHERE c.account = ? AND c.asset = ? AND c.id > ? AND s.state < 3
            ORDER BY c.id LIMIT ?
            """)
        try statement.bind(page.account, at: 1)
        try statement.bind(LedgerColumn.of(page.asset), at: 2)
        try statement.bind(page.after, at: 3)
        try statement.bind(Int64(page.limit), at: 4)
        var rows = CommitmentRows()
        var commitments: [LedgerCommitment] = []
        try statement.forEach { commitments.append(try rows.commitment($0)) }
        return try commitments.map { commitment in
            guard let documents = try documents(commitment.id) else {
                throw LedgerRow.damaged("documents")
            }
            return CommitmentRecord(commitment: commitment, documents: documents)
        }
    }
}

extension RowStatement {
    /// Runs a query that has these ids for its parameters.
    fileprivate func forEach(
        of ids: ArraySlice<CommitmentID>, _ body: (RowColumns) throws -> Void
    ) throws {
        try ids.withUnsafeBytes { bytes in
            for number in 0..<ids.count {
                let id = bytes[(number * CommitmentID.byteCount)...].prefix(CommitmentID.byteCount)
                try bind(lent: UnsafeRawBufferPointer(rebasing: id), at: Int32(number + 1))
            }
            try forEach(body)
        }
    }

    /// Runs a query with one parameter, an id.
    fileprivate func forEach(
        of id: CommitmentID, _ body: (RowColumns) throws -> Void
    ) throws {
        try withUnsafeBytes(of: id.storage) {
            try bind(lent: $0, at: 1)
            try forEach(body)
        }
    }
}
