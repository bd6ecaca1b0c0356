internal import Foundation
internal import GRDB
public import PayWord
public import TollWallet

extension SQLiteWalletStore {
    /// Looks for the id and the reference, and inserts the channel with its chains, in one
    /// transaction. A channel that is here already is left as it is.
    /// - Throws: `reference-conflict` if another channel has the reference; `storage-failed`.
    public func insert(_ channel: ChannelRecord) async throws(Refusal) {
        try await write { database in
            let id = WalletColumns.data(channel.id.bytes)
            guard
                try Bool.fetchOne(
                    database.cachedStatement(sql: "SELECT 1 FROM channels WHERE id = ?"),
                    arguments: [id]) == nil
            else { return }
            if let reference = channel.reference,
                try Bool.fetchOne(
                    database.cachedStatement(sql: "SELECT 1 FROM channels WHERE reference = ?"),
                    arguments: [WalletColumns.data(reference.bytes)]) != nil
            {
                throw Refusal(.referenceConflict, "the reference opened another channel")
            }
            try database.insert(channel, id: id)
        }
    }

    /// The channel with its chains, read in one snapshot; nil if it is not here.
    /// - Throws: `storage-failed`, also for a row that cannot be read.
    public func channel(_ id: CommitmentID) async throws(Refusal) -> ChannelRecord? {
        try await read { database in
            try Row.fetchOne(
                database.cachedStatement(sql: "SELECT * FROM channels WHERE id = ?"),
                arguments: [WalletColumns.data(id.bytes)]
            ).map { try database.channelRecord($0) }
        }
    }

    /// The channel that was opened under the reference, by its unique index; nil if there is none.
    /// - Throws: `storage-failed`.
    public func channel(
        reference: RequestReference
    ) async throws(Refusal) -> ChannelRecord? {
        try await read { database in
            try Row.fetchOne(
                database.cachedStatement(sql: "SELECT * FROM channels WHERE reference = ?"),
                arguments: [WalletColumns.data(reference.bytes)]
            ).map { try database.channelRecord($0) }
        }
    }

    /// Every channel, in the order of ids, in one snapshot: a wallet has few enough to hold.
    /// - Throws: `storage-failed`.
    public func channels() async throws(Refusal) -> [ChannelRecord] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM channels ORDER BY id").map {
                try database.channelRecord($0)
            }
        }
    }

    /// Writes the request over the older one, before it is sent.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func replaceRequest(
        _ id: CommitmentID, _ request: [UInt8]
    ) async throws(Refusal) {
        try await write { database in
            try database.change(id, "request = ?", [WalletColumns.data(request)])
        }
    }

    /// Writes the funding and the stage `ready` in one statement that looks at the stage itself: a
    /// channel that was disputed or closed meanwhile stays so.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func fund(_ id: CommitmentID, _ funding: [[UInt8]]) async throws(Refusal) {
        let (committed, ready) = (ChannelStage.committed.rawValue, ChannelStage.ready.rawValue)
        try await write { database in
            try database.change(
                id,
                """
                funding = CASE stage WHEN \(committed) THEN ? ELSE funding END,
                stage = CASE stage WHEN \(committed) THEN \(ready) ELSE stage END
                """, [WalletColumns.list(funding)])
        }
    }

    /// Writes the claim and the stage `disputed` in one statement that looks at both itself: an
    /// earlier claim and a close stay.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func dispute(_ id: CommitmentID, _ claim: String) async throws(Refusal) {
        let (disputed, closed) = (ChannelStage.disputed.rawValue, ChannelStage.closed.rawValue)
        try await write { database in
            try database.change(
                id,
                """
                dispute = coalesce(dispute, ?),
                stage = CASE stage WHEN \(closed) THEN stage ELSE \(disputed) END
                """, [claim])
        }
    }

    /// Writes the close, the stage `closed` and the receipt in one transaction: no channel is
    /// closed here without its evidence.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func close(
        _ id: CommitmentID, _ close: [UInt8], receipt: Verified<Receipt>
    ) async throws(Refusal) {
        try await write { database in
            try database.change(
                id, "close = ?, stage = \(ChannelStage.closed.rawValue)",
                [WalletColumns.data(close)])
            try database.keep(receipt.encoded, of: id)
        }
    }

    /// Sets a mark, so that the close is not sent again.
    /// - Throws: `unknown-commitment`; `storage-failed`.
    public func markCloseDelivered(_ id: CommitmentID) async throws(Refusal) {
        try await write { database in try database.change(id, "is_close_delivered = 1", []) }
    }
}

