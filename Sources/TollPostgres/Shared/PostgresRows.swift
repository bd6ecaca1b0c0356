internal import CLibPQ
internal import PayWord

/// The answer to one statement. Columns are binary, and are read by their place.
final class PostgresRows {
    let result: OpaquePointer

    /// Takes the result over.
    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    /// How many rows there are.
    var count: Int { Int(PQntuples(result)) }

    /// How many rows the statement has written.
    var changed: Int {
        guard let text = PQcmdTuples(result) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    var first: PostgresRow? { count > 0 ? PostgresRow(rows: self, number: 0) : nil }

    func map<Value>(_ body: (PostgresRow) throws -> Value) rethrows -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        try forEach { values.append(try body($0)) }
        return values
    }

    func forEach(_ body: (PostgresRow) throws -> Void) rethrows {
        for number in 0..<PQntuples(result) {
            try body(PostgresRow(rows: self, number: number))
        }
    }
}

/// One row of an answer. What cannot be is `storage-failed`: the database is damaged, or not ours.
struct PostgresRow {
    fileprivate let rows: PostgresRows
    fileprivate let number: Int32

    func isNull(_ place: Int32) -> Bool { PQgetisnull(rows.result, number, place) == 1 }

    func integer(_ place: Int32) throws(Refusal) -> Int64 {
        guard let value = try optionalInteger(place) else { throw damaged(place) }
        return value
    }

    func optionalInteger(_ place: Int32) throws(Refusal) -> Int64? {
        guard let bytes = view(place) else { return nil }
        guard bytes.count == 8 else { throw damaged(place) }
        return Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
    }

    func boolean(_ place: Int32) throws(Refusal) -> Bool {
        guard let bytes = view(place), bytes.count == 1 else { throw damaged(place) }
        return bytes[0] != 0
    }

    func bytes(_ place: Int32) throws(Refusal) -> [UInt8] {
        guard let bytes = view(place) else { throw damaged(place) }
        return Array(bytes)
    }

    func optionalBytes(_ place: Int32) -> [UInt8]? { view(place).map { Array($0) } }

    /// A person's own words, which are kept as bytes.
    func words(_ place: Int32) throws(Refusal) -> String {
        guard let words = optionalWords(place) else { throw damaged(place) }
        return words
    }

    func optionalWords(_ place: Int32) -> String? {
        view(place).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: The protocol's values

    func fixed<Value: FixedBytes>(_ place: Int32) throws(Refusal) -> Value {
        guard let bytes = view(place), bytes.count == Value.byteCount else { throw damaged(place) }
        return Value(storage: bytes.loadUnaligned(as: Value.Storage.self))
    }

    func optionalFixed<Value: FixedBytes>(_ place: Int32) throws(Refusal) -> Value? {
        isNull(place) ? nil : try fixed(place)
    }

    func amount(_ place: Int32) throws(Refusal) -> Amount {
        try Amount(units: try unsigned(place))
    }

    func optionalAmount(_ place: Int32) throws(Refusal) -> Amount? {
        isNull(place) ? nil : try amount(place)
    }

    func time(_ place: Int32) throws(Refusal) -> Timestamp { Timestamp(try unsigned(place)) }

    func optionalTime(_ place: Int32) throws(Refusal) -> Timestamp? {
        isNull(place) ? nil : try time(place)
    }

    func unsigned(_ place: Int32) throws(Refusal) -> UInt64 {
        guard let value = UInt64(exactly: try integer(place)) else { throw damaged(place) }
        return value
    }

    func choice<Value: RawRepresentable>(_ place: Int32) throws(Refusal) -> Value
    where Value.RawValue: FixedWidthInteger {
        guard let raw = Value.RawValue(exactly: try integer(place)),
            let value = Value(rawValue: raw)
        else { throw damaged(place) }
        return value
    }

    func asset(_ place: Int32) throws(Refusal) -> Asset {
        guard let text = optionalWords(place), let slash = text.lastIndex(of: "/"),
            let scale = UInt8(text[text.index(after: slash)...]),
            let asset = try? Asset(code: String(text[..<slash]), scale: scale)
        else { throw damaged(place) }
        return asset
    }

    /// Shows the bytes of a value without a copy; nil for NULL.
    func withBytes<Value>(
        _ place: Int32, _ body: (UnsafeRawBufferPointer?) throws -> Value
    ) rethrows -> Value {
        defer { withExtendedLifetime(rows) {} }
        return try body(view(place))
    }

    /// The bytes of a value, as long as the rows are there; nil for NULL.
    private func view(_ place: Int32) -> UnsafeRawBufferPointer? {
        guard !isNull(place), let start = PQgetvalue(rows.result, number, place) else { return nil }
        return UnsafeRawBufferPointer(
            start: start, count: Int(PQgetlength(rows.result, number, place)))
    }

    func damaged(_ place: Int32) -> Refusal {
        let name = PQfname(rows.result, place).map { String(cString: $0) } ?? "\(place)"
        return Refusal(.storageFailed, "the column \(name) is damaged")
    }
}
