internal import Foundation
internal import GRDB
public import PayWord

/// What a broker had credited to a merchant and an older copy of its channels did not know, when its
/// owner took it up all the same.
public struct MissingCredit: Sendable, Equatable {
    /// The broker's root.
    public let broker: PublicKey
    /// What it was credited in.
    public let asset: Asset
    /// How much of it was missing.
    public let amount: Amount

    /// A credit that is missing.
    public init(broker: PublicKey, asset: Asset, amount: Amount) {
        self.broker = broker
        self.asset = asset
        self.amount = amount
    }
}

extension SQLiteChannelStore {
    /// Copies the channels while they are paid on: what was acknowledged when it begins is in the copy.
    /// The copy is marked as one, and is not written to before ``adopt(isKnown:at:missing:)``.
    /// - Parameters:
    ///   - path: a file that is not there yet.
    ///   - time: the present time.
    /// - Returns: how much is in it.
    /// - Throws: `storage-failed`.
    public func copy(to path: String, at time: Timestamp) async throws(Refusal) -> DatabaseCopy {
        try await database.copy(to: path, at: time)
    }

    /// Puts a copy in the place of the channels, where none are. It is not taken up with that.
    /// - Parameters:
    ///   - backup: what ``copy(to:at:)`` wrote, or another copy with its log. It is not changed.
    ///   - path: where the channels belong.
    ///   - merchant: whose they are.
    /// - Throws: `wrong-merchant` for another's channels; `storage-failed` for what is no whole copy of
    ///   channels, or where there is a file already.
    public static func place(
        _ backup: String, at path: String, of merchant: PublicKey
    ) throws(Refusal) {
        let copy = PlacedCopy(path: path, applicationID: ChannelMigrations.applicationID)
        try copy.place(backup) { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT merchant FROM keeper") else {
                return
            }
            let keeper = try PublicKey(column: row, "merchant")
            guard keeper == merchant else {
                throw Refusal(
                    .wrongMerchant,
                    "‘\(backup)’ keeps the channels of \(keeper), and the key is that of \(merchant)"
                )
            }
        }
    }

    /// Takes up an older copy, for which ``staleness`` has a reason, as the channels from now on. Open
    /// the store anew afterwards.
    /// - Parameters:
    ///   - isKnown: whether its owner says that it is a copy, even if nothing in it does.
    ///   - time: the present time.
    ///   - missing: what brokers that were asked have credited beyond what it knows; zero takes back
    ///     what was noted before.
    /// - Returns: what was taken up.
    /// - Throws: `storage-failed` where nothing says that it is a copy; `busy` while it is served.
    public func adopt(
        isKnown: Bool = false, at time: Timestamp, missing: [MissingCredit] = []
    ) async throws(Refusal) -> AdoptedCopy {
        try await database.adopt(isKnown: isKnown, at: time) { database in
            for credit in missing { try database.note(credit, at: time) }
        }
    }

    /// Whether the channels were an older copy that was taken up; nil if they never were.
    /// - Throws: `storage-failed`.
    public func takenUp() async throws(Refusal) -> TakenUp? { try await database.takenUp() }

    /// What of a broker's credits was missing when a copy was taken up, and when that was; nil if
    /// nothing was. It is a property of these channels: an older copy of them does not have it.
    /// - Throws: `storage-failed`.
    public func missingCredit(
        of broker: PublicKey, in asset: Asset
    ) async throws(Refusal) -> (amount: Amount, notedAt: Timestamp)? {
        try await read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT amount, noted_at FROM missing_credits
                    WHERE broker = ? AND asset_code = ? AND asset_scale = ?
                    """, arguments: [broker.data, asset.code, Int64(asset.scale)])
            return try row.map { row in
                let (units, seconds): (Int64, Int64) = (row["amount"], row["noted_at"])
                return (
                    try Amount(units: UInt64(clamping: units)), Timestamp(UInt64(clamping: seconds))
                )
            }
        }
    }
}

extension Database {
    fileprivate func note(_ credit: MissingCredit, at time: Timestamp) throws {
        let (broker, asset) = (credit.broker.data, credit.asset)
        guard credit.amount > .zero else {
            return try execute(
                sql: """
                    DELETE FROM missing_credits
                    WHERE broker = ? AND asset_code = ? AND asset_scale = ?
                    """, arguments: [broker, asset.code, Int64(asset.scale)])
        }
        try execute(
            sql: "INSERT OR REPLACE INTO missing_credits VALUES (?, ?, ?, ?, ?)",
            arguments: [
                broker, asset.code, Int64(asset.scale), Int64(clamping: credit.amount.units),
                Int64(clamping: time.seconds),
            ])
    }
}
