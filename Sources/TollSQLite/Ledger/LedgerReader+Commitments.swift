internal import Foundation
internal import GRDB
internal import PayWord
internal import TollBroker

extension LedgerReader {
    /// Commitments and their states.
    static let commitmentTables =
        "ledger_commitments c JOIN ledger_commitment_states s ON s.id = c.id"
    static let joined = "c.*, s.state, s.locked, s.redeemed, s.positions, s.final"
    static let commitmentColumns = "SELECT \(joined) FROM \(commitmentTables)"

    /// How many ids one query looks up: SQLite's limit on parameters is far above, and one shape
    /// of statement is prepared once.
    private static let chunkMaximum = 512

    func commitments(_ ids: [CommitmentID]) throws -> [CommitmentID: LedgerCommitment] {
        var commitments: [CommitmentID: LedgerCommitment] = [:]
        commitments.reserveCapacity(ids.count)
        for start in stride(from: 0, to: ids.count, by: Self.chunkMaximum) {
            let chunk = ids[start..<min(start + Self.chunkMaximum, ids.count)]
            let places = repeatElement("?", count: chunk.count).joined(separator: ",")
            let statement = try database.cachedStatement(
                sql: "\(Self.commitmentColumns) WHERE c.id IN (\(places))")
            let rows = try Row.fetchCursor(
                statement, arguments: StatementArguments(chunk.map { LedgerColumn.of($0) }))
            while let row = try rows.next() {
                let commitment = try LedgerRow(row).commitment
                commitments[commitment.id] = commitment
            }
        }
        return commitments
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
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    \(Self.commitmentColumns)
                    WHERE c.account = ? AND c.asset = ? AND c.id > ? AND s.state < 3
                    ORDER BY c.id LIMIT ?
                    """),
            arguments: [
                LedgerColumn.of(page.account), LedgerColumn.of(page.asset),
                page.after.map { LedgerColumn.of($0) } ?? Data(), page.limit,
            ])
        return try rows.map { row in
            let commitment = try LedgerRow(row).commitment
            guard let documents = try documents(commitment.id) else {
                throw LedgerRow.damaged("documents")
            }
            return CommitmentRecord(commitment: commitment, documents: documents)
        }
    }
}

extension LedgerRow {
    var commitment: LedgerCommitment {
        get throws(Refusal) {
            let terms = LedgerCommitment.Terms(
                digest: try bytes("digest"), encodingDigest: try bytes("encoding_digest"),
                account: try bytes("account"), payer: try bytes("payer"),
                merchant: try bytes("merchant"), asset: try asset(), nonce: try bytes("nonce"),
                funding: try choice("funding"), worth: try amount("worth"),
                guarantee: try amount("guarantee"), expiresAt: try time("expires_at"),
                redeemBy: try time("redeem_by"))
            return LedgerCommitment(
                id: try bytes("id"), terms: terms,
                chains: try LedgerChainColumns.chains(try blob("chains"), try blob("positions")),
                state: try choice("state"), locked: try amount("locked"),
                redeemed: try amount("redeemed"),
                final: optionalBlob("final").map(LedgerChainColumns.indexes))
        }
    }
}
