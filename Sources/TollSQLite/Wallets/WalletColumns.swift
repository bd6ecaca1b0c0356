internal import DeterministicCBOR
internal import Foundation
internal import GRDB
internal import PayWord

/// The protocol's values as columns of the wallet's tables. What does not read back is a damaged file.
enum WalletColumns {
    static func damaged(_ what: String) -> Refusal {
        Refusal(.storageFailed, "the wallet's database is damaged: \(what)")
    }

    static func data(_ bytes: [UInt8]) -> Data { Data(bytes) }

    static func fixed<Value: FixedBytes>(
        _ row: Row, _ column: String
    ) throws(Refusal) -> Value {
        guard let data: Data = row[column], let value = Value(data) else {
            throw damaged(column)
        }
        return value
    }

    static func amount(_ units: Int64) throws(Refusal) -> Amount {
        guard let units = UInt64(exactly: units) else { throw damaged("an amount") }
        return try Amount(units: units)
    }

    static func index(_ value: Int64) throws(Refusal) -> ChainIndex {
        guard let value = UInt32(exactly: value) else { throw damaged("an index") }
        return ChainIndex(value)
    }

    static func choice<Value: RawRepresentable>(
        _ number: Int64, _ column: String
    ) throws(Refusal) -> Value where Value.RawValue: FixedWidthInteger {
        guard let raw = Value.RawValue(exactly: number), let value = Value(rawValue: raw) else {
            throw damaged(column)
        }
        return value
    }

    static func bytes(_ row: Row, _ column: String) -> [UInt8]? {
        let data: Data? = row[column]
        return data.map { [UInt8]($0) }
    }

    /// Byte strings, as one CBOR array.
    static func list(_ items: [[UInt8]]) -> Data {
        data(CBORValue.array(items.map { .bytes($0) }).encoded)
    }

    static func list(_ row: Row, _ column: String) throws(Refusal) -> [[UInt8]] {
        guard let bytes = bytes(row, column),
            case .array(let items)? = try? CBORValue(decoding: bytes)
        else { throw damaged(column) }
        var list: [[UInt8]] = []
        for item in items {
            guard case .bytes(let bytes) = item else { throw damaged(column) }
            list.append(bytes)
        }
        return list
    }

    /// `[[ordinal, index] …]`.
    static func marks(_ marks: [ChainMark]) -> Data {
        data(
            CBORValue.array(
                marks.map {
                    .array([
                        .unsigned(UInt64($0.ordinal.value)), .unsigned(UInt64($0.index.value)),
                    ])
                }
            ).encoded)
    }

    static func marks(_ data: Data) throws(Refusal) -> [ChainMark] {
        guard case .array(let items)? = try? CBORValue(decoding: [UInt8](data)) else {
            throw damaged("marks")
        }
        var marks: [ChainMark] = []
        for item in items {
            guard case .array(let parts) = item, parts.count == 2,
                case .unsigned(let place) = parts[0], case .unsigned(let number) = parts[1],
                let ordinal = Ordinal(place), let index = UInt32(exactly: number)
            else { throw damaged("marks") }
            marks.append(ChainMark(ordinal: ordinal, index: ChainIndex(index)))
        }
        return marks
    }

    static func asset(_ text: String) throws(Refusal) -> Asset {
        guard let slash = text.lastIndex(of: "/"),
            let scale = UInt8(text[text.index(after: slash)...])
        else { throw damaged("an asset") }
        return try Asset(code: String(text[..<slash]), scale: scale)
    }
}
