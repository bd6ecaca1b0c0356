internal import GRDB
internal import PayWord
internal import TollMerchant

/// Writes advances, inside one transaction: a row a channel, and one for each reference.
struct AdvanceWriter {
    private let database: Database
    private let raise: RawStatement
    private let charge: RawStatement

    init(_ database: Database) throws {
        self.database = database
        // The version in the condition takes the place of a row that would be read first.
        raise = try RawStatement(
            database,
            """
            UPDATE channels SET chains = ?1, accepted = ?2, spent = ?3, payments = ?4, due = ?5,
                version = ?6 WHERE id = ?7 AND version = ?8
            """)
        charge = try RawStatement(
            database,
            """
            INSERT INTO charges (channel, kind, reference, amount) VALUES (?1, 1, ?2, ?3)
            ON CONFLICT (channel, kind, reference) DO NOTHING
            """)
    }

    func write(_ advance: ChannelAdvance) throws -> AdvanceOutcome {
        if advance.isChange, advance.charges.isEmpty, advance.asked.isEmpty {
            if try raise(advance) { return .applied(known: []) }
            // Nobody writes between the two: this transaction has the write lock.
            return try database.state(advance.id).map { .moved($0) } ?? .unknown
        }
        guard let stored = try database.state(advance.id) else { return .unknown }
        guard stored.version == advance.base else { return .moved(stored) }
        let used = try insert(advance.charges, of: advance.id)
        guard used.isEmpty else { return .used(used, stored) }
        let known = try advance.asked.compactMap {
            try database.charge(.charge, $0, of: advance.id)
        }
        guard try !advance.isChange || raise(advance) else { return .moved(stored) }
        return .applied(known: known)
    }

    /// Writes the row if it stands at the advance's base.
    private func raise(_ advance: ChannelAdvance) throws -> Bool {
        let state = advance.state
        let due = try state.dueWorth
        let byteCount = ChainsColumn.bytesPerChain * state.chains.count
        return try withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 1) { bytes in
            ChainsColumn.encode(state.chains, into: bytes)
            return try state.id.withBytes { id in
                raise.bind(1, UnsafeRawBufferPointer(bytes))
                raise.bind(2, state.accepted.signed)
                raise.bind(3, state.spent.signed)
                raise.bind(4, Int64(clamping: state.payments))
                raise.bind(5, due.signed)
                raise.bind(6, Int64(clamping: state.version))
                raise.bind(7, id)
                raise.bind(8, Int64(clamping: advance.base))
                return try raise.run() == 1
            }
        }
    }

    /// Inserts charges, or none if some of their references were used.
    /// - Returns: the charges that bear those references.
    private func insert(_ charges: [Charge], of id: CommitmentID) throws -> [Charge] {
        var used: [Charge] = []
        var inserted: [Charge] = []
        for charge in charges {
            if try insert(charge, of: id) {
                inserted.append(charge)
            } else if let present = try database.charge(.charge, charge.reference, of: id) {
                used.append(present)
            }
        }
        guard !used.isEmpty else { return [] }
        for charge in inserted { try database.deleteCharge(charge, of: id) }
        return used
    }

    private func insert(_ new: Charge, of id: CommitmentID) throws -> Bool {
        try id.withBytes { id in
            try new.reference.withUnsafeBytes { reference in
                charge.bind(1, id)
                charge.bind(2, reference)
                charge.bind(3, new.amount.signed)
                return try charge.run() == 1
            }
        }
    }
}
