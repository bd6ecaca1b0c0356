import PayWord

/// An input read as a sequence of choices. What is not there reads as zero, so every input means
/// something, and a byte changed somewhere changes one choice.
struct ByteReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    var isAtEnd: Bool { bytes.isEmpty }

    mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    mutating func flag() -> Bool { byte() & 1 == 1 }

    /// One of `count` choices, at most 256.
    mutating func choice(of count: Int) -> Int { Int(byte()) % max(1, count) }

    /// A number in as many bytes as the first one says: small ones are the most frequent.
    mutating func number() -> UInt64 {
        let first = byte()
        guard first >= 0xf0 else { return UInt64(first) }
        let edges: [UInt64] = [
            1 << 16, (1 << 32) - 1, 1 << 32, 1 << 62, (1 << 63) - 1, 1 << 63, .max,
        ]
        if first >= 0xf8 { return edges[Int(first - 0xf8) % edges.count] }
        return (0...Int(first - 0xf0)).reduce(0) { sum, _ in sum << 8 | UInt64(byte()) }
    }

    mutating func number32() -> UInt32 { UInt32(truncatingIfNeeded: number()) }

    /// A number as an amount, cut where amounts end.
    mutating func amount() -> Amount {
        (try? Amount(units: number() & UInt64(Int64.max))) ?? .zero
    }

    /// The next bytes, or those that are left.
    mutating func take(_ count: Int) -> [UInt8] {
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    /// As many bytes as the next one says.
    mutating func chunk() -> [UInt8] { take(Int(byte())) }

    /// As many bytes as the next two say.
    mutating func longChunk() -> [UInt8] { take(Int(byte()) << 8 | Int(byte())) }

    mutating func rest() -> [UInt8] { take(bytes.count) }
}
