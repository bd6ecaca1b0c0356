/// One row of an answer, by place.
protocol BookRow {
    func integer(_ place: Int32) -> Int64
    func isNull(_ place: Int32) -> Bool
    func text(_ place: Int32) -> String
    func bytes(_ place: Int32) -> [UInt8]
}

extension BookRow {
    func hex(_ place: Int32) -> String { bytes(place).hex }
}

/// Reads a database with its engine alone: the harness does not trust the code that it checks.
protocol RowReader {
    /// Shows each row of a statement. The blobs stand in it as `?1`, `?2` and so on.
    func rows(_ sql: String, _ blobs: [[UInt8]], _ body: (any BookRow) throws -> Void) throws
    /// What the engine finds damaged.
    func damage() throws -> [String]
}

extension RowReader {
    func rows(_ sql: String, _ body: (any BookRow) throws -> Void) throws {
        try rows(sql, [], body)
    }

    /// The first column of the first row.
    func integer(_ sql: String, _ blobs: [[UInt8]] = []) throws -> Int64? {
        var value: Int64?
        try rows(sql, blobs) { row in
            if value == nil, !row.isNull(0) { value = row.integer(0) }
        }
        return value
    }
}

struct ReaderFailure: Error, CustomStringConvertible { let description: String }

extension Sequence<UInt8> {
    var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Array<UInt8> {
    init(hexText: String) {
        let digits = Array(hexText.utf8)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { place in
            UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16) ?? 0
        }
    }
}
