internal import PayWord
internal import TollMerchant

/// What of a list of advances is written, and in which statements.
struct AdvancePlan: Sendable {
    /// Whether an advance has anything to write.
    let isWriting: [Bool]
    /// Positions of what is written, each round in the order of the channels' ids and without a
    /// channel twice. There is one round, unless a channel comes twice.
    let rounds: [[Int]]

    init(_ advances: [ChannelAdvance]) {
        let isWriting = advances.map { $0.isChange || !$0.charges.isEmpty }
        self.isWriting = isWriting
        let sorted = advances.indices.filter { isWriting[$0] }.sorted { left, right in
            let (one, other) = (advances[left].id, advances[right].id)
            return one == other ? left < right : one < other
        }
        var rounds: [[Int]] = []
        var round = 0
        for (place, position) in sorted.enumerated() {
            let isRepeat = place > 0 && advances[sorted[place - 1]].id == advances[position].id
            round = isRepeat ? round + 1 : 0
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(position)
        }
        self.rounds = rounds
    }

    /// Writes in one round to the server.
    /// - Returns: of each advance that was written, the charges that bear a reference asked for.
    func write(
        _ advances: [ChannelAdvance], of merchant: PublicKey, on connection: PostgresConnection,
        _ caution: ReferenceCaution
    ) throws -> [Int: [Charge]] {
        var batches: [AdvanceBatch] = []
        for round in rounds {
            var batch = AdvanceBatch(round.count)
            for position in round { try batch.append(advances[position], at: position) }
            batches.append(batch)
        }
        let asking = AskedReferences(advances, rounds.joined())
        let hasReferences = batches.contains(where: \.hasReferences)
        let (answers, isOne) = try caution.run(hasReferences: hasReferences) {
            try send(batches, asking, used: $0, of: merchant, on: connection)
        }
        let known = try asking?.charges(answers[answers.count - 2]) ?? [:]
        var written: [Int: [Charge]] = [:]
        written.reserveCapacity(rounds.first?.count ?? 0)
        for (batch, rows) in zip(batches, answers.dropFirst(isOne ? 0 : 1)) {
            try rows.forEach { row in
                let place = Int(try row.integer(0)) - 1
                guard batch.positions.indices ~= place else { throw row.damaged(0) }
                written[batch.positions[place]] = known[batch.positions[place]] ?? []
            }
        }
        return written
    }

    /// Runs the statements as one transaction.
    /// - Returns: their answers, and whether one statement was the transaction.
    private func send(
        _ batches: [AdvanceBatch], _ asking: AskedReferences?, used: AdvanceBatch.UsedReferences,
        of merchant: PublicKey, on connection: PostgresConnection
    ) throws -> (answers: [PostgresRows], isOne: Bool) {
        var statements = batches.map { $0.statement(of: merchant, used: used) }
        if let asking { statements.append(asking.statement(of: merchant)) }
        let isOne = statements.count == 1
        if !isOne {
            statements.insert(PostgresStatement("BEGIN ISOLATION LEVEL READ COMMITTED"), at: 0)
            statements.append(PostgresStatement("COMMIT"))
        }
        do {
            return (try connection.run(statements, mayCommit: true), isOne)
        } catch let failure as PostgresFailure where failure.isUniqueViolation {
            // So that the statements can be run again, with a look at what was used.
            _ = connection.leaveTransaction()
            throw failure
        }
    }
}

/// References of payments that are refused unless they were counted before.
struct AskedReferences {
    /// Position of the advance, and reference, by the place from 1.
    private var asked: [(position: Int, reference: [UInt8])] = []
    private var channels = PostgresArray.bytes(0, each: 0)
    private var references = PostgresArray.bytes(0, each: 0)

    /// What these advances ask for; nil if it is nothing.
    init?(_ advances: [ChannelAdvance], _ positions: some Sequence<Int>) {
        for position in positions {
            for reference in advances[position].asked {
                asked.append((position, reference))
                channels.append(advances[position].id)
                references.append(reference)
            }
        }
        guard !asked.isEmpty else { return nil }
    }

    func statement(of merchant: PublicKey) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT x.n, t.amount FROM unnest($2, $3) WITH ORDINALITY AS x (channel, reference, n)
            CROSS JOIN LATERAL (
                SELECT amount FROM toll_charges t WHERE t.merchant = $1 AND t.channel = x.channel
                    AND t.kind = 1 AND t.reference = x.reference LIMIT 1) t
            ORDER BY x.n
            """, [.fixed(merchant), .array(channels), .array(references)])
    }

    /// The charges that were found, by the position of their advance.
    func charges(_ rows: PostgresRows) throws -> [Int: [Charge]] {
        var charges: [Int: [Charge]] = [:]
        try rows.forEach { row in
            let place = Int(try row.integer(0)) - 1
            guard asked.indices ~= place else { throw row.damaged(0) }
            charges[asked[place].position, default: []].append(
                Charge(
                    kind: .charge, reference: asked[place].reference, amount: try row.amount(1)))
        }
        return charges
    }
}

/// Reads what became of advances that were not written.
struct AdvanceReader {
    let merchant: PublicKey

    /// What became of each, by position; `written` tells which were to be written, and were not.
    func outcomes(
        _ advances: [ChannelAdvance], written: [Bool], on connection: PostgresConnection
    ) throws -> [AdvanceOutcome] {
        // Charges first: where the channel has not moved afterwards, these are all that there are.
        let wanted = advances.enumerated().map { position, advance in
            ChannelAdvance(
                base: advance.base, state: advance.state,
                asked: written[position] ? advance.charges.map(\.reference) : advance.asked)
        }
        let asking = AskedReferences(wanted, wanted.indices)
        let states = PostgresStatement(
            """
            SELECT \(ChannelState.columns) FROM unnest($2) AS x (channel)
            CROSS JOIN LATERAL (
                SELECT * FROM toll_channels c WHERE c.merchant = $1 AND c.channel = x.channel
                LIMIT 1) c
            """, [.fixed(merchant), .ids(wanted.map(\.id))])
        // Begun as a transaction that sees anew with each statement.
        let begin = PostgresStatement("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY")
        let all = [begin, asking?.statement(of: merchant), states, PostgresStatement("COMMIT")]
        let answers = try connection.run(all.compactMap(\.self), mayCommit: false)
        let charges = try asking?.charges(answers[1]) ?? [:]
        var stored: [CommitmentID: ChannelState] = [:]
        try answers[answers.count - 2].forEach { row in
            let state = try ChannelState(row)
            stored[state.id] = state
        }
        return wanted.enumerated().map { position, advance in
            guard let state = stored[advance.id] else { return .unknown }
            guard state.version == advance.base else { return .moved(state) }
            let found = charges[position] ?? []
            guard written[position] else { return .applied(known: found) }
            // Not written, though it stands where it was judged: references were in the way.
            return found.isEmpty ? .moved(state) : .used(found, state)
        }
    }
}
