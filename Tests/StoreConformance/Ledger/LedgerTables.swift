internal import PayWord
internal import TollBroker

/// The rows of ``MemoryLedgerStore``. Changes are prepared in full, which may fail, before any is
/// made, which may not.
struct LedgerTables {
    var commitments: [CommitmentID: LedgerCommitment] = [:]
    var documents: [CommitmentID: CommitmentDocuments] = [:]
    var nonces: [NonceKey: CommitmentID] = [:]
    var accounts: [LedgerAccountID: LedgerAccount] = [:]
    var enrolments: [EnrolmentKey: EnrolmentRecord] = [:]
    var enrolmentOrder: [EnrolmentKey] = []
    var certificates: [CertificateKey: CertificateRecord] = [:]
    var guaranteesUsed: [GuaranteeKey: Amount] = [:]
    var settlements: [BatchKey: LedgerSettlement] = [:]
    var settlementOrder: [BatchKey] = []
    var movements: [MovementKey: MovementRecord] = [:]
    var movementOrder: [MovementKey] = []
    var links: [LedgerLink] = []
    var outages: [Outage] = []
    var beat: Timestamp?

    func snapshot(_ query: LedgerQuery) -> LedgerSnapshot {
        var snapshot = LedgerSnapshot()
        for id in query.commitments { snapshot.commitments[id] = commitments[id] }
        for id in query.documents { snapshot.documents[id] = documents[id] }
        snapshot.nonceHolder = query.nonce.flatMap { nonces[$0] }
        for id in query.accounts { snapshot.accounts[id] = accounts[id] }
        for key in query.enrolments { snapshot.enrolments[key] = enrolments[key] }
        for key in query.certificates { snapshot.certificates[key] = certificates[key] }
        for key in query.guarantees { snapshot.guaranteesUsed[key] = guaranteesUsed[key] }
        snapshot.settlement = query.batch.flatMap { settlements[$0] }
        snapshot.movement = query.movement.flatMap { movements[$0] }
        snapshot.faucetDrawn = query.faucetUse.map(drawn) ?? .zero
        snapshot.page = query.page.map(page) ?? []
        return snapshot
    }

    private func drawn(_ use: LedgerQuery.FaucetUse) -> Amount {
        let amounts = movements.values.filter {
            $0.key.kind == .faucet && $0.party == use.account && $0.asset == use.asset
                && $0.at > use.since
        }.map(\.amount)
        return (try? amounts.sum()) ?? .maximum
    }

    private func page(_ page: LedgerQuery.CommitmentPage) -> [CommitmentRecord] {
        let rows = commitments.values.filter { row in
            row.terms.account == page.account && row.terms.asset == page.asset
                && row.state != .released && (page.after.map { row.id > $0 } ?? true)
        }.sorted { $0.id < $1.id }
        return rows.prefix(page.limit).compactMap { row in
            documents[row.id].map { CommitmentRecord(commitment: row, documents: $0) }
        }
    }

    /// Accounts and links as they will be.
    struct Prepared {
        var accounts: [LedgerAccountID: LedgerAccount] = [:]
        var links: [LedgerLink] = []
    }

    func prepare(_ changes: LedgerChanges) throws(Refusal) -> Prepared {
        var prepared = Prepared()
        for (id, floor) in changes.floors {
            let account = accounts[id] ?? LedgerAccount(id: id)
            guard account.balance >= floor else { throw Refusal(.insufficientFunds) }
            prepared.accounts[id] = LedgerAccount(
                id: id, balance: account.balance, floor: floor)
        }
        var previous = links.last?.hash ?? LedgerLink.origin
        for (offset, transaction) in changes.transactions.enumerated() {
            for entry in transaction.entries {
                let account =
                    prepared.accounts[entry.account] ?? accounts[entry.account]
                    ?? LedgerAccount(id: entry.account)
                prepared.accounts[entry.account] = try account.booking(entry.amount)
            }
            let link = LedgerLink(
                sequence: UInt64(links.count + offset + 1), transaction: transaction,
                previous: previous)
            prepared.links.append(link)
            previous = link.hash
        }
        try checkUnique(changes)
        return prepared
    }

    private func checkUnique(_ changes: LedgerChanges) throws(Refusal) {
        var nonces = Set<NonceKey>()
        for record in changes.registered {
            let key = record.commitment.nonceKey
            guard commitments[record.commitment.id] == nil, self.nonces[key] == nil,
                nonces.insert(key).inserted
            else { throw Refusal(.duplicateCommitment) }
        }
        if let settlement = changes.settlement, settlements[settlement.key] != nil {
            throw Refusal(.batchConflict)
        }
        if let movement = changes.movement, movements[movement.key] != nil {
            throw Refusal(.referenceConflict)
        }
    }

    mutating func commit(_ prepared: Prepared, _ changes: LedgerChanges) {
        accounts.merge(prepared.accounts) { $1 }
        links += prepared.links
        for record in changes.registered {
            commitments[record.commitment.id] = record.commitment
            documents[record.commitment.id] = record.documents
            nonces[record.commitment.nonceKey] = record.commitment.id
        }
        for commitment in changes.updated { commitments[commitment.id] = commitment }
        for record in changes.enrolments {
            if enrolments.updateValue(record, forKey: record.key) == nil {
                enrolmentOrder.append(record.key)
            }
        }
        for record in changes.certificates { certificates[record.key] = record }
        guaranteesUsed.merge(changes.guaranteesUsed) { $1 }
        if let settlement = changes.settlement {
            settlements[settlement.key] = settlement
            settlementOrder.append(settlement.key)
        }
        if let movement = changes.movement {
            movements[movement.key] = movement
            movementOrder.append(movement.key)
        }
    }
}

extension LedgerCommitment {
    var nonceKey: NonceKey { NonceKey(payer: terms.payer, nonce: terms.nonce) }
}
