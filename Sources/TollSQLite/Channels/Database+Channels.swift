internal import Foundation
internal import GRDB
internal import PayWord
internal import TollMerchant

/// The statements behind the verbs of a channel store; each runs inside its caller's transaction.
extension Database {
    func channel(_ id: CommitmentID) throws -> ChannelRecord? {
        let statement = try cachedStatement(
            sql: "SELECT \(ChannelRecord.columns) FROM \(ChannelRecord.tables) "
                + "WHERE channels.id = ?")
        return try Row.fetchOne(statement, arguments: [id.data]).map { try ChannelRecord($0) }
    }

    /// Channels that fit a condition, in the order of their ids.
    func channels(
        where condition: String, _ arguments: StatementArguments, after id: CommitmentID?,
        _ limit: Int
    ) throws -> [ChannelRecord] {
        let statement = try cachedStatement(
            sql: """
                SELECT \(ChannelRecord.columns) FROM \(ChannelRecord.tables)
                WHERE channels.id > ? AND \(condition) ORDER BY channels.id LIMIT ?
                """)
        return try Row.fetchAll(
            statement, arguments: [id?.data ?? Data()] + arguments + [Int64(limit)]
        ).map { try ChannelRecord($0) }
    }

    func state(_ id: CommitmentID) throws -> ChannelState? {
        let statement = try cachedStatement(
            sql: "SELECT \(ChannelState.columns) FROM channels WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.data]).map { try ChannelState($0) }
    }

    func existingState(_ id: CommitmentID) throws -> ChannelState {
        guard let state = try state(id) else { throw Refusal(.unknownCommitment) }
        return state
    }

    func update(_ state: ChannelState) throws {
        let statement = try cachedStatement(
            sql: """
                UPDATE channels SET chains = ?, accepted = ?, spent = ?, payments = ?, due = ?,
                    claimed = ?, settled = ?, closed_at = ?, refused_reason = ?, version = ?
                WHERE id = ?
                """)
        try statement.execute(
            arguments: [
                ChainsColumn.encode(state.chains), state.accepted.signed, state.spent.signed,
                Int64(clamping: state.payments), try state.dueWorth.signed,
                try state.claimedWorth.signed, try state.settledWorth.signed,
                state.closedAt?.column,
                state.refusedReasonNumber.map { Int64(bitPattern: $0) },
                Int64(clamping: state.version), state.id.data,
            ])
    }

    func insert(_ channel: ChannelRecord) throws {
        let (terms, state) = (channel.terms, channel.state)
        try cachedStatement(
            sql: """
                INSERT INTO commitments (id, payer, broker, nonce, asset_code, asset_scale,
                    funding, worth, opened_at, expires_at, redeem_by, object)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                terms.id.data, terms.payer.data, terms.broker.data, terms.nonce.data,
                terms.asset.code, Int64(terms.asset.scale), Int64(terms.funding.rawValue),
                terms.worth.signed, terms.openedAt.column, terms.expiresAt.column,
                terms.redeemBy.column, Data(terms.commitment),
            ])
        try cachedStatement(
            sql: """
                INSERT INTO channels (id, chains, accepted, spent, payments, due, claimed, settled)
                VALUES (?, ?, 0, 0, 0, 0, 0, 0)
                """
        ).execute(arguments: [state.id.data, ChainsColumn.encode(state.chains)])
        try update(state)
    }

    // MARK: Payments

    func charge(
        _ kind: Charge.Kind, _ reference: [UInt8], of id: CommitmentID
    ) throws -> Charge? {
        let statement = try cachedStatement(
            sql: "SELECT amount FROM charges WHERE channel = ? AND kind = ? AND reference = ?")
        let found = try Row.fetchOne(
            statement, arguments: [id.data, Int64(kind.rawValue), Data(reference)])
        return try found.map {
            Charge(kind: kind, reference: reference, amount: try Amount(column: $0, "amount"))
        }
    }

    func insert(_ charge: Charge, of id: CommitmentID) throws {
        let statement = try cachedStatement(
            sql: "INSERT INTO charges (channel, kind, reference, amount) VALUES (?, ?, ?, ?)")
        try statement.execute(
            arguments: [
                id.data, Int64(charge.kind.rawValue), Data(charge.reference),
                charge.amount.signed,
            ])
    }

    func deleteCharge(_ charge: Charge, of id: CommitmentID) throws {
        let statement = try cachedStatement(
            sql: "DELETE FROM charges WHERE channel = ? AND kind = ? AND reference = ?")
        try statement.execute(
            arguments: [id.data, Int64(charge.kind.rawValue), Data(charge.reference)])
    }

    func signedClose(_ id: CommitmentID) throws -> [UInt8]? {
        try Data.fetchOne(
            cachedStatement(sql: "SELECT object FROM closes WHERE channel = ?"),
            arguments: [id.data]
        ).map { Array($0) }
    }
}
