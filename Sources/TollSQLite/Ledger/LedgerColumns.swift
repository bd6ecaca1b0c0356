internal import Foundation
internal import GRDB
internal import PayWord
internal import TollBroker

/// One row of the ledger's tables, read by name, each value checked on the way: a row that cannot
/// be is `storage-failed`.
struct LedgerRow {
    let row: Row

    init(_ row: Row) { self.row = row }

    func bytes<Value: FixedBytes>(_ name: String) throws(Refusal) -> Value {
        guard let data = row[name] as Data?, let value = Value(data) else {
            throw LedgerRow.damaged(name)
        }
        return value
    }

    func blob(_ name: String) throws(Refusal) -> [UInt8] {
        guard let data = row[name] as Data? else { throw LedgerRow.damaged(name) }
        return Array(data)
    }

    func optionalBlob(_ name: String) -> [UInt8]? { (row[name] as Data?).map(Array.init) }

    func text(_ name: String) -> String? { row[name] as String? }

    func integer(_ name: String) throws(Refusal) -> Int64 {
        guard let value = row[name] as Int64? else { throw LedgerRow.damaged(name) }
        return value
    }

    func optionalAmount(_ name: String) throws(Refusal) -> Amount? {
        guard let value = row[name] as Int64? else { return nil }
        guard value >= 0 else { throw LedgerRow.damaged(name) }
        return try Amount(units: UInt64(value))
    }

    func amount(_ name: String) throws(Refusal) -> Amount {
        guard let amount = try optionalAmount(name) else { throw LedgerRow.damaged(name) }
        return amount
    }

    func time(_ name: String) throws(Refusal) -> Timestamp {
        Timestamp(UInt64(clamping: try integer(name)))
    }

    func optionalTime(_ name: String) -> Timestamp? {
        (row[name] as Int64?).map { Timestamp(UInt64(clamping: $0)) }
    }

    func asset(_ name: String = "asset") throws(Refusal) -> Asset {
        guard let text = row[name] as String?, let asset = LedgerColumn.asset(text) else {
            throw LedgerRow.damaged(name)
        }
        return asset
    }

    func choice<Value: RawRepresentable>(_ name: String) throws(Refusal) -> Value
    where Value.RawValue: FixedWidthInteger {
        guard let raw = Value.RawValue(exactly: try integer(name)),
            let value = Value(rawValue: raw)
        else { throw LedgerRow.damaged(name) }
        return value
    }

    static func damaged(_ name: String) -> Refusal {
        Refusal(.storageFailed, "the column \(name) is damaged")
    }
}

/// The protocol's values as the ledger's columns.
enum LedgerColumn {
    static func of(_ value: some FixedBytes) -> Data { value.withBytes { Data($0) } }
    static func of(_ value: [UInt8]) -> Data { Data(value) }
    static func of(_ value: Amount) -> Int64 { value.signed }
    static func of(_ value: Timestamp) -> Int64 { Int64(clamping: value.seconds) }
    static func of(_ value: Asset) -> String { value.description }
    /// The asset of its text; nil if it is none.
    static func asset(_ text: String) -> Asset? {
        guard let slash = text.lastIndex(of: "/"),
            let scale = UInt8(text[text.index(after: slash)...])
        else { return nil }
        return try? Asset(code: String(text[..<slash]), scale: scale)
    }
    static func of<Value: RawRepresentable>(_ value: Value) -> Int64
    where Value.RawValue: FixedWidthInteger { Int64(value.rawValue) }
}
