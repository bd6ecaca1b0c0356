internal import Foundation
internal import GRDB
internal import PayWord

extension Database {
    /// Whose channels these are; from now on `merchant`'s, if they are nobody's.
    func keeper(orElse merchant: PublicKey) throws -> PublicKey {
        if let row = try Row.fetchOne(self, sql: "SELECT merchant FROM keeper") {
            return try PublicKey(column: row, "merchant")
        }
        // A database of an earlier version names nobody, but its commitments do.
        let commitment = try Data.fetchOne(self, sql: "SELECT object FROM commitments LIMIT 1")
        let keeper = try commitment.map {
            try SignedObject<Commitment>(decoding: [UInt8]($0)).payload.merchant
        }
        if let keeper, keeper != merchant { return keeper }
        try execute(
            sql: "INSERT INTO keeper (only, merchant) VALUES (1, ?)", arguments: [merchant.data])
        return merchant
    }
}