extension Database {
    /// Changes columns of one channel, which must be there.
    fileprivate func change(
        _ id: CommitmentID, _ assignments: String, _ arguments: StatementArguments
    ) throws {
        try cachedStatement(sql: "UPDATE channels SET \(assignments) WHERE id = ?").execute(
            arguments: arguments + [WalletColumns.data(id.bytes)])
        guard changesCount == 1 else {
            throw Refusal(.unknownCommitment, "this wallet has no channel \(id)")
        }
    }

    fileprivate func insert(_ channel: ChannelRecord, id: Data) throws {
        try cachedStatement(
            sql: """
                INSERT INTO channels (
                    id, commitment, merchant, generation, address, mode, salt, offer, reference,
                    request, funding, stage, version, spent, charged, payments, is_complete,
                    is_shared, dispute, close, is_close_delivered)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                id, WalletColumns.data(channel.commitment.encoded),
                WalletColumns.data(channel.merchant.bytes), Int64(channel.generation),
                channel.address, Int64(channel.mode.rawValue),
                channel.salt.map { WalletColumns.data($0.bytes) },
                channel.offer.map { WalletColumns.data($0.encoded) },
                channel.reference.map { WalletColumns.data($0.bytes) },
                channel.request.map { WalletColumns.data($0) },
                WalletColumns.list(channel.funding), Int64(channel.stage.rawValue),
                Int64(channel.progress.version), channel.progress.spent.signed,
                channel.progress.charged.signed, Int64(channel.progress.payments),
                channel.progress.isComplete, channel.progress.isShared, channel.dispute,
                channel.close.map { WalletColumns.data($0) }, channel.isCloseDelivered,
            ])
        for (ordinal, chain) in channel.commitment.payload.chains.enumerated() {
            try cachedStatement(sql: "INSERT INTO chains VALUES (?, ?, ?, ?, ?, ?)").execute(
                arguments: [
                    id, ordinal, chain.denomination.signed, Int64(chain.length.value),
                    Int64(channel.progress.revealed[ordinal].value),
                    Int64(channel.progress.accepted[ordinal].value),
                ])
        }
    }

    func channelRecord(_ row: Row) throws -> ChannelRecord {
        guard let commitment = WalletColumns.bytes(row, "commitment") else {
            throw WalletColumns.damaged("a commitment")
        }
        return ChannelRecord(
            commitment: try SignedObject(decoding: commitment), generation: row["generation"],
            address: row["address"], mode: try WalletColumns.choice(row["mode"], "mode"),
            salt: WalletColumns.bytes(row, "salt").flatMap { TermsSalt($0) },
            offer: try WalletColumns.bytes(row, "offer").map { try SignedObject(decoding: $0) },
            reference: WalletColumns.bytes(row, "reference").flatMap { RequestReference($0) },
            request: WalletColumns.bytes(row, "request"),
            funding: try WalletColumns.list(row, "funding"),
            stage: try WalletColumns.choice(row["stage"], "stage"), progress: try progress(row),
            dispute: row["dispute"], close: WalletColumns.bytes(row, "close"),
            isCloseDelivered: row["is_close_delivered"])
    }

    func progress(_ row: Row) throws -> ChannelProgress {
        let id: Data = row["id"]
        let chains = try Row.fetchAll(
            cachedStatement(
                sql: "SELECT revealed, accepted FROM chains WHERE channel = ? ORDER BY ordinal"),
            arguments: [id])
        var progress = ChannelProgress(chains: chains.count)
        progress.version = row["version"]
        progress.revealed = try chains.map { try WalletColumns.index($0["revealed"]) }
        progress.accepted = try chains.map { try WalletColumns.index($0["accepted"]) }
        progress.spent = try WalletColumns.amount(row["spent"])
        progress.charged = try WalletColumns.amount(row["charged"])
        progress.payments = row["payments"]
        progress.isComplete = row["is_complete"]
        progress.isShared = row["is_shared"]
        return progress
    }
}
