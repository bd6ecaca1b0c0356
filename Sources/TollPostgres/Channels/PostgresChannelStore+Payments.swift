public import PayWord
public import TollMerchant

extension PostgresChannelStore {
    /// Writes each channel over the version that its payments were judged on, all in one transaction
    /// and one round to the server: the more payments gather, the less each costs. A channel that
    /// stands elsewhere is read afterwards, and leaves the others alone.
    /// - Throws: `storage-failed`. If the connection was lost before the server said that it is done,
    ///   the batch may have been written all the same, and the detail says so.
    public func advance(
        _ advances: [ChannelAdvance]
    ) async throws(Refusal) -> [AdvanceOutcome] {
        let plan = AdvancePlan(advances)
        var outcomes = [AdvanceOutcome?](repeating: nil, count: advances.count)
        let (merchant, caution) = (merchant, caution)
        if !plan.rounds.isEmpty {
            // No more than the writing: it must not be run again once it is done.
            let written = try await pool.run { connection in
                try plan.write(advances, of: merchant, on: connection, caution)
            }
            for (position, known) in written { outcomes[position] = .applied(known: known) }
        }
        let rest = outcomes.indices.filter { outcomes[$0] == nil }
        guard !rest.isEmpty else { return outcomes.compactMap(\.self) }
        let found = try await pool.run { connection in
            try AdvanceReader(merchant: merchant).outcomes(
                rest.map { advances[$0] }, written: rest.map { plan.isWriting[$0] },
                on: connection)
        }
        for (position, outcome) in zip(rest, found) { outcomes[position] = outcome }
        return outcomes.compactMap(\.self)
    }

    /// Lowers what is spent and writes the reference in the same transaction, so that a refund sent
    /// again changes nothing and is answered with the channel as it stands.
    /// - Throws: `unknown-commitment`; `reference-conflict` for another amount; `channel-closed`,
    ///   `insufficient-funds` or `already-settled` of the state; `storage-failed`.
    public func refund(
        _ id: CommitmentID, amount: Amount, reference: [UInt8]?, at time: Timestamp
    ) async throws(Refusal) -> ChannelState {
        try await write { books in
            var state = try books.lockedState(id)
            if let reference {
                if let charge = try books.charge(.refund, reference, of: id) {
                    try charge.checkSame(amount)
                    return state
                }
                books.insert(Charge(kind: .refund, reference: reference, amount: amount), of: id)
            }
            try state.refund(amount)
            try books.update([state])
            return state
        }
    }

    /// Compares the stored state with `expected`, and writes the close and the closed state in the
    /// same transaction, so no payment is counted between the two. The first close wins.
    /// - Throws: `unknown-commitment`; `internal` for indexes that do not fit; `storage-failed`.
    public func close(
        _ id: CommitmentID, from expected: ChannelState, at final: [ChainIndex],
        signed close: Verified<Close>
    ) async throws(Refusal) -> (state: ChannelState, close: [UInt8]?) {
        try await write { books in
            var state = try books.lockedState(id)
            if let present = try books.signedClose(id) { return (state, present) }
            guard state == expected else { return (state, nil) }
            try state.close(at: final, close.payload.createdAt)
            try books.update([state])
            books.insert(close: close.encoded, of: id)
            return (state, close.encoded)
        }
    }

    /// The close's whole encoding, as it was written when the channel closed.
    /// - Throws: `storage-failed`.
    public func signedClose(_ id: CommitmentID) async throws(Refusal) -> [UInt8]? {
        try await pool.rows(
            "SELECT object FROM toll_closes WHERE merchant = $1 AND channel = $2",
            [.fixed(merchant), .fixed(id)]
        ) { try $0.bytes(0) }.first
    }
}
