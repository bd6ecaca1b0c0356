internal import PayWord

/// PostgreSQL's numbers of the types that are used here.
enum PostgresType {
    static let boolean: UInt32 = 16
    static let bytes: UInt32 = 17
    static let integer: UInt32 = 20
    static let text: UInt32 = 25
    static let bytesArray: UInt32 = 1001
    static let textArray: UInt32 = 1009
    static let integerArray: UInt32 = 1016
}

/// A parameter of a statement, in PostgreSQL's binary form.
struct PostgresValue: Sendable {
    let type: UInt32
    /// Nil for NULL.
    let bytes: [UInt8]?

    static func integer(_ value: Int64?) -> PostgresValue {
        PostgresValue(type: PostgresType.integer, bytes: value.map { bigEndian($0) })
    }

    static func bytes(_ value: [UInt8]?) -> PostgresValue {
        PostgresValue(type: PostgresType.bytes, bytes: value)
    }

    static func boolean(_ value: Bool) -> PostgresValue {
        PostgresValue(type: PostgresType.boolean, bytes: [value ? 1 : 0])
    }

    static func text(_ value: String?) -> PostgresValue {
        PostgresValue(type: PostgresType.text, bytes: value.map { Array($0.utf8) })
    }

    /// A person's own words, as bytes: PostgreSQL's texts cannot hold every character.
    static func words(_ value: String?) -> PostgresValue { bytes(value.map { Array($0.utf8) }) }

    static func array(_ array: PostgresArray) -> PostgresValue {
        PostgresValue(type: array.arrayType, bytes: array.encoded)
    }

    // MARK: The protocol's values

    static func fixed(_ value: (some FixedBytes)?) -> PostgresValue { bytes(value?.bytes) }
    static func amount(_ value: Amount?) -> PostgresValue { integer(value?.signed) }
    static func asset(_ value: Asset) -> PostgresValue { text(value.description) }

    static func choice(_ value: some RawRepresentable<some FixedWidthInteger>) -> PostgresValue {
        integer(Int64(clamping: value.rawValue))
    }

    /// Times that a store is given are near the present.
    static func time(_ value: Timestamp?) -> PostgresValue {
        integer(value.map { Int64(clamping: $0.seconds) })
    }

    /// A count, which must fit.
    /// - Throws: `storage-failed` above 2^63 - 1.
    static func count(_ value: UInt64) throws(Refusal) -> PostgresValue {
        integer(try signed(value))
    }

    /// Ids, in an array.
    static func ids(_ ids: some Collection<some FixedBytes>) -> PostgresValue {
        var array = PostgresArray(of: PostgresType.bytes, count: ids.count, bytesEach: 32)
        for id in ids { array.append(id) }
        return .array(array)
    }

    private static func bigEndian(_ value: Int64) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}

/// A number that has 63 bits.
/// - Throws: `storage-failed` for one with more, which nothing counts up to.
func signed(_ value: UInt64) throws(Refusal) -> Int64 {
    guard let signed = Int64(exactly: value) else {
        throw Refusal(.storageFailed, "the number \(value) does not fit a column")
    }
    return signed
}

/// One column of many rows, which `unnest` makes rows of again.
struct PostgresArray: Sendable {
    private static let headerCount = 20
    let type: UInt32
    private(set) var count = 0
    private var bytes: [UInt8]
    private var hasNull = false

    /// An empty array of bytes or integers, with room.
    init(of type: UInt32, count: Int, bytesEach: Int) {
        self.type = type
        bytes = []
        bytes.reserveCapacity(Self.headerCount + count * (4 + bytesEach))
        bytes.append(contentsOf: repeatElement(0, count: Self.headerCount))
    }

    static func integers(_ count: Int) -> PostgresArray {
        PostgresArray(of: PostgresType.integer, count: count, bytesEach: 8)
    }

    static func bytes(_ count: Int, each: Int) -> PostgresArray {
        PostgresArray(of: PostgresType.bytes, count: count, bytesEach: each)
    }

    /// A column of assets, as texts.
    static func assets(_ assets: some Collection<Asset>) -> PostgresArray {
        var array = PostgresArray(of: PostgresType.text, count: assets.count, bytesEach: 8)
        for asset in assets { array.append(Array(asset.description.utf8)) }
        return array
    }

    var arrayType: UInt32 {
        switch type {
        case PostgresType.bytes: PostgresType.bytesArray
        case PostgresType.text: PostgresType.textArray
        default: PostgresType.integerArray
        }
    }

    mutating func append(_ value: Int64) {
        put(Int32(8))
        put(value)
        count += 1
    }

    /// Appends an element of so many bytes, which `fill` writes.
    mutating func append(byteCount: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        put(Int32(clamping: byteCount))
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: byteCount))
        bytes.withUnsafeMutableBytes { all in
            fill(UnsafeMutableRawBufferPointer(rebasing: all[start...]))
        }
        count += 1
    }

    mutating func append(_ value: some FixedBytes) {
        value.withBytes { value in
            put(Int32(clamping: value.count))
            bytes.append(contentsOf: value)
        }
        count += 1
    }

    /// Appends bytes; nil is NULL.
    mutating func append(_ value: [UInt8]?) {
        put(value.map { Int32(clamping: $0.count) } ?? -1)
        if let value { bytes.append(contentsOf: value) } else { hasNull = true }
        count += 1
    }

    /// Appends an integer; nil is NULL.
    mutating func append(optional value: Int64?) {
        if let value { return append(value) }
        put(Int32(-1))
        hasNull = true
        count += 1
    }

    /// The array with its header: dimensions, whether there are NULLs, the type, length and first
    /// index. An array of nothing has no dimension.
    var encoded: [UInt8] {
        var encoded = bytes
        let header: [UInt32] =
            count == 0
            ? [0, 0, type] : [1, hasNull ? 1 : 0, type, UInt32(clamping: count), 1]
        encoded.withUnsafeMutableBytes { encoded in
            for (place, field) in header.enumerated() {
                encoded.storeBytes(of: field.bigEndian, toByteOffset: 4 * place, as: UInt32.self)
            }
        }
        return count == 0 ? Array(encoded.prefix(12)) : encoded
    }

    private mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
