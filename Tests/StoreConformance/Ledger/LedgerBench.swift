internal import PayWord
internal import Testing
internal import TollBroker

/// What the checks of a ledger store share.
struct LedgerBench {
    let store: any LedgerStore
    let parties: BrokerBench
    let purse: LedgerAccountID
    let outside: LedgerAccountID

    init(_ store: any LedgerStore) throws {
        self.store = store
        parties = try BrokerBench(store)
        purse = LedgerAccountID(
            .payer, parties.account.publicKey, .available, parties.asset)
        outside = LedgerAccountID(.broker, parties.root.publicKey, .outside, parties.asset)
    }

    func write(
        _ change: (inout LedgerChanges) throws -> Void,
        beforeCommit: @escaping @Sendable () throws(Refusal) -> Void = { () throws(Refusal) in }
    ) async throws {
        var changes = LedgerChanges()
        try change(&changes)
        let written = changes
        try await store.decide(on: LedgerQuery(), beforeCommit: beforeCommit) {
            (_) throws(Refusal) -> LedgerDecision<Void> in
            LedgerDecision((), changes: written)
        }
    }

    func read(_ ask: (inout LedgerQuery) -> Void) async throws -> LedgerSnapshot {
        var query = LedgerQuery()
        ask(&query)
        return try await store.read(query)
    }

    func transfer(
        _ units: UInt64, from source: LedgerAccountID, to target: LedgerAccountID
    ) throws -> LedgerTransaction {
        var moves = LedgerMoves()
        moves.move(try parties.amount(units), from: source, to: target)
        return try LedgerTransaction(
            kind: .deposit, at: parties.now, subject: [1, 2, 3], moves: moves)
    }

    func balance(_ id: LedgerAccountID) async throws -> Int64 {
        try await read { $0.accounts = [id] }.account(id).balance
    }

    func record(
        _ channel: LightChannel, note: [UInt8]? = nil
    ) -> CommitmentRecord {
        CommitmentRecord(
            commitment: channel.row,
            documents: CommitmentDocuments(commitment: [1, 2], answer: [3, 4], note: note))
    }

    func report() async throws -> LedgerReport {
        try await store.audit(LedgerAuditor(root: parties.root.publicKey)).finished()
    }
}

extension LedgerBench {
    func balancesFollowTransactions() async throws {
        try await write {
            $0.transactions = [
                try transfer(70, from: outside, to: purse),
                try transfer(20, from: purse, to: outside),
            ]
        }
        #expect(try await balance(purse) == 50)
        #expect(try await balance(outside) == -50)
        let nobody = LedgerAccountID(
            .merchant, parties.merchant.publicKey, .available, parties.asset)
        #expect(try await balance(nobody) == 0)
    }

    func noAccountGoesBelowItsFloor() async throws {
        try await write { $0.transactions = [try transfer(70, from: outside, to: purse)] }
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await write { $0.transactions = [try transfer(71, from: purse, to: outside)] }
        }
        try await write { $0.floors[purse] = -30 }
        try await write { $0.transactions = [try transfer(100, from: purse, to: outside)] }
        #expect(try await balance(purse) == -30)
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await write { $0.transactions = [try transfer(1, from: purse, to: outside)] }
        }
        let most = UInt64(Int64.max)
        try await write { $0.transactions = [try transfer(most, from: outside, to: purse)] }
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await write { $0.transactions = [try transfer(31, from: outside, to: purse)] }
        }
        #expect(try await balance(outside) == 30 - Int64.max)
    }

    func aFloorAboveTheBalanceIsRefused() async throws {
        try await write { $0.floors[purse] = -30 }
        try await write { $0.transactions = [try transfer(20, from: purse, to: outside)] }
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await write { $0.floors[purse] = -19 }
        }
        try await write { $0.floors[purse] = -20 }
        #expect(try await read { $0.accounts = [purse] }.account(purse).floor == -20)
    }

    func aRefusedDecisionChangesNothing() async throws {
        try await write { $0.transactions = [try transfer(70, from: outside, to: purse)] }
        let channel = try parties.lightChannel()
        await #expect(throws: Refusal(.insufficientFunds)) {
            try await write {
                $0.transactions = [
                    try transfer(50, from: purse, to: outside),
                    try transfer(50, from: purse, to: outside),
                ]
                $0.registered = [record(channel)]
            }
        }
        #expect(try await balance(purse) == 70)
        #expect(try await read { $0.commitments = [channel.id] }.commitments.isEmpty)
        #expect(try await report().transactions == 1)
    }

    func aFaultBeforeTheCommitUndoesEverything() async throws {
        let channel = try parties.lightChannel()
        await #expect(throws: Refusal(.busy)) {
            try await write(
                {
                    $0.transactions = [try transfer(70, from: outside, to: purse)]
                    $0.registered = [record(channel)]
                }, beforeCommit: { () throws(Refusal) in throw Refusal(.busy) })
        }
        #expect(try await balance(purse) == 0)
        #expect(try await read { $0.commitments = [channel.id] }.commitments.isEmpty)
        #expect(try await report().transactions == 0)
    }

    func decisionsAtOnceSeeEachOther() async throws {
        let query = [purse]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    var wanted = LedgerQuery()
                    wanted.accounts = query
                    try await store.decide(on: wanted) {
                        (snapshot) throws(Refusal) -> LedgerDecision<Void> in
                        // Each adds one more than what it sees: any that misses another's is seen.
                        let units = UInt64(snapshot.account(purse).balance) + 1
                        var moves = LedgerMoves()
                        moves.move(try Amount(units: units), from: outside, to: purse)
                        var changes = LedgerChanges()
                        changes.transactions = [
                            try LedgerTransaction(
                                kind: .deposit, at: parties.now, subject: [], moves: moves)
                        ]
                        return LedgerDecision((), changes: changes)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await balance(purse) == (1 << 40) - 1)
        #expect(try await report().isSound)
    }
}
