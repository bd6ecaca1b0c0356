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
        guard let text = row[name] as String?, let slash = text.lastIndex(of: "/"),
            let scale = UInt8(text[text.index(after: slash)...])
        else { throw LedgerRow.damaged(name) }
        return try Asset(code: String(text[..<slash]), scale: scale)
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
    static func of<Value: RawRepresentable>(_ value: Value) -> Int64
    where Value.RawValue: FixedWidthInteger { Int64(value.rawValue) }
}

/// A commitment's chains as two columns: what is fixed, 28 bytes a chain, and what was redeemed, 36
/// bytes a chain. Numbers are big-endian.
enum LedgerChainColumns {
    private static let fixedBytes = 28
    private static let positionBytes = 36

    static func fixed(_ chains: [LedgerChain]) -> Data {
        var data = Data(capacity: chains.count * fixedBytes)
        for chain in chains {
            append(chain.denomination.units, to: &data)
            append(chain.length.value, to: &data)
            chain.key.withBytes { data.append(contentsOf: $0) }
        }
        return data
    }

    static func positions(_ chains: [LedgerChain]) -> Data {
        var data = Data(capacity: chains.count * positionBytes)
        for chain in chains {
            append(chain.redeemed.index.value, to: &data)
            chain.redeemed.payword.withBytes { data.append(contentsOf: $0) }
        }
        return data
    }

    static func indexes(_ indexes: [ChainIndex]) -> Data {
        var data = Data(capacity: indexes.count * 4)
        for index in indexes { append(index.value, to: &data) }
        return data
    }

    static func chains(_ fixed: [UInt8], _ positions: [UInt8]) throws(Refusal) -> [LedgerChain] {
        let count = fixed.count / fixedBytes
        guard fixed.count == count * fixedBytes, positions.count == count * positionBytes else {
            throw LedgerRow.damaged("chains")
        }
        var chains: [LedgerChain] = []
        chains.reserveCapacity(count)
        for number in 0..<count {
            let start = number * fixedBytes
            let place = number * positionBytes
            guard let key = ChainKey(fixed[(start + 12)..<(start + 28)]),
                let payword = Payword(positions[(place + 4)..<(place + 36)])
            else { throw LedgerRow.damaged("chains") }
            chains.append(
                LedgerChain(
                    denomination: try Amount(units: number64(fixed, at: start)),
                    length: ChainIndex(number32(fixed, at: start + 8)), key: key,
                    redeemed: ChainPosition(
                        index: ChainIndex(number32(positions, at: place)), payword: payword)))
        }
        return chains
    }

    static func indexes(_ bytes: [UInt8]) -> [ChainIndex] {
        (0..<(bytes.count / 4)).map { ChainIndex(number32(bytes, at: $0 * 4)) }
    }

    private static func number32(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func number64(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        bytes[offset..<(offset + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func append(_ value: some FixedWidthInteger, to data: inout Data) {
        withUnsafeBytes(of: value.bigEndian) { data.append(contentsOf: $0) }
    }
}
