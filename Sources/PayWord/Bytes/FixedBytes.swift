/// A value that is a fixed number of bytes, held inline: no heap, no reference count, ordered as its
/// bytes are.
///
/// Each identifier of the protocol is a type of its own, so that a commitment's id cannot be passed
/// where a batch's is wanted.
public protocol FixedBytes: Hashable, Comparable, Sendable {
    /// The inline storage.
    associatedtype Storage: FixedStorage
    /// The bytes.
    var storage: Storage { get }
    /// The value of these bytes.
    init(storage: Storage)
}

extension FixedBytes {
    /// How many bytes a value has.
    public static var byteCount: Int { MemoryLayout<Storage>.size }

    /// The value of exactly ``byteCount`` bytes; nil if there are more or fewer.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var storage = Storage.zero
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
        self.init(storage: storage)
    }

    /// A value whose bytes are all zero.
    public static var zero: Self { Self(storage: .zero) }

    /// A value of bytes drawn from `generator`.
    public static func random(using generator: inout some RandomNumberGenerator) -> Self {
        var storage = Storage.zero
        withUnsafeMutableBytes(of: &storage) { bytes in
            for index in bytes.indices { bytes[index] = generator.next() }
        }
        return Self(storage: storage)
    }

    /// Calls `body` with a view of the bytes.
    public func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withUnsafeBytes(of: storage, body)
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// The bytes as lower-case hexadecimal.
    public var hex: String { Hex.encode(bytes) }

    /// The value of lower- or upper-case hexadecimal; nil if it is not, or has another length.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    public static func < (left: Self, right: Self) -> Bool { left.storage < right.storage }
}

/// Inline storage of a fixed number of bytes, compared in the order of its bytes.
public protocol FixedStorage: Hashable, Comparable, BitwiseCopyable, Sendable {
    /// All bytes zero.
    static var zero: Self { get }
}

/// 16 bytes.
public struct Bytes16: FixedStorage {
    var a: UInt64 = 0
    var b: UInt64 = 0
    public static var zero: Bytes16 { Bytes16() }
    public static func < (left: Bytes16, right: Bytes16) -> Bool {
        (left.a.bigEndian, left.b.bigEndian) < (right.a.bigEndian, right.b.bigEndian)
    }
}

/// 32 bytes.
public struct Bytes32: FixedStorage {
    var a: UInt64 = 0
    var b: UInt64 = 0
    var c: UInt64 = 0
    var d: UInt64 = 0
    public static var zero: Bytes32 { Bytes32() }
    public static func < (left: Bytes32, right: Bytes32) -> Bool {
        (left.a.bigEndian, left.b.bigEndian, left.c.bigEndian, left.d.bigEndian)
            < (right.a.bigEndian, right.b.bigEndian, right.c.bigEndian, right.d.bigEndian)
    }
}

/// 64 bytes.
public struct Bytes64: FixedStorage {
    var low = Bytes32.zero
    var high = Bytes32.zero
    public static var zero: Bytes64 { Bytes64() }
    public static func < (left: Bytes64, right: Bytes64) -> Bool {
        left.low == right.low ? left.high < right.high : left.low < right.low
    }
}
