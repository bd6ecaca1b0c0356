internal import Foundation
internal import GRDB
internal import PayWord
internal import TollBroker

/// Reads the rows that a query names.
struct LedgerReader {
    let database: Database

    func snapshot(_ query: LedgerQuery) throws -> LedgerSnapshot {
        var snapshot = LedgerSnapshot()
        if !query.commitments.isEmpty {
            let version = try database.height
            snapshot.version = version
            snapshot.commitments = try commitments(
                query.commitments, earlier: query.earlier, version: version)
        }
        for id in query.documents { snapshot.documents[id] = try documents(id) }
        if let nonce = query.nonce { snapshot.nonceHolder = try holder(of: nonce) }
        snapshot.accounts = try accounts(query.accounts)
        for key in query.enrolments { snapshot.enrolments[key] = try enrolment(key) }
        for key in query.certificates { snapshot.certificates[key] = try certificate(key) }
        for key in query.guarantees { snapshot.guaranteesUsed[key] = try guaranteeUsed(key) }
        if let batch = query.batch { snapshot.settlement = try settlement(batch) }
        if let movement = query.movement { snapshot.movement = try self.movement(movement) }
        if let use = query.faucetUse { snapshot.faucetDrawn = try drawn(use) }
        if let page = query.page { snapshot.page = try self.page(page) }
        return snapshot
    }

    private func row(_ sql: String, _ arguments: StatementArguments) throws -> LedgerRow? {
        try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
            .map(LedgerRow.init)
    }

    // MARK: Accounts

    private func accounts(
        _ ids: [LedgerAccountID]
    ) throws -> [LedgerAccountID: LedgerAccount] {
        var accounts: [LedgerAccountID: LedgerAccount] = [:]
        guard !ids.isEmpty else { return accounts }
        let rows = try AccountRows(database)
        for id in ids { accounts[id] = try rows.find(id)?.account }
        return accounts
    }

    // MARK: Parties

    private func enrolment(_ key: EnrolmentKey) throws -> EnrolmentRecord? {
        try row(
            "SELECT * FROM ledger_enrolments WHERE role = ? AND subject = ? AND asset = ?",
            [LedgerColumn.of(key.role), LedgerColumn.of(key.subject), LedgerColumn.of(key.asset)]
        ).map { try $0.enrolment }
    }

    private func certificate(_ key: CertificateKey) throws -> CertificateRecord? {
        try row(
            "SELECT * FROM ledger_certificates WHERE account = ? AND subject = ? AND asset = ?",
            [
                LedgerColumn.of(key.account), LedgerColumn.of(key.subject),
                LedgerColumn.of(key.asset),
            ]
        ).map { row in
            CertificateRecord(
                key: key, answer: try row.blob("answer"), terms: try row.requiredCredit,
                notAfter: try row.time("not_after"), renewAt: try row.time("renew_at"))
        }
    }

    private func guaranteeUsed(_ key: GuaranteeKey) throws -> Amount? {
        try row(
            "SELECT used FROM ledger_guarantees WHERE account = ? AND merchant = ? AND asset = ?",
            [
                LedgerColumn.of(key.account), LedgerColumn.of(key.merchant),
                LedgerColumn.of(key.asset),
            ]
        )?.amount("used")
    }

    // MARK: Answers

    private func settlement(_ key: BatchKey) throws -> LedgerSettlement? {
        try row(
            "SELECT * FROM ledger_settlements WHERE merchant = ? AND batch = ?",
            [LedgerColumn.of(key.merchant), LedgerColumn.of(key.batchID)]
        )?.settlement
    }

    private func movement(_ key: MovementKey) throws -> MovementRecord? {
        try row(
            "SELECT * FROM ledger_movements WHERE kind = ? AND scope = ? AND reference = ?",
            [
                LedgerColumn.of(key.kind), LedgerColumn.of(key.scope),
                LedgerColumn.of(key.reference),
            ]
        )?.movement
    }

    private func drawn(_ use: LedgerQuery.FaucetUse) throws -> Amount {
        try row(
            """
            SELECT coalesce(sum(amount), 0) AS drawn FROM ledger_movements
            WHERE kind = ? AND party = ? AND asset = ? AND at > ?
            """,
            [
                LedgerColumn.of(MovementKey.Kind.faucet), LedgerColumn.of(use.account),
                LedgerColumn.of(use.asset), LedgerColumn.of(use.since),
            ]
        )?.amount("drawn") ?? .zero
    }
}

extension LedgerRow {
    var credit: CreditTerms? {
        get throws(Refusal) {
            guard let limit = try optionalAmount("credit_limit") else { return nil }
            return CreditTerms(
                limit: limit, limitPerCommitment: try amount("credit_per_commitment"),
                guarantee: try amount("credit_guarantee"))
        }
    }

    var requiredCredit: CreditTerms {
        get throws(Refusal) {
            guard let terms = try credit else { throw LedgerRow.damaged("credit_limit") }
            return terms
        }
    }

    var enrolment: EnrolmentRecord {
        get throws(Refusal) {
            guard let share = BasisPoints(UInt64(clamping: try integer("fee_share"))) else {
                throw LedgerRow.damaged("fee_share")
            }
            return EnrolmentRecord(
                key: EnrolmentKey(
                    role: try choice("role"), subject: try bytes("subject"), asset: try asset()),
                displayName: text("display_name"), enrolledAt: try time("enrolled_at"),
                answer: try blob("answer"), renewAt: optionalTime("renew_at"),
                fee: Fee(share: share, fixed: try amount("fee_fixed")), credit: try credit)
        }
    }

    var settlement: LedgerSettlement {
        get throws(Refusal) {
            LedgerSettlement(
                key: BatchKey(merchant: try bytes("merchant"), batchID: try bytes("batch")),
                redemptionDigest: try bytes("redemption_digest"),
                settlementID: try bytes("settlement"), asset: try asset(),
                gross: try amount("gross"), fee: try amount("fee"),
                settledAt: try time("settled_at"), answer: try blob("answer"))
        }
    }

    var movement: MovementRecord {
        get throws(Refusal) {
            MovementRecord(
                key: MovementKey(
                    kind: try choice("kind"), scope: try bytes("scope"),
                    reference: try blob("reference")),
                owner: try choice("owner"), party: try bytes("party"), asset: try asset(),
                amount: try amount("amount"), memo: text("memo"), at: try time("at"))
        }
    }

    var account: LedgerAccount {
        get throws(Refusal) {
            LedgerAccount(
                id: LedgerAccountID(
                    try choice("owner"), try bytes("party"), try choice("purpose"), try asset()),
                balance: try integer("balance"), floor: try integer("floor"))
        }
    }
}
